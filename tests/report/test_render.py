"""report.html: one self-contained page that keeps the words of articles words."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import plain
from webpage import EVIL, Page

from topics import tables
from topics.figures import ribbon_blocks
from topics.record import RunRecord
from topics.report import methods_sentences, pages, render_report, split_at_evidence
from topics.runs import Run
from topics.tables import UNASSIGNED


@pytest.fixture(scope="module")
def text(small_run: Run) -> str:
    return (small_run.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def frames(run: Run) -> dict:
    return {name: run.table(name) for name in tables.COLUMNS}


def test_the_report_asks_nothing_of_the_network(page: Page) -> None:
    assert page.tags["link"] == page.tags["iframe"] == page.tags["object"] == 0
    for tag, key, value in page.attributes:
        if key in ("src", "href", "srcset", "poster", "action", "data", "background", "xlink:href"):
            assert value.startswith(("#", "data:")), f"<{tag} {key}={value[:60]!r}>"
        if key in ("style", "http-equiv", "content"):
            assert "http:" not in value
            assert "https:" not in value
    assert not re.search(r"@import|url\(|https?:", page.inside["style"])
    assert not re.search(r"https?:|import|fetch|XMLHttp", page.inside["script"])


def test_every_figure_is_embedded_with_the_alt_text_and_caption_of_its_sidecar(small_run: Run, page: Page) -> None:
    sidecars = [json.loads(path.read_text(encoding="utf-8")) for path in (small_run.folder / "figures").glob("*.json")]
    without_data = [data for data in sidecars if not data["table"]["rows"] and data["caption"].startswith(data["alt"])]
    drawn = [data for data in sidecars if data not in without_data]
    assert sorted(image["alt"] for image in page.images) == sorted(data["alt"] for data in drawn)
    for data in without_data:
        assert data["alt"] in page.words, "a figure without data is a line of text"
    for data in drawn:
        assert data["caption"] in page.words
    for image in page.images:
        head, _, body = image["src"].partition(";base64,")
        assert head == "data:image/svg+xml"
        svg = ElementTree.fromstring(base64.b64decode(body, validate=True))
        assert svg.tag.endswith("svg")
        hrefs = [value for node in svg.iter() for key, value in node.attrib.items() if key.endswith("href")]
        assert [value for value in hrefs if not value.startswith(("#", "data:image/png;base64,"))] == []


def test_the_report_names_every_article_and_shows_every_paragraph_and_dropped_line(small_run: Run, page: Page) -> None:
    words = " ".join(page.words.split())
    wanted = [*small_run.articles["title"], *small_run.paragraphs["text"], *small_run.dropped["text"]]
    assert [one for one in wanted if " ".join(one.split()) not in words] == []


def test_links_within_the_page_lead_somewhere_and_ids_are_unique(page: Page) -> None:
    ids = [value for _, key, value in page.attributes if key == "id"]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert {value[1:] for _, key, value in page.attributes if key == "href"} <= set(ids)


def test_the_page_can_be_made_again_from_the_run_folder_alone(small_run: Run, text: str) -> None:
    again = Run(small_run.folder)
    assert render_report(again.record, frames(again), again.folder / "figures") == text


def test_words_of_articles_and_codebook_stay_words(small_run: Run, page: Page, tmp_path: Path) -> None:
    """Every cell and label that a stranger may have written carries a script and quotes: not one tag more."""
    figures = Path(shutil.copytree(small_run.folder / "figures", tmp_path / "figures"))
    sidecar = json.loads((figures / "ribbon.json").read_text(encoding="utf-8"))
    (figures / "ribbon.json").write_text(json.dumps(sidecar | {"alt": EVIL, "caption": EVIL}), encoding="utf-8")
    record = plain(small_run)
    record["title"] += EVIL
    record["warnings"] = [note + EVIL for note in record["warnings"]]
    for theme in record["codebook"]["theme"]:
        theme["label"] += EVIL
        theme["description"] += EVIL
        theme["keywords"].append(EVIL)
        theme["name"] += EVIL
    record["learned_words"] = {name + EVIL: [*words, EVIL] for name, words in record["learned_words"].items()}
    changed = frames(small_run)
    for frame in changed.values():
        if "theme" in frame:
            frame["theme"] = frame["theme"].where(frame["theme"].isin(["", "unassigned"]), frame["theme"] + EVIL)
        if "outlet" in frame:
            frame["outlet"] += EVIL
    changed["articles"][["title", "author", "source"]] += EVIL
    copied, kept = changed["articles"]["article_id"].head(2)
    changed["duplicates"].loc[0] = [f"copy.txt{EVIL}", copied, kept, 0.9]
    changed["paragraphs"]["text"] += EVIL
    changed["dropped"]["text"] += EVIL
    changed["topics"]["label"] += EVIL
    changed["topics"]["words"] = changed["topics"]["label"] + ", " + changed["topics"]["words"]
    changed["topic_hierarchy"]["label"] += EVIL
    long = changed["themes"].merge(changed["paragraphs"], on="paragraph_id")["text"].str.len()
    changed["themes"]["evidence_end"] = long.where(changed["themes"]["assigned"], 0)

    seen = Page(render_report(RunRecord.from_dict(record), changed, figures))

    assert seen.tags == page.tags
    assert {(tag, key) for tag, key, _ in seen.attributes} == {(tag, key) for tag, key, _ in page.attributes}
    assert seen.inside["script"] == page.inside["script"]
    for text in [
        *changed["paragraphs"]["text"],
        *changed["articles"]["title"],
        *changed["dropped"]["text"],
        record["title"],
    ]:
        assert text in seen.words
    assert EVIL in [image["alt"] for image in seen.images]


def test_an_article_of_which_nothing_is_left_is_listed_with_its_dropped_lines(small_run: Run) -> None:
    changed = frames(small_run)
    gone = changed["articles"]["article_id"].iloc[0]
    changed["articles"].loc[0, ["n_paragraphs", "n_words"]] = 0
    lost = changed["paragraphs"].loc[changed["paragraphs"]["article_id"] == gone, "paragraph_id"]
    for name in ("themes", "paragraph_topics", "topic_map", "paragraphs"):
        changed[name] = changed[name][~changed[name]["paragraph_id"].isin(lost)]
    for name in ("profiles", "article_topics"):
        changed[name] = changed[name][changed[name]["article_id"] != gone]
    seen = Page(render_report(small_run.record, changed, small_run.folder / "figures"))
    assert changed["articles"]["title"].iloc[0] in seen.words
    assert ("section", "id", f"a-{gone}") in seen.attributes
    assert "No paragraph of this article is in the analysis." in seen.words
    assert seen.words.count("no paragraph left") == 1


def test_a_copy_is_listed_with_the_title_of_the_article_that_it_repeats(small_run: Run, page: Page) -> None:
    assert "nearly repeats" not in page.words
    changed = frames(small_run)
    ids, titles = changed["articles"]["article_id"], changed["articles"]["title"]
    changed["duplicates"].loc[0] = ["copy.txt", ids[0], ids[1], 0.9]
    changed["articles"].loc[0, "n_paragraphs"] = 0
    seen = Page(render_report(small_run.record, changed, small_run.folder / "figures"))
    assert seen.words.count("excluded as a near copy of") == 1
    assert f"excluded as a near copy of “{titles[1]}”" in seen.words
    changed["articles"].loc[1, "title"] = ""
    seen = Page(render_report(small_run.record, changed, small_run.folder / "figures"))
    file = Path(changed["articles"].loc[1, "source"]).stem
    assert f"excluded as a near copy of “{file}”" in seen.words


METHODS = {
    "more than 300 words were split at sentence boundaries": {},
    "unit of analysis, called paragraph here, is the sentence": {"unit": "sentence"},
    "is the article: the interval of an article is based on one unit": {"unit": "article"},
    "The input table has one paragraph per row": {"unit": "paragraph"},
    "the others are listed in duplicates.csv": {"duplicates": "drop"},
    "Paragraphs in languages other than en were dropped": {"other_languages": "drop"},
    "Missing spaces between words were restored (repairs.csv)": {"repair": True},
    "1 line was reclassified manually (corrections in run.json)": {"corrections": True},
}


@pytest.mark.parametrize("said", METHODS)
def test_the_methods_say_how_this_run_read_its_pages(small_run: Run, said: str) -> None:
    """Each sentence stands where its setting holds, and not where another does."""
    wanted = METHODS[said]
    without = {
        "unit": "sentence" if not wanted else "auto",
        "duplicates": "keep",
        "other_languages": "keep",
        "repair": False,
    }
    for changes, holds in ((wanted, True), (without, False)):
        record = plain(small_run)
        record["settings"]["reading"] |= {key: value for key, value in changes.items() if key != "corrections"}
        record["results"]["corrections"] = int("corrections" in changes)
        seen = Page(render_report(RunRecord.from_dict(record), frames(small_run), small_run.folder / "figures"))
        assert (said in " ".join(seen.words.split())) == holds


def table_of(text: str, anchor: str) -> list[list[str]]:
    """The rows of the first table behind the heading ``anchor``, words alone."""
    part = text.split(f'<h2 id="{anchor}"', 1)[1].split("</table>", 1)[0]
    return [[html.unescape(re.sub("<[^>]*>", "", cell)).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", part)]  # fmt: skip


def test_each_theme_is_named_with_its_topics_and_each_topic_with_what_no_theme_covers(small_run: Run, text: str) -> None:
    topics, over = small_run.topics, small_run.topic_themes
    bare = over[over["theme"] == UNASSIGNED].set_index("topic_id")["share"]
    header, *found = table_of(text, "topics")
    place = header.index("without a theme")
    assert [row[0] for row in found] == [str(topic) for topic in topics["topic_id"]]
    assert [row[place] for row in found] == [f"{100 * bare[topic]:.0f} %" for topic in topics["topic_id"]]
    header, *found = table_of(text, "codebook")
    own = topics[topics["theme"] != ""].groupby("theme")["label"].apply(", ".join)
    names = small_run.codebook.names
    assert [row[header.index("its topics")] for row in found] == [own.get(name, "–") for name in names]
    assert len(own) >= 2


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_topic_with_more_than_half_of_its_words_without_a_theme_is_a_blind_spot(small_run: Run, n: int) -> None:
    changed = frames(small_run)
    over, topics = changed["topic_themes"], changed["topics"]
    named = topics[topics["topic_id"] >= 0]
    assert len(named) >= 2
    blind, half = named.head(n), named["topic_id"].iloc[-1]
    bare = over["theme"] == UNASSIGNED
    over.loc[bare, "share"] = 0.2
    over.loc[bare & over["topic_id"].isin(blind["topic_id"]), "share"] = 0.51
    if n < 2:
        over.loc[bare & (over["topic_id"] == half), "share"] = 0.5
    outliers = topics.iloc[:1].assign(topic_id=-1, label="Outliers", words="mist", theme="", size=9)
    changed["topics"] = pd.concat([outliers, named], ignore_index=True)
    rows = over.iloc[:4].assign(topic_id=-1, share=0.9)
    changed["topic_themes"] = pd.concat([rows, over[over["topic_id"] >= 0]], ignore_index=True)
    seen = " ".join(Page(render_report(small_run.record, changed, small_run.folder / "figures")).words.split())
    assert ("Blind spots of the codebook." in seen) == (n > 0)
    if n:
        listed = "; ".join(f"{row.words} ({row.size} paragraphs)" for row in blind.itertuples())
        noun = "1 topic" if n == 1 else "2 topics"
        assert f"More than half of the words of {noun} are in paragraphs without a theme: {listed}. Read them" in seen


def words_of(run: Run, changed: dict, record: dict | None = None) -> str:
    page = render_report(RunRecord.from_dict(record or plain(run)), changed, run.folder / "figures")
    return " ".join(Page(page).words.split())


def test_an_unstable_topic_is_marked_wherever_it_is_shown(small_run: Run) -> None:
    changed = frames(small_run)
    topics, over = changed["topics"], changed["topic_themes"]
    assert topics["theme"].iloc[0], "a topic that the codebook table lists too"
    topics["stability"] = 0.9
    assert not re.search(r"\(unstable\)|them unstable|\d unstable", words_of(small_run, changed))
    topics.loc[0, "stability"] = 0.41
    over.loc[over["theme"] == UNASSIGNED, "share"] = 0.6  # a blind spot
    text = render_report(small_run.record, changed, small_run.folder / "figures")
    said = " ".join(Page(text).words.split())
    marked = f"{topics['label'].iloc[0]} (unstable)"
    inside = (changed["paragraph_topics"]["topic_id"] == topics["topic_id"].iloc[0]).sum()
    assert said.count(f"topic: {marked}") == inside
    assert said.count(marked) >= inside + 4, "paragraphs, quotes, tree, outlets, codebook"
    assert "1 of them unstable" in said
    assert f"{topics['words'].iloc[0]} (unstable) ({topics['size'].iloc[0]} paragraphs)" in said
    header, *rows = table_of(text, "topics")
    assert [row[header.index("stability")] for row in rows] == ["0.41 unstable", *["0.90"] * (len(topics) - 1)]
    header, *rows = table_of(text, "codebook")
    assert sum("(unstable)" in row[header.index("its topics")] for row in rows) == 1


def test_each_topic_is_shown_with_its_words_coherence_and_the_paragraphs_in_its_middle(small_run: Run, text: str) -> None:
    header, *rows = table_of(text, "topics")
    assert [row[header.index("coherence")] for row in rows] == [
        f"{value:.2f}".replace("-", "−") for value in small_run.topics["npmi"]
    ]
    texts = small_run.paragraphs.set_index("paragraph_id")["text"]
    part = text.split("<h3>Representative paragraphs</h3>")[1].split("<h3>")[0]
    quotes = [html.unescape(quote).strip() for quote in re.findall("<blockquote[^>]*>(.*?)<footer", part)]
    assert quotes == [" ".join(texts[key].split()) for key in small_run.representatives["paragraph_id"]]
    changed = frames(small_run)
    changed["paragraphs"]["text"] = "word " * 61
    changed["themes"]["assigned"] = False
    assert f"{'word ' * 60}… On" in words_of(small_run, changed)
    changed["paragraphs"]["text"] = "字" * 900
    assert f"{'字' * 500} … On" in words_of(small_run, changed)


def test_reassigned_paragraphs_are_counted_and_marked(small_run: Run) -> None:
    changed, record = frames(small_run), plain(small_run)
    record["results"]["reassigned_share"] = 3 / 33
    changed["paragraph_topics"]["reassigned"] = [i < 3 for i in range(33)]
    changed["paragraph_topics"]["topic_id"] = 0
    said = words_of(small_run, changed, record)
    assert "that HDBSCAN classified as outliers in most reruns were also assigned to the nearest topic" in said
    assert len(re.findall(r"topic: [^.]*?, reassigned", said)) >= 3
    changed["paragraph_topics"]["reassigned"] = False
    assert not re.search("marked reassigned|, reassigned", words_of(small_run, changed, record))


def tree_of(text: str) -> str:
    return text.split('<ul class="tree small">')[1].split("</div>")[0].split("<h")[0]


def test_the_tree_of_topics_lists_each_topic_once_below_its_groups(small_run: Run, text: str) -> None:
    listed = re.findall(r"<li><b>(\d+)</b>", tree_of(text))
    assert sorted(map(int, listed)) == small_run.topics.loc[small_run.topics["topic_id"] >= 0, "topic_id"].tolist()
    assert tree_of(text).count("<ul>") == len(small_run.topic_hierarchy) - 1
    many = 75
    changed = frames(small_run)
    first = changed["topics"].iloc[0]
    changed["topics"] = pd.DataFrame([first] * many).assign(topic_id=range(many), size=1)
    changed["topic_hierarchy"] = pd.DataFrame(
        [{"parent_id": many + i, "left_id": 2 * i, "right_id": 2 * i + 1, "distance": 1.0, "size": 2, "label": "group"}
         for i in range(many - 1)]
    )  # fmt: skip
    over = changed["topic_themes"][changed["topic_themes"]["topic_id"] == first.topic_id]
    changed["topic_themes"] = pd.concat([over.assign(topic_id=i) for i in range(many)])
    shown = tree_of(render_report(small_run.record, changed, small_run.folder / "figures"))
    assert shown.count("<li>") - shown.count("<ul>") == 60, "closed where more than 60 groups would show"
    assert shown.count(", 2 topics") == 15
    for name in ("topic_hierarchy", "topic_levels"):
        changed[name] = tables.empty(name)
    assert "Merged pairwise by Ward’s method" not in words_of(small_run, changed)


def test_topics_per_outlet_and_period_are_shown_where_they_are_few(small_run: Run, text: str) -> None:
    for title, name, key in (("outlet", "outlet_topics", "outlet"), ("month", "topics_over_time", "period")):
        part = text.split(f"<h3>Topics per {title}</h3>")[1].split("</table>")[0]
        found = small_run.table(name)
        columns = found[key].drop_duplicates().tolist()
        assert re.findall("<th[^>]*>(.*?)</th>", part.split("</thead>")[0])[1:] == columns
        cells = re.findall('<td class="number">(.*?)</td>', part)
        wide = found.set_index([key, "topic_id"])
        assert cells == [
            f"{100 * row.share:.0f} ({100 * row.low:.0f}–{100 * row.high:.0f})"
            for topic in small_run.topics["topic_id"]
            for row in (wide.loc[(column, topic)] for column in columns)
        ]
    changed = frames(small_run)
    many = [small_run.topics_over_time.assign(period=str(2000 + i)) for i in range(7)]
    changed["topics_over_time"] = pd.concat(many)
    changed["outlet_topics"] = changed["outlet_topics"].assign(outlet="")
    said = words_of(small_run, changed)
    assert "Topics per month (7 of them): tables/topics_over_time.csv." in said
    assert "Topics per outlet" not in said


def test_the_report_says_why_there_are_as_many_topics(small_run: Run) -> None:
    changed, record = frames(small_run), plain(small_run)
    changed["granularity"] = pd.DataFrame(
        {
            "n_topics": [2, 3],
            "stability": [0.5, 0.75],
            "error": [0.1, 0.02],
            "coherence": [0.1, 0.2],
            "equal": [False, True],
            "chosen": [False, True],
        }
    )
    said = "3 topics: of the numbers tried, 2 to 3, the most stable one, adjusted for reference vectors"
    assert f"{said} (stability 0.75 ± 0.02, NPMI 0.20). Another number" in words_of(small_run, changed)
    changed["granularity"]["equal"] = True
    said = "the largest of those that are equally stable within one standard error (2, 3)"
    assert f"{said} (stability 0.75 ± 0.02, NPMI 0.20)" in words_of(small_run, changed)
    record["settings"]["topics"]["granularity"] = 3
    assert "3 topics were requested (topics.granularity); 3 could be distinguished." in words_of(small_run, changed, record)
    changed["granularity"] = changed["granularity"].tail(1)
    assert "were requested" not in words_of(small_run, changed, record)


@pytest.mark.parametrize(("runs", "said"), [(10, "repeated 10 times"), (1, "codebook, once."), (0, "found no clusters")])
def test_the_report_says_how_often_the_clustering_was_repeated(small_run: Run, runs: int, said: str) -> None:
    record = plain(small_run)
    record["results"]["stability"]["runs"] = runs
    seen = words_of(small_run, frames(small_run), record)
    assert said in seen
    assert ("with the topics of each single rerun" in seen, "because the clustering was not repeated" in seen) == (
        runs > 1,
        runs == 1,
    )
    assert ("Strehl and Ghosh 2002" in seen) == (runs > 1)


def test_the_methods_say_when_coded_paragraphs_calibrated_and_from_which_sheets(small_run: Run, page: Page) -> None:
    assert "manually coded paragraphs" not in page.words
    record = plain(small_run)
    record["results"]["coded_paragraphs"] = 27
    record["inputs"]["coding"] = {"sheet-anna": "0" * 64, f"sheet-ben{EVIL}": "1" * 64}
    seen = Page(render_report(RunRecord.from_dict(record), frames(small_run), small_run.folder / "figures"))
    assert (
        f"; scores were then corrected with 27 manually coded paragraphs (sheet-anna, sheet-ben{EVIL}; Cox 1958;"
        in seen.words
    )
    assert seen.tags == page.tags


@pytest.mark.parametrize(("trust", "said"), [(1.0, False), (0.2, True)])
def test_the_methods_say_when_scores_were_lowered(small_run: Run, trust: float, said: bool) -> None:
    record = plain(small_run)
    record["results"]["keyword_fitness"] = {"cohesion": 2.0, "coherence": 0.2, "trust": trust}
    seen = Page(render_report(RunRecord.from_dict(record), frames(small_run), small_run.folder / "figures"))
    assert ("The codebook fits the corpus poorly, and logits were reduced to" in seen.words) == said


@pytest.mark.parametrize("guided", [True, False])
def test_the_report_says_whether_themes_guided_the_topics(small_run: Run, guided: bool) -> None:
    record = plain(small_run)
    record["settings"]["topics"]["guided"] = guided
    text = render_report(RunRecord.from_dict(record), frames(small_run), small_run.folder / "figures")
    section = text.split('<h2 id="topics"')[1].split("</p>")[0]
    for said in (section, " ".join(methods_sentences(RunRecord.from_dict(record)).values())):
        assert ("guided by the primary themes" in said, "without the codebook" in said) == (guided, not guided)


def test_the_only_script_that_may_run_is_the_one_whose_hash_the_page_names(text: str, page: Page) -> None:
    (policy,) = [value for tag, key, value in page.attributes if key == "content" and "script-src" in value]
    assert page.tags["script"] == 1
    known = base64.b64encode(hashlib.sha256(page.inside["script"].encode()).digest()).decode()
    assert f"script-src 'sha256-{known}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert not [key for _, key, _ in page.attributes if key.startswith("on")]


def test_the_methods_are_plain_paragraphs_and_stand_in_the_page(small_run: Run, page: Page) -> None:
    said = methods_sentences(small_run.record).values()
    words = " ".join(page.words.split())
    for paragraph in said:
        assert " ".join(paragraph.split()) in words
        assert "<" not in paragraph


def test_the_summary_names_the_outlets_that_clearly_differ(small_run: Run) -> None:
    changed = frames(small_run)
    rows = changed["outlet_differences"]
    assert rows["outlet"].nunique() == 2
    rows[["difference", "low", "high"]] = [0.1, -0.1, 0.2]
    assert "Clear differences between outlets" not in words_of(small_run, changed)
    first, theme = rows["outlet"] == "First Paper", rows["theme"]
    rows.loc[first & (theme == "boats"), ["difference", "low", "high"]] = [-0.3, -0.41, -0.02]
    rows.loc[first & (theme == "stars"), ["difference", "low", "high"]] = [0.4, 0.1, 0.5]
    rows.loc[first & (theme == UNASSIGNED), ["difference", "low", "high"]] = [0.9, 0.8, 0.95]
    said = words_of(small_run, changed)
    more = "First Paper: Stars has a larger share of words than in Second Paper, by 40 percentage points (10–50)."
    less = "First Paper: Boats has a smaller share of words than in Second Paper, by 30 percentage points (2–41)."
    assert f"{more} {less} The interval excludes zero for 2 of 3 differences between outlets" in said
    assert "Second Paper: " not in said, "the same difference from the other side"
    third = rows[first].assign(outlet="Third Paper", difference=0.05, low=0.01, high=0.09)
    changed["outlet_differences"] = pd.concat([rows, third, third.assign(outlet="Fourth Paper")], ignore_index=True)
    said = words_of(small_run, changed)
    assert said.count("than in the other outlets together,") == 5, "at most a handful"
    assert "excludes zero for 8 of 12 differences" in said
    changed["outlet_differences"] = tables.empty("outlet_differences")
    assert "Clear differences between outlets" not in words_of(small_run, changed)


def with_groups(run: Run, column: str = "party") -> tuple[RunRecord, dict]:
    """The run as if a column that repeats the outlet, with markup in its name and values, had been compared."""
    record, changed = plain(run), frames(run)
    record["settings"]["groups"]["by"] = [column]
    for name, source in (
        ("groups", "outlets"),
        ("group_differences", "outlet_differences"),
        ("group_topics", "outlet_topics"),
    ):
        changed[name] = changed[source].rename(columns={"outlet": "group"}).assign(column=column)
    changed["articles"] = changed["articles"].assign(**{column: changed["articles"]["outlet"]})
    return RunRecord.from_dict(record), changed


@pytest.mark.parametrize("column", ["party", "<script>alert(1)</script>", "previous", "title_", "shares", "by hand"])
def test_groups_have_a_table_with_their_intervals_and_clear_differences(small_run: Run, column: str) -> None:
    record, changed = with_groups(small_run, column)
    changed["articles"].loc[0, column] = ""
    rows = changed["group_differences"]
    rows[["difference", "low", "high"]] = [0.1, -0.1, 0.2]
    stars = rows["theme"] == "stars"
    rows.loc[stars & (rows["group"] == "First Paper"), ["difference", "low", "high"]] = [0.4, 0.1, 0.5]
    rows.loc[stars & (rows["group"] == "Second Paper"), ["difference", "low", "high"]] = [-0.4, -0.5, -0.1]
    made = render_report(record, changed, small_run.folder / "figures")
    assert made.count("<script") == 1
    part = made.split('<h2 id="groups"')[1].split("</section>")[0]
    assert f"<h3>By {html.escape(column)}</h3>" in part
    found = small_run.outlets.set_index(["outlet", "theme"])
    shown = re.findall('<td class="number">(?:<b>)?([^<]*)(?:</b>)?</td>', part)
    expected = []
    for outlet in ("First Paper", "Second Paper"):
        expected.append(str((changed["articles"][column] == outlet).sum()))
        for theme in [*small_run.codebook.names, UNASSIGNED]:
            row = found.loc[(outlet, theme)]
            expected.append(f"{100 * row.share:.0f} ({100 * row.low:.0f}–{100 * row.high:.0f})")
    assert shown == expected
    assert len(re.findall('<td class="number"><b>', part)) == 2
    assert "Left out: 1 article without a value." in part
    said = " ".join(html.unescape(re.sub("<[^>]*>", "", part.replace("\u00a0", " "))).split())
    more = "Stars has a larger share of words than in"
    assert f"{column} First Paper: {more} {column} Second Paper, by 40 percentage points (10–50)." in said
    assert f"between groups by {column}; by chance" in said
    assert f"<h3>Topics per {html.escape(column)}</h3>" in made
    assert f"{html.escape(column)}: Second Paper</p>" in made, "on the page of an article"


def test_a_report_without_groups_has_no_section_on_them(text: str) -> None:
    assert 'id="groups"' not in text
    assert "#groups" not in text


def test_a_long_value_of_an_article_is_cut_on_its_page(small_run: Run) -> None:
    changed = frames(small_run)
    changed["articles"]["note"] = "word " * 100
    made = render_report(small_run.record, changed, small_run.folder / "figures")
    assert made.count(f"note: {'word ' * 39}word …</p>") == len(changed["articles"])


def test_the_shares_of_all_articles_stand_first_with_their_intervals(small_run: Run, text: str) -> None:
    part = text.split('<ul class="legend">')[1].split("</ul>")[0]
    found = small_run.overall[small_run.overall["share"] > 0]
    order = found.sort_values("share", ascending=False)
    order = pd.concat([order[order["theme"] != UNASSIGNED], order[order["theme"] == UNASSIGNED]])
    plain = " ".join(html.unescape(re.sub("<[^>]*>", "", part)).split())
    labels = small_run.codebook.labels
    assert plain == " ".join(
        f"{labels[row.theme]} {100 * row.share:.0f} % ({100 * row.low:.0f}–{100 * row.high:.0f})"
        for row in order.itertuples()
    )


def test_each_theme_has_the_sentences_that_speak_most_for_it_and_links_to_their_paragraphs(
    small_run: Run, text: str
) -> None:
    rows = small_run.themes
    titles = small_run.articles.set_index("article_id")["title"]
    where = small_run.paragraphs.set_index("paragraph_id")
    for number, name in enumerate(small_run.codebook.names, start=1):
        part = text.split(f'<details class="evidence" id="theme-{number}">')[1].split("</details>")[0]
        best = rows[(rows["theme"] == name) & rows["assigned"] & (rows["evidence"] != "")]
        best = best.sort_values(["score", "paragraph_id"], ascending=[False, True]).head(5)
        assert len(best) == 5
        found = re.findall(r'<blockquote[^>]*>(.*?) <footer.*?href="#p-(.*?)".*?>(.*?)</a> .*?score ([\d.]+)', part)
        assert [(html.unescape(said), key, html.unescape(title), score) for said, key, title, score in found] == [
            (row.evidence, row.paragraph_id, f"{titles[where.loc[row.paragraph_id, 'article_id']]}, paragraph"
             f" {where.loc[row.paragraph_id, 'position']}", f"{row.score:.2f}")
            for row in best.itertuples()
        ]  # fmt: skip


def test_the_audit_of_the_run_says_what_to_change_in_the_codebook(small_run: Run) -> None:
    record, changed = plain(small_run), frames(small_run)
    known = changed["keywords"]
    assert list(zip(known["theme"], known["keyword"], strict=True)) == sorted(
        (theme.name, keyword) for theme in small_run.codebook.themes for keyword in theme.keywords
    )
    record["results"]["audit"] = {
        "usable": False, "findings": [f"Stray keywords: oven{EVIL}."], "suggested": {"bread": ["rye"], UNASSIGNED: ["tea"]},
    }  # fmt: skip
    known["verdict"] = ["dead", "stray", *[""] * (len(known) - 2)]
    known.loc[1, "elsewhere_theme"] = "stars"
    text = render_report(RunRecord.from_dict(record), changed, small_run.folder / "figures")
    section = Page(text.split("<h3>Audit</h3>")[1].split("<h3>")[0]).words
    row = known.iloc[1]
    for said in (
        f"Stray keywords: oven{EVIL}.",
        "not usable",
        "rye",
        "tea",
        row["keyword"],
        "stray",
        "Stars",
        "(1 never occur)",
    ):
        assert said in section
    assert known.iloc[0]["keyword"] not in section.replace("Stray keywords: oven", "")


def test_the_report_shows_what_each_keyword_matches(small_run: Run) -> None:
    changed = frames(small_run)
    known = changed["keywords"]
    known.loc[0, ["verdict", "occurrences", "forms", "examples"]] = ["dead", 0, "", ""]
    said = f"It was [{EVIL}] at night … | … by the [oven]."
    known.loc[1, ["verdict", "occurrences", "forms", "examples"]] = ["strange", 21, f"{EVIL} (12)|oven (9)", said]
    text = render_report(RunRecord.from_dict(plain(small_run)), changed, small_run.folder / "figures")
    section = text.split("<h3>Keyword matches</h3>")[1].split("</section>")[0]
    assert section.count("<details>") == len(small_run.codebook.themes)
    label = small_run.codebook.labels[known.loc[0, "theme"]]
    others = section.split("<details>")[1:]
    first = others.pop(next(i for i, part in enumerate(others) if f">{label}</span>" in part))
    words = " ".join(Page(first).words.split())
    assert "1 never occurs" in words
    assert "1 to check" in words
    assert f"Never occur: {known.loc[0, 'keyword']}" in words
    assert f"{known.loc[1, 'keyword']} strange" in words
    assert f"{EVIL} (12), oven (9)" in words
    assert f"It was {EVIL} at night …" in words
    assert "<b>oven</b>." in first
    assert words.index(str(known.loc[1, "keyword"])) < words.index("Never occur")
    # every keyword that occurs has a row with an example in which it is marked
    for part in others:
        assert part.count('<th scope="row">') == part.count("</tr>") - 1
        assert part.count('class="line"') >= part.count('<th scope="row">')
    record, bare = without_text(small_run)
    page = render_report(RunRecord.from_dict(record), bare, small_run.folder / "figures")
    assert "examples are not published" in page
    assert 'class="line"' not in page


def test_the_provenance_names_the_run_and_the_revision_of_the_code_where_it_is_known(small_run: Run) -> None:
    record = plain(small_run)
    record["fingerprint"], record["environment"]["revision"] = "f00d" * 16, ""
    assert "revision" not in words_of(small_run, frames(small_run), record)
    record["environment"]["revision"] = "beef123"
    said = words_of(small_run, frames(small_run), record)
    assert "Fingerprint" + "f00d" * 16 in said
    assert ", revision beef123)" in said
    for command in ("verify RUN", "verify RUN --rerun", "redraw RUN", "cite RUN FIGURE"):
        assert f"topics {command}" in said


@pytest.mark.parametrize("missing", ["evidence", "granularity"])
def test_a_figure_that_the_run_left_out_is_left_out_of_the_page(small_run: Run, missing: str, tmp_path: Path) -> None:
    figures = Path(shutil.copytree(small_run.folder / "figures", tmp_path / "figures"))
    (figures / f"{missing}.json").unlink()
    # a figure without data is an item of a list
    shown = re.findall('<(?:figure|li) id="figure-(.*?)">', render_report(small_run.record, frames(small_run), figures))
    assert sorted(shown) == sorted(name for name in small_run.figures if name != missing)


def test_figures_are_drawn_late_and_have_their_size(page: Page) -> None:
    for image in page.images:
        assert (image["loading"], image["decoding"]) == ("lazy", "async")
        svg = ElementTree.fromstring(base64.b64decode(image["src"].partition(",")[2]))
        wide, high = map(float, svg.attrib["viewBox"].split()[2:])
        assert int(image["width"]) / int(image["height"]) == pytest.approx(wide / high, rel=0.01)


def without_text(run: Run) -> tuple[dict, dict]:
    """A run as it is when no sentence of an article may leave the house."""
    record, changed = plain(run), frames(run)
    record["settings"]["deposit"]["text"] = False
    changed["paragraphs"][["text", "section"]] = ""
    changed["dropped"]["text"] = ""
    changed["themes"]["evidence"] = ""
    changed["keywords"]["examples"] = ""
    return record, changed


def test_without_text_the_page_holds_no_sentence_and_says_so(small_run: Run, page: Page) -> None:
    record, changed = without_text(small_run)
    seen = Page(render_report(RunRecord.from_dict(record), changed, small_run.folder / "figures"))
    words = " ".join(seen.words.split())
    assert [text for text in small_run.paragraphs["text"] if text in words] == []
    assert [text for text in small_run.themes["evidence"] if len(text) > 20 and text in words] == []
    for n in small_run.paragraphs["n_words"]:
        assert f"{n} words, text not published" in words
    assert words.count("text not published") == len(small_run.paragraphs)
    assert seen.tags["blockquote"] == seen.tags["mark"] == 0
    assert "Made without the texts" in words
    assert "Made without the texts" not in page.words
    ids = {value for _, key, value in seen.attributes if key == "id"}
    assert {value[1:] for _, key, value in seen.attributes if key == "href"} <= ids
    assert seen.tags["rect"] == page.tags["rect"], "ribbons and bars stay"


@pytest.mark.parametrize("key", ["two words", "50%41", "a#b", 'quo"te', "Ж-1", "~20~", ""])
def test_ids_of_articles_become_anchors_that_a_browser_finds(key: str) -> None:
    anchor = pages.article_anchor(key)
    assert re.fullmatch(r"a-[\w.~-]*", anchor)
    others = ["two words", "two~20~words", "50%41", "50A", "a#b", "ab"]
    assert [other for other in others if other != key and pages.article_anchor(other) == anchor] == []


def test_the_ribbon_has_a_block_per_paragraph_and_theme_as_wide_as_its_words(small_run: Run) -> None:
    paragraphs = small_run.paragraphs.head(3).assign(article_id="a", position=[1, 2, 3], n_words=[30, 10, 10])
    first = paragraphs["paragraph_id"].iloc[0]
    themes = pd.DataFrame(
        {"paragraph_id": first, "theme": ["stars", "bread"], "score": [0.5, 1.0], "assigned": True, "primary": [False, True]}
    )
    blocks = pages.ribbon([*ribbon_blocks(themes, paragraphs, small_run.codebook).itertuples()])
    assert [(block["number"], block["x"], block["width"], block["y"], block["height"]) for block in blocks] == [
        (1, 0, 600, 0, 500), (2, 0, 600, 500, 500), (0, 600, 200, 0, 1000), (0, 800, 200, 0, 1000),
    ]  # fmt: skip
    assert [block["opacity"] for block in blocks] == [1.0, 0.68, 1.0, 1.0]
    assert [block["place"] for block in blocks] == [0, 0, 1, 2]


def test_the_ribbon_is_told_in_words() -> None:
    themes = [{"label": "Bread"}, {"label": "Stars"}]
    paragraphs = [{"position": 1, "themes": themes}, {"position": 2, "themes": []}, {"position": 3, "themes": []}]
    text = "Themes of the paragraphs in reading order. 1: Bread and Stars; 2 to 3: no theme."
    assert pages.ribbon_said(paragraphs) == text


def test_shares_in_a_bar_follow_each_other_and_end_with_what_no_theme_covers(small_run: Run) -> None:
    rows = small_run.profiles[small_run.profiles["article_id"] == small_run.profiles["article_id"].iloc[0]].copy()
    rows["share"] = [0.2, 0.3, 0.0, 0.5]
    rows["theme"] = ["bread", "stars", "boats", UNASSIGNED]
    found = pages.stacked_shares(list(rows.itertuples()), small_run.codebook, {"bread": 1, "stars": 2, "boats": 3})
    assert [(one["number"], one["start"], one["share"]) for one in found] == [(2, 0.0, 0.3), (1, 0.3, 0.2), (0, 0.5, 0.5)]


@st.composite
def texts_and_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    text = draw(st.text(max_size=40))
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = [(start, end, f"theme {i}") for i, (start, end) in enumerate(draw(st.lists(ends, max_size=5)))]
    return text, spans


@settings(deadline=None, database=None)
@given(texts_and_spans())
def test_pieces_join_to_the_text_and_keep_each_span_whole(case: tuple[str, list[tuple[int, int, str]]]) -> None:
    text, spans = case
    cut = split_at_evidence(text, spans)
    assert "".join(piece for piece, _ in cut) == text
    for start, end, theme in spans:
        assert "".join(piece for piece, themes in cut if theme in themes) == text[start:end]
