"""Reading: the first rooms in their order, every line accounted for, and what its reader must be told."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from conftest import BOATS, BREAD, STARS
from test_boilerplate import CHINESE

from topics.errors import InputError
from topics.manual import Correction
from topics.reading.review import DOUBTFUL, Reading, ReadLine, read_corpus
from topics.settings import Settings, override

RUSSIAN = (
    "Пекарь замешивает тесто дважды и оставляет его под полотенцем, пока дрожжи не сделают своё дело.",
    "Астрономы измеряют расстояние до звезды по её параллаксу, то есть по сдвигу за полгода наблюдений.",
    "Верфь спустила на воду деревянную лодку, обшитую лиственницей из соседней долины.",
)


def write(folder: Path, name: str, *paragraphs: str, title: str = "On this and that", date: str = "2020-03-01") -> Path:
    """A page whose front matter says what it is, so that its lines are paragraphs and no more."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: {title}\ndate: {date}\n---\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return path


def kinds(found: Reading) -> dict[str, str]:
    """Each line of the only article -> what became of it."""
    (article,) = [found.of(item.page.article_id) for item in found.cleaned]
    return {line.text: line.kind for line in article.lines}


def id_of(found: Reading, source: str) -> str:
    return found.corpus.articles.set_index("source")["article_id"][source]


def with_settings(*changes: str) -> Settings:
    return override(Settings(), list(changes))


# every line


def test_every_line_of_a_page_is_shown_once_in_order_with_its_number_and_its_reason(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", *BREAD[:4], BREAD[1], RUSSIAN[0])
    found = read_corpus(path)
    article = found.of(found.cleaned[0].page.article_id)
    page = path.read_text(encoding="utf-8").split("\n")
    assert [(line.number, line.text) for line in article.lines] == [
        (number, line) for number, line in enumerate(page, start=1) if line.strip()
    ]
    told = kinds(found)
    assert [told[text] for text in (*BREAD[:1], *BREAD[2:4])] == ["body"] * 3
    assert [line.kind for line in article.lines if line.text == BREAD[1]] == ["body", "duplicate"]
    assert told[RUSSIAN[0]] == "language"
    left_out = {(row.reason, row.text) for row in found.corpus.dropped.itertuples()}
    assert left_out == {(line.kind, line.text) for line in article.lines if line.kind != "body"}


def test_a_line_is_doubtful_where_its_certainty_is_low_and_a_ready_made_paragraph_never_is(tmp_path: Path) -> None:
    line = ReadLine(1, "body", "text", DOUBTFUL)
    assert not line.doubtful
    assert ReadLine(1, "body", "text", DOUBTFUL - 0.01).doubtful
    table = tmp_path / "rows.jsonl"
    table.write_text("\n".join(json.dumps({"text": text}) for text in ("Why?", *BREAD[:2])), encoding="utf-8")
    found = read_corpus(table, with_settings("reading.unit=paragraph"))
    assert len(found.cleaned) == 3
    assert not [line for item in found.cleaned for line in found.of(item.page.article_id).lines if line.doubtful]


def test_a_line_of_which_one_sentence_alone_is_dropped_is_still_body_and_its_loss_is_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", f"It rained. {BREAD[0]}", BREAD[1], STARS[0])
    found = read_corpus(path, with_settings("reading.unit=sentence", "reading.short=drop"))
    assert found.corpus.dropped.query("reason == 'short'")["text"].tolist() == ["It rained."]
    assert kinds(found)[f"It rained. {BREAD[0]}"] == "body"
    assert "1 short" in found.of(found.cleaned[0].page.article_id).summary


def test_all_lines_of_a_short_list_that_is_dropped_are_short(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", BREAD[0], BREAD[1], "- rye\n- salt", BREAD[2])
    name = read_corpus(path).cleaned[0].page.article_id
    held = [Correction(name, number, "body") for number in (10, 11)]
    assert path.read_text(encoding="utf-8").split("\n")[9:11] == ["- rye", "- salt"]
    told = kinds(read_corpus(path, with_settings("reading.short=drop"), held))
    assert (told["- rye"], told["- salt"]) == ("short", "short")


def test_an_article_says_what_it_is_and_what_was_kept_of_it(tmp_path: Path) -> None:
    write(tmp_path, "a.md", *BREAD[:6], title="On bread", date="2020-03-01")
    write(tmp_path, "b.md", *BREAD[:5], title="Bread again", date="2020-03-02")
    found = read_corpus(tmp_path)
    first, second = (found.of(id_of(found, name)) for name in ("a.md", "b.md"))
    assert first.heading == f"On bread [{id_of(found, 'a.md')}]"
    assert "a.md: author –, outlet –, date 2020-03-01, language en; 6 paragraphs, " in first.summary
    assert "duplicate of" not in first.summary
    assert "0 paragraphs, 0 words kept; dropped: 1 title, 3 byline, 5 duplicate; duplicate of on-bread-" in second.summary
    assert [line.kind for line in second.lines][-5:] == ["duplicate"] * 5


def test_an_article_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    found = read_corpus(write(tmp_path, "a.md", *BREAD[:3]))
    with pytest.raises(InputError, match="no article 'on-bread'; expected one of"):
        found.of("on-bread")


# notes


def test_a_clean_reading_needs_no_notes(tmp_path: Path) -> None:
    write(tmp_path, "a.md", *BREAD[:5])
    write(tmp_path, "b.md", *STARS[:5])
    assert read_corpus(tmp_path).notes == []


def test_notes_name_what_was_left_out_mended_or_not_applied(tmp_path: Path) -> None:
    original = write(tmp_path, "bread.md", *BREAD[:6])
    (tmp_path / "same.md").write_bytes(original.read_bytes())
    write(tmp_path, "copy.md", *BREAD[:5], STARS[0], date="2020-03-02")
    write(tmp_path, "russian.md", *RUSSIAN)
    write(tmp_path, "broken.md", *[text.replace(",", "â€™s,") for text in BOATS[:5]])
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    found = read_corpus(tmp_path, corrections=[Correction("nowhere", 1, "body")])
    assert found.notes == [
        "cannot be read: empty.txt (contains no text; expected an article)",
        "identical copies left out: same.md of bread.md",
        "paragraphs that repeat another article dropped: copy.md of bread.md (84 %)",
        "encoding errors fixed in broken.md",
        "no paragraphs, since all lines were dropped, in russian.md",
        "3 lines in 1 article dropped: not in the study's language (en): 1 article in ru;"
        " to keep them: --set reading.other_languages=keep",
        "correction of 'nowhere' not applied: no such article; see `topics read` for their ids",
    ]
    assert found.problems == ("empty.txt: contains no text; expected an article", found.notes[-1])


def test_many_files_that_cannot_be_read_are_one_note(tmp_path: Path) -> None:
    write(tmp_path, "a.md", *BREAD[:5])
    for i in range(25):
        (tmp_path / f"empty-{i:02d}.txt").write_text("", encoding="utf-8")
    found = read_corpus(tmp_path)
    assert found.notes == [
        "cannot be read: 25 files (25 .txt), e.g. empty-00.txt, empty-01.txt, empty-02.txt and 22 more;"
        " contains no text; expected an article; tables/intake.csv lists all"
    ]
    assert found.intake.table["outcome"].value_counts().to_dict() == {"failed": 25, "read": 1}


# the study's language


def test_the_language_of_the_study_is_that_of_most_of_its_text_unless_it_is_set(tmp_path: Path) -> None:
    write(tmp_path, "russian.md", *RUSSIAN)
    write(tmp_path, "bread.md", *BREAD[:6])
    assert read_corpus(tmp_path).corpus.language == "en"
    russian = read_corpus(tmp_path, with_settings("language=ru"))
    assert russian.corpus.paragraphs["text"].tolist() == list(RUSSIAN)
    both = read_corpus(tmp_path, with_settings("reading.other_languages=keep"))
    assert set(both.corpus.paragraphs["text"]) == {*RUSSIAN, *BREAD[:6]}
    assert both.notes == []


def test_of_several_languages_each_is_named_with_its_articles(tmp_path: Path) -> None:
    for i, text in enumerate(BREAD[:6]):
        write(tmp_path, f"bread-{i}.md", text, BOATS[i % 5])
    for i, text in enumerate(CHINESE):
        write(tmp_path, f"chinese-{i}.md", text)
    write(tmp_path, "russian.md", *RUSSIAN)
    note = next(note for note in read_corpus(tmp_path).notes if "dropped" in note and "language" in note)
    assert f"(en): {len(CHINESE)} articles in zh, 1 article in ru;" in note


def test_the_reading_shows_itself_in_a_notebook_with_the_words_of_pages_escaped(tmp_path: Path) -> None:
    found = read_corpus(write(tmp_path, "a.md", *BREAD[:3], title='"<script>alert(1)</script>"'))
    assert "&lt;script&gt;" in found._repr_html_()
    assert "<script" not in found._repr_html_()


def test_pages_alike_to_the_letter_are_listed_among_the_copies(tmp_path: Path) -> None:
    write(tmp_path, "a.md", *BREAD[:5])
    write(tmp_path, "b.md", *BREAD[:5])
    write(tmp_path, "c.md", *STARS[:5], title="On stars")
    found = read_corpus(tmp_path)
    (row,) = found.corpus.duplicates.itertuples()
    assert (row.source, row.article_id, row.copy_of, row.overlap) == (
        "b.md",
        id_of(found, "a.md"),
        id_of(found, "a.md"),
        1.0,
    )
    assert found.notes == ["identical copies left out: b.md of a.md"]


def test_an_article_shows_its_lines_in_a_notebook_as_words(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    text = "\n\n".join([f"On bread {evil}", *BREAD[:4], f"{evil} {STARS[0]}"])
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    found = read_corpus(tmp_path)
    shown = found.of(found.pages.pages[0].article_id)._repr_html_()
    assert "<script" not in shown
    assert [line for line in BREAD[:4] if html.escape(line) not in shown] == []
    assert shown.count("<td>") == 2 * len(found.of(found.pages.pages[0].article_id).lines)


def test_what_was_dropped_and_what_is_in_doubt_is_listed(tmp_path: Path) -> None:
    text = "\n\n".join(["On bread", "Advertisement", *BREAD[:4], "Share this article", "Perhaps a heading, perhaps not"])
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    found = read_corpus(tmp_path)
    reasons = found.reasons.set_index("reason")
    assert reasons["lines"].to_dict() == found.corpus.dropped["reason"].value_counts().to_dict()
    left_out = found.corpus.dropped.groupby("reason")["text"].agg(lambda texts: max(map(len, texts)))
    assert reasons["longest"].str.len().to_dict() == left_out.to_dict()
    (article,) = found.articles
    lines = [(line.number, line.text) for line in article.lines if line.certainty < DOUBTFUL]
    assert list(zip(found.doubtful["line"], found.doubtful["text"], strict=True)) == lines
