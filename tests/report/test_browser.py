"""report.html in a real browser: by mouse and by keyboard, on a desk and on a phone, offline and accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from chromium import EVIL, until, violations
from records import plain

from topics import tables
from topics.record import RunRecord
from topics.report import render_report
from topics.runs import Run
from topics.tables import UNASSIGNED

DESK, PHONE = (1280, 900), (375, 720)

Visit = Callable[..., Any]


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    """Opens a page; in the end nothing may have gone wrong in it, and nothing may have been asked for."""
    contexts: list[Any] = []
    problems: list[str] = []

    def opened(file: Path, anchor: str = "", size: tuple[int, int] = DESK, **known: Any) -> Any:
        def foreign(address: str) -> bool:
            return address.split("#")[0] != file.as_uri() and not address.startswith("data:")

        viewport = {"width": size[0], "height": size[1]}
        contexts.append(browser.new_context(viewport=viewport, reduced_motion="reduce", **known))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: problems.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", lambda request: problems.append(f"request: {request.url}") if foreign(request.url) else None)
        page.goto(file.as_uri() + anchor)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(scope="module")
def file(small_run: Run) -> Path:
    return small_run.folder / "report.html"


def frames(run: Run) -> dict[str, Any]:
    return {name: run.table(name) for name in tables.COLUMNS}


def written(run: Run, record: dict[str, Any], changed: dict[str, Any], folder: Path) -> Path:
    file = folder / "report.html"
    file.write_text(render_report(RunRecord.from_dict(record), changed, run.folder / "figures"), encoding="utf-8")
    return file


def titles(page: Any) -> list[str]:
    """The articles that the list shows, in its order."""
    return [one.inner_text() for one in page.locator("#list tbody th a").all() if one.is_visible()]


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.textContent")


def article(run: Run, title: str) -> str:
    known = run.articles.set_index("title")["article_id"]
    return f"#a-{known[title]}"


# ways


def test_a_title_opens_its_article_and_the_back_button_returns_to_the_list(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    assert page.locator("#overview").is_visible()
    assert page.locator(".page:visible").count() == 0
    link = page.get_by_role("link", name="On stars, part 2", exact=True).first
    link.click()
    assert page.url.endswith(article(small_run, "On stars, part 2"))
    assert not page.locator("#overview").is_visible()
    assert page.locator(".page:visible").count() == 1
    assert page.locator(".page:visible h2").inner_text() == "On stars, part 2" == focused_text(page)
    assert page.title() == "On stars, part 2 – Small study"
    assert page.evaluate("scrollY") == 0
    page.go_back()
    page.wait_for_selector("#overview", state="visible")
    assert page.title() == "Small study"
    until(page, lambda: focused_text(page) == "On stars, part 2")
    page.go_forward()
    page.wait_for_selector(".page:visible")
    assert page.title() == "On stars, part 2 – Small study"


def focused_text(page: Any) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_articles_lead_to_the_one_before_and_the_one_after_by_keyboard(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    order = titles(page)
    assert sorted(order) == sorted(small_run.articles["title"])
    page.locator("#list tbody a").first.focus()
    page.keyboard.press("Enter")
    for title in order[1:]:
        page.locator(".page:visible .trail a").last.focus()
        page.keyboard.press("Enter")
        until(page, lambda title=title: focused_text(page) == title)
    assert page.locator(".page:visible .trail a").count() == 2, "none comes after the last"
    page.get_by_role("link", name=f"Previous: {order[-2]}").press("Enter")
    until(page, lambda: focused_text(page) == order[-2])


def test_a_link_to_a_paragraph_shows_it_in_its_article(visit: Visit, file: Path, small_run: Run) -> None:
    key = small_run.paragraphs["paragraph_id"].iloc[-1]
    page = visit(file, f"#p-{key}")
    assert page.locator(f"[id='p-{key}']").is_visible()
    assert page.locator(".page:visible").count() == 1
    assert focused(page) == f"p-{key}"
    box = page.locator(f"[id='p-{key}']").bounding_box()
    assert 0 <= box["y"] < DESK[1]
    page.get_by_role("link", name="All articles").click()
    assert page.locator("#overview").is_visible()


def test_ids_with_odd_characters_can_be_linked_to(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    changed = frames(small_run)
    for name in changed:
        for column in ("article_id", "paragraph_id"):
            if column in changed[name]:
                changed[name][column] = changed[name][column].str.replace("-", " %41#ж\"'")
    page = visit(written(small_run, plain(small_run), changed, tmp_path))
    page.locator("#list tbody a").nth(2).click()
    assert page.locator(".page:visible h2").inner_text() == titles_of(changed)[2]
    page.locator(".page:visible .place").nth(1).click()
    assert page.locator(".page:visible .paragraph:focus .place").inner_text() == "2"


def titles_of(changed: dict[str, Any]) -> list[str]:
    return changed["articles"].sort_values(["outlet", "date", "article_id"])["title"].tolist()


def test_the_skip_link_comes_first_and_stays_on_the_page_that_is_shown(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the text"
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page = visit(file, article(small_run, "On bread, part 1"))
    page.locator(".skip").press("Enter")
    assert focused_text(page) == "On bread, part 1"


def test_pages_open_without_scripts_too(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file, java_script_enabled=False)
    assert len(titles(page)) == len(small_run.articles)
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#map").is_visible()
    page.locator("#list tbody a").nth(1).click()
    assert page.locator(".page:visible h2").inner_text() == titles_of(frames(small_run))[1]
    page.locator(".page:visible .place").nth(2).click()
    assert page.locator(".page:visible").count() == 1
    page.go_back()
    page.go_back()
    assert page.locator("#overview").is_visible()


# filters


def shares(run: Run, theme: str) -> list[str]:
    rows = run.profiles[(run.profiles["theme"] == theme) & (run.profiles["share"] > 0)]
    rows = rows.merge(run.articles[["article_id", "title", "outlet", "date"]], on="article_id")
    rows = rows.sort_values(["outlet", "date", "article_id"]).sort_values("share", ascending=False, kind="stable")
    return rows["title"].tolist()


def test_filters_by_mouse(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    said = page.locator("#shown")
    assert said.get_attribute("role") == "status"
    assert said.inner_text() == "6 articles."
    page.get_by_label("Theme", exact=True).select_option(label=next(page_labels(page, "Stars")))
    assert titles(page) == shares(small_run, "stars")
    assert said.inner_text() == f"{len(shares(small_run, 'stars'))} of 6 articles, by share of Stars."
    assert all(one.is_visible() for one in page.locator("#list tbody tr:visible .s-2").all())
    page.get_by_label("Outlet", exact=True).select_option("Second Paper")
    assert titles(page) == [one for one in shares(small_run, "stars") if one.endswith("part 2")]
    page.get_by_label("Theme", exact=True).select_option("")
    assert said.inner_text() == "3 of 6 articles."
    page.get_by_role("button", name="Clear").click()
    until(page, lambda: page.locator("#shown").inner_text() == "6 articles.")
    assert titles(page) == titles_of(frames(small_run))


def page_labels(page: Any, start: str) -> Iterator[str]:
    return (label for label in page.locator("#theme option").all_inner_texts() if label.startswith(start))


def test_filters_by_keyboard(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    page.locator("#words").focus()
    page.keyboard.type("TELESCOPE comet")
    until(page, lambda: " of " in page.locator("#shown").inner_text())
    texts = small_run.paragraphs.groupby("article_id")["text"].agg(" ".join).str.lower()
    wanted = texts[texts.str.contains("telescope") & texts.str.contains("comet")].index
    known = small_run.articles.set_index("article_id")["title"]
    assert sorted(titles(page)) == sorted(known[wanted])
    assert 0 < len(wanted) < 6
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    until(page, lambda: page.locator("#shown").inner_text() == "6 articles.")
    page.keyboard.press("Tab")
    assert focused(page) == "outlet"
    page.keyboard.press("Tab")
    assert focused(page) == "theme"
    page.keyboard.press("ArrowDown")
    until(page, lambda: titles(page) == shares(small_run, "bread"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, lambda: page.locator("#shown").inner_text() == "6 articles.")


def test_a_long_list_is_cut_until_all_of_it_is_asked_for(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    changed = frames(small_run)
    more = pd.concat([small_run.articles.head(1).assign(article_id=f"a{i:02}", title=f"More {i:02}") for i in range(40)])
    changed["articles"] = pd.concat([changed["articles"], more], ignore_index=True)
    page = visit(written(small_run, plain(small_run), changed, tmp_path))
    assert page.locator("#shown").inner_text() == "46 articles; the first 30 are shown."
    before = titles(page)
    assert len(before) == 30
    page.get_by_role("button", name="Show all 46").press("Enter")
    assert page.locator("#shown").inner_text() == "46 articles."
    assert titles(page)[:30] == before
    assert len(titles(page)) == 46
    assert focused_text(page) == titles(page)[30], "reading goes on where it was cut"
    assert not page.locator("#all").is_visible()


# highlights


def paragraphs_on(run: Run, title: str, theme: str) -> list[str]:
    key = run.articles.set_index("title")["article_id"][title]
    own = run.paragraphs[run.paragraphs["article_id"] == key].sort_values("position")["paragraph_id"]
    rows = run.themes[(run.themes["theme"] == theme) & run.themes["assigned"]]
    return [f"p-{one}" for one in own if one in set(rows["paragraph_id"])]


def tinted(page: Any, what: str) -> list[str]:
    """Ids of the paragraphs, or texts of the marks, that look otherwise than they do by themselves."""
    return page.evaluate(
        """what => [...document.querySelectorAll(".page")].filter(page => page.offsetHeight).flatMap(page =>
          [...page.querySelectorAll(what)].filter(one => {
            const now = getComputedStyle(one).backgroundColor, kept = document.documentElement.dataset.chosen;
            delete document.documentElement.dataset.chosen;
            const plain = getComputedStyle(one).backgroundColor;
            if (kept) document.documentElement.dataset.chosen = kept;
            return now !== plain;
          }).map(one => one.id || one.textContent))""",
        what,
    )


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_a_theme_button_highlights_its_paragraphs_and_their_evidence(
    visit: Visit, file: Path, small_run: Run, hand: str
) -> None:
    page = visit(file, article(small_run, "On stars, part 2"))
    wanted = paragraphs_on(small_run, "On stars, part 2", "stars")
    assert 0 < len(wanted) < 6
    button = page.locator(".page:visible .buttons button", has_text="Stars")
    act = button.click if hand == "mouse" else (lambda: button.press("Space"))
    assert tinted(page, ".paragraph") == []
    assert not page.locator("#bar").is_visible()
    act()
    assert button.get_attribute("aria-pressed") == "true"
    assert tinted(page, ".paragraph") == wanted
    rows = small_run.themes[(small_run.themes["theme"] == "stars") & small_run.themes["assigned"]]
    evidence = rows.set_index("paragraph_id")["evidence"]
    said = "".join(tinted(page, "mark"))
    assert all(evidence[key.removeprefix("p-")] in said for key in wanted)
    assert page.locator("#said").get_attribute("role") == "status"
    assert page.locator("#said").inner_text() == f"Stars: {len(wanted)} of 6 paragraphs"
    act()
    assert button.get_attribute("aria-pressed") == "false"
    assert tinted(page, ".paragraph") == tinted(page, "mark") == []
    assert not page.locator("#bar").is_visible()


def test_next_and_previous_go_from_evidence_to_evidence(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file, article(small_run, "On bread, part 1"), (1280, 400))
    wanted = paragraphs_on(small_run, "On bread, part 1", "bread")
    n = len(wanted)
    assert n >= 3
    page.locator(".page:visible .buttons button", has_text="Bread").click()
    following, previous = page.get_by_role("button", name="Next"), page.get_by_role("button", name="Previous")
    for i in (1, 2):
        following.click()
        assert focused(page) == wanted[i - 1]
        assert page.locator("#said").inner_text() == f"Bread: {n} of 5 paragraphs; evidence {i} of {n}"
        box = page.locator(f"[id='{wanted[i - 1]}']").bounding_box()
        assert 0 <= box["y"] <= 400 - box["height"]
    previous.press("Enter")
    assert focused(page) == wanted[0]
    page.keyboard.press("ArrowLeft")
    assert focused(page) == wanted[-1], "the first follows the last"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused(page) == wanted[1]
    page.keyboard.press("Escape")
    assert focused(page) == "next"
    page.get_by_role("button", name="Clear highlight").press("Enter")
    assert tinted(page, ".paragraph") == []


def test_the_chosen_theme_goes_along_to_the_next_article(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    page.locator("#theme").select_option("2")
    page.locator("#list tbody tr:visible a").first.click()
    title = page.locator(".page:visible h2").inner_text()
    assert tinted(page, ".paragraph") == paragraphs_on(small_run, title, "stars")
    page.locator(".page:visible .trail a").last.click()
    other = page.locator(".page:visible h2").inner_text()
    assert other != title
    assert tinted(page, ".paragraph") == paragraphs_on(small_run, other, "stars")
    n = len(paragraphs_on(small_run, other, "stars"))
    assert page.locator("#said").inner_text().startswith(f"Stars: {n} of ")


def test_a_quote_leads_to_its_paragraph_with_its_theme_highlighted(visit: Visit, file: Path) -> None:
    page = visit(file)
    page.locator(".legend a", has_text="Boats").click()
    theme = page.locator("#theme-3")
    assert theme.evaluate("one => one.open"), "the legend opens the evidence of its theme"
    quote = theme.locator("blockquote").nth(1)
    said = quote.evaluate("one => one.firstChild.textContent").strip()
    quote.locator("a").click()
    here = page.locator(".paragraph:focus")
    assert said in here.locator(".text").inner_text()
    assert "evidence" in page.locator("#said").inner_text()
    assert here.get_attribute("id") in tinted(page, ".paragraph")
    assert page.locator(".page:visible [aria-pressed=true]").inner_text().startswith("Boats")


def test_a_block_of_the_ribbon_leads_to_its_paragraph(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file, article(small_run, "On boats, part 1"))
    ribbon = page.get_by_role("img", name="Themes of the paragraphs in reading order. 1")
    box = ribbon.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + 4)
    assert page.locator(".paragraph:focus .place").inner_text() == "5"


# the map


def dots(page: Any) -> list[tuple[float, float]]:
    """Where on the screen something is painted in a theme's colour."""
    page.locator("#plot").scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    return page.evaluate("""() => {
      const canvas = document.querySelector("#plot canvas"), box = canvas.getBoundingClientRect(), found = [];
      const pen = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
      pen.drawImage(canvas, 0, 0);
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height), ratio = canvas.width / box.width;
      for (let i = 0; i < data.length; i += 4) {
        const low = Math.min(data[i], data[i + 1], data[i + 2]), high = Math.max(data[i], data[i + 1], data[i + 2]);
        if (data[i + 3] > 150 && high - low > 60)
          found.push([box.x + i / 4 % canvas.width / ratio, box.y + Math.floor(i / 4 / canvas.width) / ratio]);
      }
      return found;
    }""")


def test_the_map_shows_the_paragraph_under_the_mouse_and_opens_it(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    tip = page.locator("#tip")
    assert not tip.is_visible()
    x, y = dots(page)[0]
    page.mouse.move(x, y + 2)
    assert tip.is_visible()
    said = tip.locator("p").all_inner_texts()
    assert said[2] in small_run.paragraphs["text"].tolist()
    assert said[3].startswith("topic: ")
    (found,) = small_run.paragraphs[small_run.paragraphs["text"] == said[2]].itertuples()
    title = small_run.articles.set_index("article_id")["title"][found.article_id]
    assert said[0] == f"{title}, paragraph {found.position}"
    box = page.locator("#plot").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    assert not tip.is_visible()
    page.mouse.click(x, y + 2)
    assert focused(page) == f"p-{found.paragraph_id}"


def test_the_map_by_keyboard(visit: Visit, file: Path, small_run: Run) -> None:
    page = visit(file)
    said = page.locator("#map-said")
    assert said.get_attribute("role") == "status"
    page.locator("#plot").focus()
    seen = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        seen.add(said.text_content())
    assert len(seen) >= 4
    assert [text for text in seen if not any(one in text for one in small_run.paragraphs["text"])] == []
    here = page.locator("#tip p").nth(2).inner_text()
    page.keyboard.press("Enter")
    assert page.locator(".paragraph:focus .text").inner_text() == here
    page.go_back()
    until(page, lambda: focused(page) == "plot")
    page.keyboard.press("ArrowUp")
    assert page.locator("#tip").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()


def test_on_a_phone_the_first_tap_shows_and_the_second_opens(visit: Visit, file: Path) -> None:
    page = visit(file, "", PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    x, y = dots(page)[0]
    page.touchscreen.tap(x, y + 1)
    assert page.locator("#tip").is_visible()
    assert page.locator("#overview").is_visible()
    page.touchscreen.tap(x, y + 1)
    assert page.locator(".paragraph:focus").is_visible()


def test_the_map_paints_a_chosen_theme_alone(visit: Visit, file: Path) -> None:
    page = visit(file)
    before = len(dots(page))
    page.locator("#map button", has_text="Bread").press("Space")
    until(page, lambda: 0 < len(dots(page)) < 0.8 * before)
    assert page.locator("#map [aria-pressed=true]").inner_text() == "Bread"
    page.locator("#map button", has_text="Bread").press("Space")
    until(page, lambda: len(dots(page)) == before)


# everyone


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_the_overview(visit: Visit, file: Path, size: tuple[int, int]) -> None:
    page = visit(file, "", size)
    assert violations(page) == []
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.locator("#theme").select_option("1")
    page.locator("#plot").focus()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_an_article(visit: Visit, file: Path, small_run: Run, size: tuple[int, int]) -> None:
    page = visit(file, article(small_run, "On boats, part 2"), size)
    assert violations(page) == []
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.locator(".page:visible .buttons button").first.click()
    page.locator("#next").click()
    assert violations(page) == []


def test_a_phone_scrolls_up_and_down_alone(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    record, changed = plain(small_run), frames(small_run)
    long = "Multipolaritätserwartungen " * 4 + "x" * 90
    record["title"] = long
    changed["articles"][["title", "source", "author"]] = long
    changed["paragraphs"]["section"] = long
    page = visit(written(small_run, record, changed, tmp_path), "", PHONE, is_mobile=True, has_touch=True)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) == PHONE[0]
    page.locator("#list tbody a").first.click()
    page.locator(".page:visible .buttons button").first.click()
    assert page.evaluate(wide) == PHONE[0]


def test_names_of_themes_are_not_broken_in_tables(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    record = plain(small_run)
    for theme in record["codebook"]["theme"]:
        theme["label"] = "Multipolarity"
    page = visit(written(small_run, record, frames(small_run), tmp_path), "", PHONE, is_mobile=True)
    for where in ("#list .shares li", ".book .chip", ".legend .chip"):
        lines = page.locator(where).first.evaluate(
            """one => { const range = document.createRange(), text = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
            while (text.nextNode()) { const at = text.currentNode.data.indexOf("Multipolarity");
              if (at >= 0) { range.setStart(text.currentNode, at); range.setEnd(text.currentNode, at + 13);
                return new Set([...range.getClientRects()].map(box => box.top)).size; } } }"""
        )
        assert lines == 1, where


def test_print_leaves_the_controls_out_and_opens_what_is_folded(visit: Visit, file: Path) -> None:
    page = visit(file)
    page.emulate_media(media="print")
    for what in (".sections", "#filters", "#map", ".more-row", "#shown"):
        assert not page.locator(what).is_visible(), what
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".evidence blockquote").first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator(".evidence").first.evaluate("one => one.open")


# what strangers write


def poisoned(run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    record, changed = plain(run), frames(run)
    record["title"] = EVIL
    record["warnings"] = [EVIL]
    for theme in record["codebook"]["theme"]:
        theme["label"] += EVIL
        theme["description"] += EVIL
        theme["keywords"].append(EVIL)
    record["learned_words"] = {name: [EVIL] for name in record["learned_words"]}
    changed["articles"][["title", "author", "outlet", "date", "source", "language"]] = EVIL
    for name in ("outlets", "outlet_differences", "outlet_topics"):
        changed[name]["outlet"] += EVIL
    changed["paragraphs"][["text", "section"]] = EVIL
    changed["themes"][["evidence", "evidence_start", "evidence_end"]] = [EVIL, 0, len(EVIL)]
    changed["dropped"][["text", "reason"]] = EVIL
    changed["topics"]["label"] = EVIL
    return record, changed


def test_scripts_in_the_words_of_strangers_do_nothing(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    page = visit(written(small_run, *poisoned(small_run), tmp_path))
    page.locator("#theme").select_option("1")
    page.locator("#theme").select_option("")  # the article that lies leftmost on the map may have another theme
    page.locator("#words").fill("script")
    page.wait_for_timeout(200)
    page.locator("#plot").focus()
    page.keyboard.press("ArrowDown")
    assert EVIL in page.locator("#tip").inner_text()
    page.keyboard.press("Enter")
    page.locator(".page:visible .buttons button").first.click()
    page.locator("#next").click()
    page.locator(".page:visible .dropped summary").click()
    assert page.locator(".page:visible h2").inner_text() == EVIL
    assert page.title() == f"{EVIL} – {EVIL}"
    assert page.locator(".paragraph:visible .text").first.inner_text() == EVIL
    assert page.evaluate("window.hacked") is None
    assert page.locator("main script, [onerror]").count() == 0


def test_even_a_script_that_got_into_the_page_does_not_run(browser: Any, file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "report.html"
    text = file.read_text(encoding="utf-8")
    broken.write_text(text.replace('<div class="text" dir="auto"', f'{EVIL}<div class="text" dir="auto"'), encoding="utf-8")
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(broken.as_uri())
    page.wait_for_timeout(100)
    assert page.locator("main script").count() > 0
    assert page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in said for said in refused)
    assert page.locator("#filters").is_visible(), "ours runs"
    page.close()


# what a run may lack


def test_a_run_without_text_works_as_well(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    record, changed = plain(small_run), frames(small_run)
    record["settings"]["deposit"]["text"] = False
    changed["paragraphs"][["text", "section"]] = ""
    changed["dropped"]["text"] = ""
    changed["themes"]["evidence"] = ""
    page = visit(written(small_run, record, changed, tmp_path))
    assert violations(page) == []
    page.locator("#words").fill("published")
    until(page, lambda: page.locator("#shown").inner_text().startswith("0 of 6"))
    page.get_by_role("button", name="Clear").click()
    page.locator("#plot").focus()
    page.keyboard.press("ArrowDown")
    assert "words, text not published" in page.locator("#tip").inner_text()
    page.keyboard.press("Enter")
    page.locator(".page:visible .buttons button").first.click()
    page.locator("#next").click()
    assert page.locator(".paragraph:focus").is_visible()
    assert violations(page) == []


def test_an_article_without_paragraphs_and_a_run_without_a_map_break_nothing(
    visit: Visit, small_run: Run, tmp_path: Path
) -> None:
    changed = frames(small_run)
    gone = changed["articles"]["article_id"].iloc[0]
    lost = changed["paragraphs"].loc[changed["paragraphs"]["article_id"] == gone, "paragraph_id"]
    for name in ("themes", "paragraph_topics", "paragraphs"):
        changed[name] = changed[name][~changed[name]["paragraph_id"].isin(lost)]
    for name in ("profiles", "article_topics"):
        changed[name] = changed[name][changed[name]["article_id"] != gone]
    changed["topic_map"] = tables.empty("topic_map")
    page = visit(written(small_run, plain(small_run), changed, tmp_path))
    assert not page.locator("#map").is_visible()
    page.locator("#theme").select_option("0")
    bare = small_run.profiles[small_run.profiles["theme"] == UNASSIGNED]
    bare = bare[(bare["share"] > 0) & (bare["article_id"] != gone)]
    assert len(titles(page)) == len(bare)
    page.goto(page.url.split("#")[0] + f"#a-{gone}")
    assert "No paragraph of this article is in the analysis." in page.locator(".page:visible").inner_text()
    assert not page.locator("#bar").is_visible()
    page.locator(".page:visible .trail a").last.click()
    assert page.locator(".page:visible .paragraph").count() > 0


def test_a_run_that_names_no_outlet_and_no_date_has_no_filter_for_them(visit: Visit, small_run: Run, tmp_path: Path) -> None:
    changed = frames(small_run)
    changed["articles"][["outlet", "date"]] = ""
    changed["outlets"] = changed["outlets"][changed["outlets"]["outlet"] == "First Paper"].assign(outlet="")
    changed["outlet_differences"] = tables.empty("outlet_differences")
    page = visit(written(small_run, plain(small_run), changed, tmp_path))
    assert page.locator("#list thead th").all_inner_texts() == ["Article", "Leading themes"]
    assert page.locator("#outlet").count() == 0
    assert page.locator("#overview li", has_text="All articles (6): ").count() == 1
    page.locator("#theme").select_option("1")
    assert len(titles(page)) == len(shares(small_run, "bread"))
    assert violations(page) == []
