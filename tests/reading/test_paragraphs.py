"""Articles -> paragraphs: every line accounted for, every offset right."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import given, settings
from hypothesis import strategies as st
from test_boilerplate import BODY, CHINESE, KINDS, PAGE, RUSSIAN, WRAPPED

from topics import tables
from topics.errors import InputError
from topics.reading import Cleaned, Corpus, Line, Page, Pages, clean, read_pages, split
from topics.settings import ReadingSettings, Settings
from topics.text import build_vocabulary, count_words, detect_language

GERMAN = (
    "Der Bäcker faltet den Teig zweimal und lässt ihn unter einem Tuch ruhen, bis die Hefe ihre Arbeit getan hat.",
    "Im Dorf wurde der Ofen geteilt, und jede Familie zeichnete ihren Laib mit einem eigenen Stempel.",
)
LONG = " ".join(BREAD + STARS)
ENGLISH = Settings(language="en")


def reading(**known) -> Settings:
    return Settings(language="en", reading=ReadingSettings(**known))


def article(*parts: str | tuple[str, str], gap: str = "\n\n", **known) -> Cleaned:
    """An article of lines whose kinds are known: ``(kind, text)``, or the text of a body line alone."""
    lines, text = [], ""
    for part in parts:
        kind, line = ("body", part) if isinstance(part, str) else part
        text += gap if text else ""
        lines.append(Line(len(text), len(text) + len(line), kind, line, gap=not text or "\n\n" in gap))
        text += line
    page = Page(**{"article_id": "a", "text": text, "source": "a.txt", "language": detect_language(text), **known})
    return Cleaned(page, tuple(lines))


def kept(item: Cleaned, chosen: Settings = ENGLISH) -> list[str]:
    return split((item,), chosen).paragraphs["text"].tolist()


def left_out(item: Cleaned, chosen: Settings = ENGLISH) -> list[tuple[str, str]]:
    return list(split((item,), chosen).dropped[["reason", "text"]].itertuples(index=False, name=None))


def corpus_of(folder: Path, chosen: Settings | None = None) -> Corpus:
    return split(clean(read_pages(folder, chosen), chosen), chosen)


# every line, whatever the study asks for

PARTS = st.sampled_from(
    [
        LONG,
        *GERMAN,
        *RUSSIAN[:2],
        CHINESE[0],
        "Bread rose.",
        "…",
        "What it takes:",
        "• salt and water",
        "(2) flour from the mill",
        "Fold the dough",
        "before the sun",
        *WRAPPED[:2],
    ]
)
PAGES = st.lists(PARTS | PAGE | st.just(""), max_size=10).map("\n".join).filter(str.strip)
READINGS = st.builds(
    ReadingSettings,
    unit=st.sampled_from(["auto", "sentence", "article"]),
    short=st.sampled_from(["join", "drop"]),
    min_words=st.sampled_from([1, 5, 12]),
    max_words=st.sampled_from([50, 300]),
    other_languages=st.sampled_from(["drop", "keep"]),
)
CORRECTED = st.dictionaries(st.tuples(st.just("a0"), st.integers(1, 30)), st.sampled_from(KINDS), max_size=4)


@settings(max_examples=120, deadline=None)
@given(PAGES, READINGS, CORRECTED)
def test_every_line_of_every_page_is_a_paragraph_or_dropped_and_lies_where_it_says(
    text: str, chosen: ReadingSettings, corrected: dict[tuple[str, int], str]
):
    study = Settings(language="en", reading=chosen)
    pages = Pages(
        (
            Page("a0", text, "0.txt", language=detect_language(text)),
            Page("anchor", "\n\n".join(BOATS), "1.txt", language="en"),
        )
    )
    corpus = split(clean(pages, study, corrected), study)
    for page in pages.pages:
        own = corpus.paragraphs[corpus.paragraphs["article_id"] == page.article_id]
        out = corpus.dropped[corpus.dropped["article_id"] == page.article_id]
        assert all(page.text[row.start : row.end] == row.text == row.text.strip() != "" for row in out.itertuples())
        lost = {i for row in out.itertuples() for i in range(row.start, row.end)}
        assert len(lost) == sum(out["end"] - out["start"]), "dropped lines overlap"
        covered: Counter[int] = Counter()
        for row in own.itertuples():
            place = [i for i in range(row.start, row.end) if chosen.unit != "article" or i not in lost]
            covered.update(place)
            if chosen.unit == "article":
                assert "".join(row.text.split()) == "".join("".join(page.text[i] for i in place).split())
            else:
                assert page.text[row.start : row.end] == row.text == row.text.strip() != ""
        covered.update(lost)
        missed = [i for i, character in enumerate(page.text) if not character.isspace() and covered[i] != 1]
        assert missed == [], "a line is in no table, or in both"
        assert own["start"].is_monotonic_increasing
        assert own["position"].tolist() == list(range(1, len(own) + 1))
    assert set(corpus.dropped["reason"]) <= set(tables.REASONS)
    assert corpus.paragraphs["paragraph_id"].is_unique


def test_front_matter_is_dropped_line_by_line(tmp_path):
    front = "---\ntitle: On bread\ndate: 2024-03-01\n---\n"
    (tmp_path / "a.md").write_text(f"{front}\n{BODY[0]}\n", encoding="utf-8")
    corpus = corpus_of(tmp_path)
    assert corpus.dropped["text"].tolist() == front.splitlines()
    assert corpus.dropped["reason"].tolist() == ["byline", "title", "byline", "byline"]
    assert corpus.paragraphs[["start", "text"]].values.tolist() == [[len(front) + 1, BODY[0]]]


# what a paragraph carries, and what is dropped

ARTICLE = article(
    ("title", "The oven that outlived its mill"),
    ("byline", "By Ida Rye"),
    BREAD[0],
    ("heading", "## A wetter dough"),
    BREAD[1],
    BREAD[0],
    ("boilerplate", "- Advertisement -"),
    BREAD[2],
    title="The oven that outlived its mill",
    author="Ida Rye",
)


def test_paragraphs_have_their_position_section_and_words():
    corpus = split((ARTICLE,), ENGLISH)
    found = corpus.paragraphs
    assert found["text"].tolist() == [BREAD[0], BREAD[1], BREAD[2]]
    assert found["position"].tolist() == [1, 2, 3]
    assert found["section"].tolist() == ["", "A wetter dough", "A wetter dough"]
    assert found["n_words"].tolist() == [len(text.split()) for text in BREAD[:3]]
    assert found["paragraph_id"].tolist() == ["a-p0001", "a-p0002", "a-p0003"]
    row = corpus.articles.iloc[0]
    assert (row.n_paragraphs, row.n_words) == (3, found["n_words"].sum())
    assert (row.title, row.author, row.language) == ("The oven that outlived its mill", "Ida Rye", "en")


def test_what_is_dropped_says_why():
    assert left_out(ARTICLE) == [
        ("title", "The oven that outlived its mill"),
        ("byline", "By Ida Rye"),
        ("heading", "## A wetter dough"),
        ("duplicate", BREAD[0]),
        ("boilerplate", "- Advertisement -"),
    ]


def test_a_paragraph_comes_once_in_an_article_however_it_is_spelt_and_in_each_article():
    items = (article(BREAD[0], BREAD[1], BREAD[0].upper(), "Yes.", "Yes."), article(BREAD[0], article_id="b"))
    corpus = split(items, ENGLISH)
    assert corpus.paragraphs["text"].tolist() == [BREAD[0], BREAD[1], "Yes.\n\nYes.", BREAD[0]]
    assert corpus.dropped["text"].tolist() == [BREAD[0].upper()]


def test_an_article_that_copies_another_has_its_paragraphs_dropped_and_is_listed():
    copy = replace(article(("title", "Stars"), STARS[0], STARS[1], article_id="b"), copy_of="a", overlap=0.75)
    corpus = split((article(BREAD[0]), copy), ENGLISH)
    assert corpus.paragraphs["article_id"].tolist() == ["a"]
    assert corpus.dropped["reason"].tolist() == ["title", "duplicate", "duplicate"]
    assert corpus.duplicates.values.tolist() == [["a.txt", "b", "a", 0.75]]
    assert corpus.articles["n_paragraphs"].tolist() == [1, 0]


# short lines


def test_a_short_line_joins_the_paragraph_before_it_and_the_first_one_the_next():
    assert kept(article("Bread rose.", BREAD[0], "It rose again.", BREAD[1])) == [
        f"Bread rose.\n\n{BREAD[0]}\n\nIt rose again.",
        BREAD[1],
    ]


def test_a_short_line_joins_none_across_a_heading_or_a_dropped_line():
    parts = (BREAD[0], ("heading", "Rye"), "Bread rose.", BREAD[1], ("boilerplate", "Share"), "It fell.")
    item = article(*parts, ("byline", "By Ida Rye"))
    assert kept(item) == [BREAD[0], f"Bread rose.\n\n{BREAD[1]}", "It fell."]


def test_short_lines_are_dropped_where_the_study_says_so_and_what_is_short_is_its_to_say():
    item = article("Bread rose.", BREAD[0], "It rose again.")
    assert kept(item, reading(short="drop")) == [BREAD[0]]
    assert left_out(item, reading(short="drop")) == [("short", "Bread rose."), ("short", "It rose again.")]
    assert kept(item, reading(short="drop", min_words=3)) == [BREAD[0], "It rose again."]
    assert kept(item, reading(min_words=1)) == ["Bread rose.", BREAD[0], "It rose again."]


def test_a_line_without_a_word_is_no_paragraph():
    assert left_out(article(("title", "Bread"), "…", ("boilerplate", "Share"), BREAD[0])) == [
        ("title", "Bread"),
        ("short", "…"),
        ("boilerplate", "Share"),
    ]


# lists and poems


@pytest.mark.parametrize("lead", ["What a loaf takes is little:", "一个面包需要："])
@pytest.mark.parametrize("mark", ["- ", "• ", "1. ", "(b) ", "二、"])
def test_a_list_stays_with_its_lead(lead: str, mark: str):
    items = [f"{mark}{text}" for text in ("flour from the old mill", "salt", "water, and a week of patience for the dough")]
    found = kept(article(BREAD[0], lead, *items, BREAD[1]))
    assert found == [BREAD[0], "\n\n".join([lead, *items]), BREAD[1]]


def test_long_items_are_paragraphs_of_their_own():
    items = [f"{i}. {BREAD[i]} {BREAD[i + 3]}" for i in range(3)]
    assert kept(article(*items)) == items


def test_numbers_and_ends_of_sentences_make_no_list():
    lines = ["3.5 percent of the flour is lost on its way", "1,200 loaves were baked on the day", "A loaf costs two crowns"]
    assert kept(article(*lines)) == lines


def test_a_stanza_is_one_paragraph_and_two_are_two():
    first = ["Fold the dough before the sun,", "salt it when the fold is done,", "let it rise till it is two,"]
    second = ["then the oven, red and wide,", "takes the loaf and shuts inside", "all the baker ever knew."]
    text = "\n".join(first) + "\n\n" + "\n".join(second)
    starts = [text.index(line) for line in first + second]
    lines = [
        Line(start, start + len(line), "body", line, gap=line in (first[0], second[0]))
        for start, line in zip(starts, first + second, strict=True)
    ]
    assert kept(Cleaned(Page("a", text, "a.txt", language="en"), tuple(lines))) == ["\n".join(first), "\n".join(second)]


def test_short_sentences_on_lines_of_their_own_are_no_stanza():
    lines = ["The baker folds the dough twice.", "Then she lets it rest.", "The loaf is done when it sounds hollow."]
    assert kept(article(*lines, gap="\n")) == lines


# long paragraphs


def test_a_long_paragraph_is_split_into_even_parts_at_sentences():
    sentence = " ".join(["word"] * 69) + " end."
    found = split((article(" ".join([sentence] * 17)),), reading(max_words=300)).paragraphs
    assert found["n_words"].tolist() == [210, 280, 210, 280, 210]
    assert found["text"].str.endswith(" end.").all()


@settings(deadline=None)
@given(st.lists(st.integers(1, 90), min_size=3, max_size=30), st.integers(50, 120))
def test_the_parts_are_few_and_none_is_too_long_that_could_be_cut(sizes: list[int], most: int):
    text = " ".join(" ".join(["Word", *["word"] * (n - 1)]) + "." for n in sizes)
    found = split((article(text, language="en"),), reading(max_words=most)).paragraphs
    assert " ".join(found["text"]) == text
    assert all(row.n_words <= most or row.text.count(".") == 1 for row in found.itertuples())
    assert len(found) <= -(-2 * sum(sizes) // most)


def test_a_paragraph_that_is_not_long_stays_whole():
    n = count_words(LONG)
    assert kept(article(LONG), reading(max_words=n)) == [LONG]
    assert len(kept(article(LONG), reading(max_words=n - 1))) == 2


# units


def test_sentences_as_units_keep_their_section_and_short_ones_join():
    item = article(("heading", "Rye"), f"{BREAD[0]} It rose. {BREAD[1]}", BREAD[2])
    corpus = split((item,), reading(unit="sentence"))
    assert corpus.paragraphs["text"].tolist() == [f"{BREAD[0]} It rose.", BREAD[1], BREAD[2]]
    assert set(corpus.paragraphs["section"]) == {"Rye"}


def test_short_sentences_are_dropped_where_the_study_says_so():
    item = article(f"{BREAD[0]} It rose. {BREAD[1]}")
    chosen = reading(unit="sentence", short="drop")
    assert kept(item, chosen) == [BREAD[0], BREAD[1]]
    assert left_out(item, chosen) == [("short", "It rose.")]


def test_an_article_as_unit_is_its_paragraphs_without_what_was_dropped():
    corpus = split((ARTICLE, article(LONG, article_id="b")), reading(unit="article", max_words=50))
    assert corpus.paragraphs["text"].tolist() == ["\n\n".join(BREAD[:3]), LONG]
    assert corpus.paragraphs["section"].tolist() == ["", ""]
    row = corpus.paragraphs.iloc[0]
    assert ARTICLE.page.text[row.start : row.end].startswith(BREAD[0])
    assert ARTICLE.page.text[row.start : row.end].endswith(BREAD[2])


# languages


def test_a_paragraph_in_another_language_is_dropped_or_kept_as_the_study_says():
    item = article(BREAD[0], GERMAN[0], RUSSIAN[0], CHINESE[0], BREAD[1])
    assert kept(item) == [BREAD[0], BREAD[1]]
    assert left_out(item) == [("language", text) for text in (GERMAN[0], RUSSIAN[0], CHINESE[0])]
    assert kept(item, reading(other_languages="keep")) == [line.text for line in item.lines]


def test_an_article_in_another_language_is_dropped_with_its_short_lines():
    item = article("Der Teig ruht.", *GERMAN, "Das Brot ist fertig.", article_id="b")
    corpus = split((article(BREAD[0]), item), ENGLISH)
    assert corpus.dropped["reason"].tolist() == ["language"] * 4
    assert corpus.articles["n_paragraphs"].tolist() == [1, 0]


@pytest.mark.parametrize("text", ["Bread, salt, flour.", "Rye is best.", "No comment, said the baker.", "1 2 3 4 5 6"])
def test_a_page_too_short_to_tell_its_language_is_kept(text: str):
    assert kept(article(text)) == [text]


def test_a_paragraph_that_quotes_another_language_stays():
    text = f"{BREAD[0]} “{GERMAN[0]}” {BREAD[1]}"
    assert kept(article(text)) == [text]


def test_the_language_of_a_study_is_that_of_most_of_its_text():
    other = article(("boilerplate", LONG), "Bread rose.", article_id="c")
    corpus = split((article(BREAD[0]), article(*RUSSIAN, article_id="b"), other), Settings())
    assert corpus.language == "ru"
    assert corpus.paragraphs["text"].tolist()[: len(RUSSIAN)] == list(RUSSIAN)
    assert BREAD[0] in corpus.dropped.loc[corpus.dropped["reason"] == "language", "text"].tolist()


def test_volume_counts_alike_in_scripts_of_few_and_of_many_letters():
    russian = [
        "Самая длинная река Азии берёт начало в горах Тибета и впадает в море недалеко от Шанхая.",
        "Весной на реке начинается половодье, и жители деревень переносят лодки и сети выше по берегу.",
    ]
    chinese = [
        "亚洲最长的河流发源于西藏的群山之中，在上海附近流入大海。",
        "春天河水开始上涨，村民们把船只和渔网搬到岸上更高的地方。",
    ]
    for n_chinese, n_russian, language in ((9, 7, "zh"), (7, 9, "ru")):
        pages = [article(*chinese, article_id=f"z{i}") for i in range(n_chinese)]
        pages += [article(*russian, article_id=f"r{i}") for i in range(n_russian)]
        corpus = split(tuple(pages), Settings())
        assert corpus.language == language
        assert not corpus.is_mixed


def test_a_corpus_of_several_languages_is_kept_whole_with_the_stop_words_of_each():
    items = (article(*BREAD[:2]), article("Der Teig ruht.", *GERMAN, article_id="b"), article(*CHINESE, article_id="c"))
    corpus = split(items, reading(other_languages="keep", short="join"))
    assert corpus.dropped.empty
    assert "".join(corpus.paragraphs["text"]).count("Der Teig ruht.") == 1
    assert corpus.languages == ("en", "en", *["de"] * len(GERMAN), *["zh"] * len(CHINESE))
    terms = {term for document in build_vocabulary(corpus.phrase_tokens).documents for term in document}
    assert not {"die", "der", "und", "the", "and", "一个"} & terms
    # keywords are in the language of the study, and so are the stems in which they are sought
    assert {tokens.language for tokens in corpus.tokens} == {"en"}
    assert split(items[:1], ENGLISH).languages == ()


@pytest.mark.parametrize(("language", "texts"), [("ru", RUSSIAN), ("zh", CHINESE)])
@pytest.mark.parametrize("said", ["auto", "itself"])
def test_russian_and_chinese_pass_unharmed_where_they_are_the_language_of_the_study(language: str, texts, said: str):
    chosen = Settings(language=language if said == "itself" else said)
    corpus = split((article(*texts),), chosen)
    assert corpus.language == language
    assert corpus.paragraphs["text"].tolist() == list(texts)
    assert corpus.dropped.empty


def test_chinese_is_counted_and_cut_without_spaces():
    chosen = Settings(language="zh", reading=ReadingSettings(unit="sentence"))
    found = kept(article("".join(CHINESE)), chosen)
    assert found == [f"{part}。" for part in "".join(CHINESE).split("。") if part]
    halves = split(
        (article("".join(CHINESE * 2)),), Settings(language="zh", reading=ReadingSettings(max_words=100))
    ).paragraphs
    assert halves["n_words"].between(50, 100).all()


def test_where_nothing_is_in_the_language_the_study_is_told_so():
    with pytest.raises(InputError, match=r"no paragraph in 1 articles is in the study's language \(en\); .*set language"):
        split((article(*GERMAN),), ENGLISH)


# repair


def test_repairs_are_made_where_asked_for_and_each_place_is_told():
    text = "The guild sells flour,salt and water.This helps the tourism,trade and crafts."
    found = split((article(text, BREAD[0]),), reading(repair=True))
    assert found.paragraphs["text"].tolist() == [
        "The guild sells flour, salt and water. This helps the tourism, trade and crafts.",
        BREAD[0],
    ]
    row = found.paragraphs.iloc[0]
    assert (row.start, row.end) == (0, len(text))
    assert found.repairs[["paragraph_id", "at"]].values.tolist() == [["a-p0001", at] for at in (22, 37, 60)]
    assert kept(article(text)) == [text]


# tables


def test_tables_are_the_same_whatever_the_files_are_called_if_the_articles_have_headlines(tmp_path):
    texts = ["\n".join(["On a thing of note", *part[:3]]) for part in (BREAD, STARS, BOATS)]
    for folder, names in (("x", "abc"), ("y", "cab")):
        (tmp_path / folder).mkdir()
        for name, text in zip(names, texts, strict=True):
            (tmp_path / folder / f"{name}.txt").write_text(text, encoding="utf-8")
    left, right = corpus_of(tmp_path / "x"), corpus_of(tmp_path / "y")
    pd.testing.assert_frame_equal(left.paragraphs, right.paragraphs)
    pd.testing.assert_frame_equal(left.dropped, right.dropped)
    pd.testing.assert_frame_equal(left.articles.drop(columns="source"), right.articles.drop(columns="source"))


def test_an_article_that_is_all_dropped_is_still_listed():
    items = (article(BREAD[0]), article(("title", "Bread"), ("boilerplate", "Share"), article_id="b"))
    assert split(items, ENGLISH).articles["n_paragraphs"].tolist() == [1, 0]


def test_no_paragraph_at_all_is_refused_and_says_what_was_dropped():
    with pytest.raises(InputError, match=r"no paragraph in 1 articles, all lines were dropped \(1 short\); expected"):
        split((article("Bread rose."),), reading(short="drop"))


ROWS = pd.DataFrame(
    {
        "article_id": ["b", "a", "b", "b", "a"],
        "paragraph_id": ["z", "k", "", "c", "d"],
        "text": [
            "Yes.",
            "- Advertisement -",
            "Yes.",
            "Share this article",
            f"{GERMAN[0]} ALSO READ: more,much more\nand a second line",
        ],
        "title": ["B", "A", "B", "B", "A"],
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_rows_that_are_paragraphs_are_kept_as_they_are(tmp_path, suffix: str):
    path = tmp_path / f"rows{suffix}"
    if suffix == ".csv":
        ROWS.to_csv(path, index=False)
    elif suffix == ".jsonl":
        ROWS.to_json(path, orient="records", lines=True)
    else:
        ROWS.to_parquet(path)
    corpus = corpus_of(path, reading(unit="paragraph", repair=True))
    found = corpus.paragraphs.sort_values(["article_id", "position"])
    assert found["text"].tolist() == [ROWS["text"][i] for i in (1, 4, 0, 2, 3)]
    assert found["paragraph_id"].tolist() == ["k", "d", "z", "b-p0002", "c"]
    assert found["position"].tolist() == [1, 2, 1, 2, 3]
    assert corpus.dropped.empty
    assert corpus.articles["title"].tolist() == ["A", "B"]
    assert corpus.articles["n_paragraphs"].tolist() == [2, 3]


def test_a_row_without_an_id_never_takes_the_id_of_another(tmp_path):
    rows = pd.DataFrame({"article_id": "a", "paragraph_id": ["", "a-p0001"], "text": ["One row here.", "Another row here."]})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    assert corpus_of(tmp_path, reading(unit="paragraph")).paragraphs["paragraph_id"].is_unique


def test_a_corpus_shows_itself_without_running_what_a_page_says():
    shown = split((article(BREAD[0], title="<script>alert(1)</script>"),), ENGLISH)._repr_html_()
    assert "1 article, 1 paragraph, 0 lines dropped" in shown
    assert "<script" not in shown


def test_the_same_paragraph_id_in_two_tables_is_refused(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(
            f"article_id,paragraph_id,text\n{name},1,A text of {name} with words.\n", encoding="utf-8"
        )
    with pytest.raises(InputError, match="paragraph_id '1' occurs in two articles"):
        corpus_of(tmp_path, reading(unit="paragraph"))


def test_a_refrain_is_no_duplicate_and_a_corrected_line_is_never_one():
    refrain = "O tell me where the wild geese fly so late"
    line = "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work."
    text = f"{refrain}\n\n{line}\n\n{refrain}\n\n{line}\n\n{line}"
    found = [Line(m.start(), m.end(), "body", m.group()) for m in re.finditer(r"[^\n]+", text)]
    found[-1] = replace(found[-1], corrected=True)
    kept = split((Cleaned(Page("a", text, "a.txt", language="en"), tuple(found)),))
    assert "\n\n".join(kept.paragraphs["text"]).count(refrain) == 2
    assert kept.dropped["reason"].tolist() == ["duplicate"]
    assert kept.dropped["start"].tolist() == [found[3].start]


# further columns


def test_further_columns_come_last_as_text_and_empty_where_an_article_lacks_them() -> None:
    items = [
        article(BREAD[0], article_id="a", extra={"party": "NA", "wave": "007"}),
        article(STARS[0], article_id="b", extra={"wave": " 1\r\n2", "country": "\ud800"}),
        article(BOATS[0], article_id="c"),
    ]
    found = split(tuple(items), ENGLISH).articles
    assert list(found.columns) == [*tables.COLUMNS["articles"], "party", "wave", "country"]
    assert found[["party", "wave", "country"]].to_numpy().tolist() == [["NA", "007", ""], ["", " 1\n2", "?"], ["", "", ""]]


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (["n_words", "sha256"], ["n_words (input)", "sha256 (input)"]),
        (["n_words", "n_words (input)"], ["n_words (input) (2)", "n_words (input)"]),
        (["party\n", "party"], ["party (2)", "party"]),
        (["party\n", " party\t", "of the\r\nyear\x00"], ["party", "party (2)", "of the year"]),
        (["", " ", "unnamed"], ["unnamed (2)", "unnamed (3)", "unnamed"]),
        (["z", "a", "Party"], ["z", "a", "Party"]),
    ],
)
def test_names_of_further_columns_are_one_line_and_not_taken(tmp_path: Path, names: list[str], columns: list[str]) -> None:
    values = {name: str(i) for i, name in enumerate(names)}
    found = split((article(BREAD[0], extra=values),), ENGLISH).articles
    assert list(found.columns) == [*tables.COLUMNS["articles"], *columns]
    assert found.loc[0, columns].tolist() == list(values.values())
    tables.write(found, "articles", tmp_path)
    pd.testing.assert_frame_equal(tables.read("articles", tmp_path), found)


def test_columns_of_a_table_are_carried_in_its_order(tmp_path: Path) -> None:
    rows = [f'"{text}",{i},{"Green" if i % 2 else "Blue"},00{i}' for i, text in enumerate(BREAD)]
    (tmp_path / "a.csv").write_text("\n".join(["text,wave,party,n_words", *rows]) + "\n", encoding="utf-8")
    found = corpus_of(tmp_path / "a.csv").articles
    assert list(found.columns)[-3:] == ["wave", "party", "n_words (input)"]
    assert (found["party"] == found["wave"].map(lambda wave: "Green" if int(wave) % 2 else "Blue")).all()
    assert (found["n_words (input)"] == "00" + found["wave"]).all()


def test_of_rows_that_are_paragraphs_every_value_of_an_article_is_kept_once(tmp_path: Path) -> None:
    lines = [
        "text,article_id,party,speaker",
        f'"{BREAD[0]}",a,Green,Ann',
        f'"{BREAD[1]}",a,Green,Ben',
        f'"{BREAD[2]}",a,,Ann',
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = corpus_of(tmp_path / "a.csv", Settings(reading=ReadingSettings(unit="paragraph"))).articles
    assert found[["party", "speaker"]].to_numpy().tolist() == [["Green", "Ann; Ben"]]


def test_entries_of_a_list_may_be_repeated():
    entry = "One cup of rye porridge with salt and a spoon of honey"
    line = "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work."
    text = f"{entry}\n\n{line}\n\n{entry}\n\n{line}"
    found = [Line(m.start(), m.end(), "body", m.group()) for m in re.finditer(r"[^\n]+", text)]
    kept = split((Cleaned(Page("a", text, "a.txt", language="en"), tuple(found)),))
    assert kept.dropped["text"].tolist() == [line]
