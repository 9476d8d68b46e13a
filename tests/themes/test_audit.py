"""The audit of a codebook: every verdict on a corpus where it is planted."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pandas as pd
import pytest
from conftest import BOATS, BREAD, CODEBOOK, SAMPLE, STARS, make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.errors import InputError
from topics.reading import Corpus
from topics.settings import Settings, override
from topics.tables import UNASSIGNED
from topics.themes import Audit, audit_codebook, check_audit_sheet, score_themes, write_audit_sheet
from topics.themes.audit import audit as audits
from topics.themes.audit import keywords as audited_keywords
from topics.themes.audit.audit import SHEET_COLUMNS


def planted(*more: str) -> Corpus:
    """Three articles of ten paragraphs, and what is added as articles of one each."""
    names = ["bread"] * 10 + ["stars"] * 10 + ["boats"] * 10 + [f"more{i:02d}" for i in range(len(more))]
    return make_corpus([*BREAD, *STARS, *BOATS, *more], names)


def book(*, without: tuple[str, ...] = (), **more: list[str]) -> Codebook:
    """The codebook of the planted corpus, with keywords more and less."""
    entries = [
        {
            "name": theme["name"],
            "label": theme["label"],
            "keywords": [word for word in theme["keywords"] if word not in without] + more.get(theme["name"], []),
        }
        for theme in CODEBOOK["theme"]
    ]
    return codebooks.from_dict({"theme": entries})


def of(*entries: tuple[str, list[str]], description: str = "") -> Codebook:
    return codebooks.from_dict(
        {"theme": [{"name": name, "keywords": words, "description": description} for name, words in entries]}
    )


@pytest.fixture(scope="module")
def sample(sample_corpus: Corpus) -> Audit:
    """The audit of the sample study, without leaving keywords out, which takes longest."""
    return audit_codebook(sample_corpus, codebooks.load(SAMPLE / "codebook.toml"), refit=False)


def beside_bread(said: str, known: Codebook) -> Audit:
    """The audit of articles of one paragraph each, in which ``said`` stands beside all that is said of bread."""
    texts = [*(f"{text} {said}" for text in BREAD), *STARS, *BOATS]
    return audit_codebook(make_corpus(texts, [f"a{i:02d}" for i in range(30)]), known)


def verdicts(found: Audit, theme: str) -> dict[str, str]:
    rows = found.keywords[found.keywords["theme"] == theme]
    return dict(zip(rows["keyword"], rows["verdict"], strict=True))


def row_of(found: Audit, theme: str, keyword: str) -> pd.Series:
    return found.keywords.set_index(["theme", "keyword"]).loc[(theme, keyword)]


def words_of(found: Audit, theme: str) -> list[str]:
    return found.words.loc[found.words["theme"] == theme, "word"].tolist()


def verdict_of(found: Audit, theme: str) -> str:
    return found.themes.set_index("theme").loc[theme, "verdict"]


def test_a_good_codebook_is_usable_and_nothing_is_changed(codebook: Codebook) -> None:
    corpus = planted()
    text = corpus.paragraphs.copy(deep=True)
    found = audit_codebook(corpus, codebook)
    assert found.usable
    assert found.keywords["keyword"].tolist() == [word for theme in codebook.themes for word in theme.keywords]
    assert set(found.themes["verdict"]) == {""}
    assert len(found.pairs) == 0
    assert found.paragraphs == 30
    pd.testing.assert_frame_equal(corpus.paragraphs, text)


@pytest.mark.parametrize("change", [[], ["themes.threshold=0.2", "themes.neighbours=0.0"]])
def test_the_audit_assigns_what_a_run_assigns(sample_corpus: Corpus, change: list[str]) -> None:
    known = override(Settings(), change)
    real = codebooks.load(SAMPLE / "codebook.toml")
    found = audit_codebook(sample_corpus, real, known, refit=False)
    scored = score_themes(sample_corpus, real, known)
    run = scored.table[scored.table["assigned"]].groupby("theme").size().reindex(real.names, fill_value=0)
    assert found.themes.set_index("theme")["assigned"].tolist() == run.tolist()
    assert found.fitness == scored.fitness
    assert round(scored.unassigned_share * 191) == int(found.findings[-1].split(" ")[0])


# keywords


def test_a_keyword_that_never_occurs_is_dead() -> None:
    found = audit_codebook(planted(), book(bread=["zeppelin", "flower power"]))
    assert verdicts(found, "bread")["zeppelin"] == "dead"
    assert row_of(found, "bread", "flower power")[["paragraphs", "articles"]].tolist() == [0, 0]
    assert any(finding.startswith("2 of 23 keywords never occur") for finding in found.findings)
    assert found.usable


def test_a_keyword_of_two_themes_is_shared_in_any_inflection() -> None:
    found = audit_codebook(planted(), book(bread=["boats"]))
    assert row_of(found, "bread", "boats")[["verdict", "shared_with"]].tolist() == ["shared", "boats"]
    assert row_of(found, "boats", "boat")[["verdict", "shared_with"]].tolist() == ["shared", "bread"]
    assert any("Keywords listed under two themes: boats" in finding for finding in found.findings)


def test_a_keyword_that_keeps_another_theme_s_company_is_a_stray() -> None:
    found = audit_codebook(planted(), book(without=("harbour",), bread=["harbour"]))
    row = row_of(found, "bread", "harbour")
    assert (row["verdict"], row["elsewhere_theme"]) == ("stray", "boats")
    assert row["elsewhere"] > 2 * row["company"]
    assert any("harbour (Bread, occurs mostly with Boats)" in finding for finding in found.findings)
    assert set(found.keywords["verdict"]) - {"stray"} <= {"", "idle", "carries"}


def test_a_keyword_listed_twice_says_so() -> None:
    found = audit_codebook(planted(), book(bread=["loaves", "ovens"]))
    assert verdicts(found, "bread")["oven"] != "twice"
    assert verdicts(found, "bread")["ovens"] == "twice"


CATS = [f"The cat {what}." for what in (
    "slept on a red cushion", "drank cold milk at noon", "climbed the pear tree", "hid below the stairs",
    "scratched the sofa", "watched a sparrow for hours", "ignored all visitors", "ran from the vacuum",
    "chased its own shadow", "sat upon my letters",
)]  # fmt: skip


def test_a_keyword_that_carries_its_theme_and_one_that_changes_nothing() -> None:
    corpus = planted(
        *CATS, "A whiskered cat yawned.", "Its claw was sharp, said the cat.", "A claw and whiskers, that was all."
    )
    known = codebooks.from_dict({"theme": [
        *CODEBOOK["theme"], {"name": "cats", "keywords": ["cat", "claw", "whisker"]},
    ]})  # fmt: skip
    # an encoder finds cats by what else is said of them
    found = audit_codebook(corpus, known, override(Settings(), ["themes.encoder='none'"]))
    row = row_of(found, "cats", "cat")
    assert row["verdict"] == "carries"
    assert row["gained"] > found.themes.set_index("theme").loc["cats", "assigned"] / 2
    assert verdict_of(found, "cats") == "rests on one keyword"
    assert any("'cat' accounts for most assignments of cats" in finding for finding in found.findings)
    idle = found.keywords[found.keywords["verdict"] == "idle"]
    assert len(idle)
    assert (idle["gained"] + idle["lost"] == 0).all()


def test_leaving_a_keyword_out_is_fitting_without_it() -> None:
    """For a word that no phrase holds, the figures are those of a codebook that lacks it."""
    corpus = planted()
    found = audit_codebook(corpus, book())
    whole = score_themes(corpus, book()).table.set_index(["theme", "paragraph_id"])["assigned"]
    for theme, keyword in (("bread", "dough"), ("stars", "star"), ("boats", "boat"), ("boats", "crew")):
        less = score_themes(corpus, book(without=(keyword,))).table.set_index(["theme", "paragraph_id"])["assigned"]
        row = row_of(found, theme, keyword)
        assert row["gained"] == (whole[theme] & ~less[theme]).sum()
        assert row["lost"] == (less[theme] & ~whole[theme]).sum()


def test_regular_expressions_are_keywords_too() -> None:
    found = audit_codebook(planted(), book(without=("boat",), boats=[r"/\bboats?\b/", "/zep+elin/"]))
    assert row_of(found, "boats", r"/\bboats?\b/")["paragraphs"] == 6
    assert row_of(found, "boats", "/zep+elin/")["verdict"] == "dead"
    assert not found.words["word"].str.contains("boat").any()


# themes


def test_themes_without_words_or_with_hardly_any_are_told() -> None:
    known = of(
        ("bread", CODEBOOK["theme"][0]["keywords"]), ("x", ["zeppelin", "airship"]), ("one", ["anchor", "parallax"]),
        ("single", ["harbour"]),
    )  # fmt: skip
    found = audit_codebook(planted(), known)
    assert [verdict_of(found, name) for name in known.names] == ["", "unsupported", "hardly supported", "hardly supported"]
    assert not found.usable
    assert any(finding.startswith("x: neither a keyword nor") for finding in found.findings)
    assert any(finding.startswith("one, single: fewer than 3 paragraphs") for finding in found.findings)


def test_a_description_can_stand_for_keywords() -> None:
    found = audit_codebook(planted(), codebooks.from_dict({"theme": [
        {"name": "bread", "keywords": [], "description": "Dough, yeast, flour, an oven and a loaf with its crust."},
        {"name": "boats", "keywords": ["boat", "hull", "sail", "harbour"]},
    ]}))  # fmt: skip
    assert found.usable
    assert verdict_of(found, "bread") == ""
    assert found.themes.set_index("theme").loc["bread", ["keywords", "alive"]].tolist() == [0, 7]


def test_most_keywords_dead_and_few_left_is_not_usable() -> None:
    dead = ["zeppelin", "airship", "balloon", "gondola"]
    of_bread, of_boats = ["brioche", "baguette", "ciabatta", "kneading"], ["catamaran", "trawler"]
    known = of(("bread", ["dough", "oven", "flour", *of_bread]), ("boats", ["hull", "sail", *of_boats]))
    found = audit_codebook(planted(), known)
    assert not found.usable
    assert any("6 of 11 keywords never occur" in finding for finding in found.findings)
    enough = of(*((theme["name"], theme["keywords"] + [f"{word}xyz" for word in dead * 2]) for theme in CODEBOOK["theme"]))
    assert audit_codebook(planted(), enough).usable


def test_keywords_that_meet_less_than_by_chance_are_scattered_which_is_but_a_hint() -> None:
    apart = ["dough", "yeast", "oven", "galaxy", "comet", "orbit", "hull", "sail", "harbour", "mast"]
    texts = [f"The {word} was {how}." for how in ("old", "new", "red", "far") for word in apart] + ["It rained."] * 50
    found = audit_codebook(make_corpus(texts), of(("things", apart), ("rain", ["rained"])))
    assert found.themes.set_index("theme").loc["things", "cohesion"] < 1
    assert verdict_of(found, "things") == "scattered"
    assert any(finding.startswith("things: keywords co-occur less often") for finding in found.findings)
    assert "scattered" not in set(audit_codebook(planted(), book()).themes["verdict"])


# pairs


def test_a_theme_split_in_two_at_random_cannot_be_told_apart(sample_corpus: Corpus) -> None:
    real = codebooks.to_dict(codebooks.load(SAMPLE / "codebook.toml"))
    energy = real["theme"][0]
    words = random.Random(1).sample(energy["keywords"], len(energy["keywords"]))
    halves = [energy | {"name": f"energy{i}", "label": f"Energy {i}", "keywords": words[i::2]} for i in (0, 1)]
    found = audit_codebook(sample_corpus, codebooks.from_dict({"theme": [*halves, *real["theme"][1:]]}), refit=False)
    assert found.pairs[["theme", "other"]].values.tolist() == [["energy0", "energy1"]]
    assert found.pairs["overlap"].iloc[0] >= 0.8
    assert not found.usable
    assert found.findings[0].startswith("Energy 0 and Energy 1 cannot be told apart")


# words that the codebook lacks


def test_a_word_that_the_codebook_lacks_is_suggested_and_none_that_it_has() -> None:
    known = book(bread=["loaves"])
    found = beside_bread("Marmalade was on the shelf by spring water.", known)
    assert "marmalade" in words_of(found, "bread")
    assert (found.words["paragraphs"] >= 3).all()
    assert (found.words["z"] >= 2).all()
    listed = {
        word for theme in known.themes for keyword in theme.keywords for word in (keyword, f"{keyword}s", f"{keyword}es")
    }
    assert not listed & {part for word in found.words["word"] for part in word.split()}
    assert found.words.groupby("theme").size().max() <= 8


def test_what_stands_in_one_article_alone_is_not_suggested() -> None:
    texts = [*(f"{text} Marmalade!" for text in BREAD), *STARS, *BOATS]
    articles = planted().paragraphs["article_id"].tolist()
    assert "marmalade" not in words_of(audit_codebook(make_corpus(texts, articles), book()), "bread")
    assert "marmalade" in words_of(audit_codebook(make_corpus(texts), book()), "bread")


def test_phrases_and_words_of_the_description_are_suggested_as_the_corpus_writes_them() -> None:
    known = codebooks.to_dict(book())
    known["theme"][0]["description"] = "What is done with a rolling pin."
    found = beside_bread("They had Spelt-Flakes and a rolling pin.", codebooks.from_dict(known))
    words = words_of(found, "bread")
    assert {"rolling pin", "spelt-flakes"} <= set(words)
    assert not {"rolling", "pin", "spelt", "flakes"} & set(words)


def test_a_subject_that_the_codebook_lacks_is_a_blind_spot() -> None:
    lines = [
        "The referee showed a yellow card and the goalkeeper protested.",
        "A goalkeeper saved the penalty in extra time.",
        "The striker missed a penalty before the referee whistled.",
        "Referee and goalkeeper shook hands after the penalty.",
        "No striker had scored, and the goalkeeper was bored.",
        "The referee stopped play for a penalty.",
    ]
    found = audit_codebook(planted(*lines), book())
    assert {"goalkeeper", "referee", "penalty"} <= set(words_of(found, UNASSIGNED))
    assert "goalkeeper" in found.findings[-1]
    assert "no theme" in found.findings[-1]
    assert any("goalkeeper (" in line for _, lines in found.offers for line in lines)


def test_suggestions_can_be_pasted_into_a_codebook(sample: Audit) -> None:
    title, lines = sample.offers[0]
    assert "add to codebook.toml" in title
    pasted = [word for line in lines for word in json.loads(f"[{line.split(': ', 1)[1].rstrip(',')}]")]
    assert pasted == sample.words.loc[sample.words["theme"] != UNASSIGNED, "word"].tolist()


# the whole


def test_shuffled_keywords_are_not_usable(sample_corpus: Corpus, sample: Audit) -> None:
    real = codebooks.load(SAMPLE / "codebook.toml")
    keywords = [keyword for theme in real.themes for keyword in theme.keywords]
    random.Random(0).shuffle(keywords)
    mixed = audit_codebook(sample_corpus, of(*((name, keywords[i::11]) for i, name in enumerate(real.names))), refit=False)
    assert not mixed.usable
    assert "mean no more alike than keywords of different themes" in mixed.findings[0]
    assert sample.usable


@pytest.mark.parametrize("n", [1, 2, 29])
def test_few_paragraphs_are_audited_and_said_to_be_few(codebook: Codebook, n: int) -> None:
    found = audit_codebook(make_corpus([*BREAD, *STARS, *BOATS][:n]), codebook)
    assert len(found.keywords) == 21
    assert found.findings[0].startswith(f"Only {n} paragraph{'' if n == 1 else 's'}:")


def test_one_theme_alone_and_none_assigned() -> None:
    alone = audit_codebook(planted(), of(("boats", ["boat", "hull", "sail", "harbour"])))
    assert len(alone.pairs) == 0
    assert row_of(alone, "boats", "hull")["elsewhere_theme"] == ""
    assert pd.isna(row_of(alone, "boats", "hull")["elsewhere"])
    none = audit_codebook(planted(), book(), override(Settings(), ["themes.threshold=0.999"]))
    assert none.themes["assigned"].sum() == 0
    assert len(none.words) == 0
    assert "idle" not in set(none.keywords["verdict"])
    assert "30 of 30 paragraphs (100 %) have no theme" in none.findings[-1]


def test_other_scripts_pass_through() -> None:
    texts = ["两国签署了天然气协议。管道明年开工。", "边界问题在去年解决了。", "石油价格又上涨了。", "他们谈到了天气。"]
    known = of(("energy", ["天然气", "石油"]), ("land", ["边界"]))
    corpus = make_corpus(texts, list("abcd"))
    found = audit_codebook(Corpus(corpus.articles, corpus.paragraphs, corpus.dropped, language="zh"), known)
    assert row_of(found, "energy", "石油")["paragraphs"] == 1


def test_large_corpora_are_measured_in_part_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audits, "MAX_REFITTED", 20)
    monkeypatch.setattr(audited_keywords, "MAX_REFITTED", 20)
    corpus = planted()
    found = audit_codebook(corpus, book())
    assert "(on 20 of 30)" in found.legend
    pd.testing.assert_frame_equal(found.keywords, audit_codebook(corpus, book()).keywords)
    unmeasured = found.keywords[found.keywords["gained"].isna() & (found.keywords["verdict"] != "dead")]
    assert len(unmeasured)
    assert not unmeasured["verdict"].isin(["idle", "carries"]).any()


def test_with_many_themes_only_the_most_frequent_keywords_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = planted()
    whole = audit_codebook(corpus, book()).keywords.set_index(["theme", "keyword"])
    # two fits for each of the three themes, on 30 paragraphs
    monkeypatch.setattr(audited_keywords, "MAX_WORK", 6 * 3 * 30)
    monkeypatch.setattr(audited_keywords, "MIN_FITS", 1)
    found = audit_codebook(corpus, book())
    assert "for the 2 keywords of each theme in most paragraphs" in found.legend
    measured = found.keywords[found.keywords["gained"].notna()]
    assert measured.groupby("theme").size().tolist() == [2, 2, 2]
    for theme, rows in found.keywords.groupby("theme"):
        assert measured.loc[measured["theme"] == theme, "paragraphs"].min() >= rows["paragraphs"].nlargest(3).iloc[-1]
    for row in measured.itertuples():
        assert [row.gained, row.lost] == whole.loc[(row.theme, row.keyword), ["gained", "lost"]].tolist()
    # one fit for all of them
    monkeypatch.setattr(audited_keywords, "MAX_WORK", 1)
    found = audit_codebook(corpus, book())
    assert "for the keyword of each theme in most paragraphs, those of several themes left out at once" in found.legend
    measured = found.keywords[found.keywords["gained"].notna()]
    assert measured.groupby("theme").size().tolist() == [1, 1, 1]
    assert "idle" not in set(measured["verdict"])


@settings(max_examples=20, deadline=None)
@given(
    texts=st.lists(st.one_of(st.text(min_size=1, max_size=60), st.sampled_from([*BREAD, *BOATS])), min_size=1, max_size=10),
    words=st.lists(st.sampled_from(["dough", "oven", "boats", "boat", "/o.e/", "wind", "hot oven", "zeppelin"]), min_size=2),
    cut=st.integers(0, 5),
)
def test_never_raises_and_loses_no_keyword(texts: list[str], words: list[str], cut: int) -> None:
    entries = [
        {"name": "a", "keywords": words[:cut], "description": "loaf and hull"},
        {"name": "b", "keywords": words[cut:] or ["x"]},
    ]
    known = codebooks.from_dict({"theme": entries})
    corpus = make_corpus(texts, [f"a{i % 3}" for i in range(len(texts))])
    found = audit_codebook(corpus, known)
    assert len(found.keywords) == sum(len(set(theme.keywords)) for theme in known.themes)
    assert len(found.themes) == 2
    assert found.findings
    assert found.text_tables() is not None
    assert "Audit" in found._repr_html_()


def test_progress_goes_from_0_to_1() -> None:
    steps: list[tuple[str, float]] = []
    audit_codebook(planted(), book(), progress=lambda step, done: steps.append((step, done)))
    shares = [done for _, done in steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(steps) > 20


def test_the_page_escapes_what_the_codebook_says() -> None:
    found = audit_codebook(planted(), of(("<script>", ["zeppelin"]), ("bread", ["dough", "oven"])))
    assert "<script>" not in found._repr_html_()


# the table


def test_the_table_is_a_worklist_in_which_nothing_is_a_formula(tmp_path: Path) -> None:
    found = beside_bread("Marmalade was on the shelf.", book(bread=["=dough cutter", "@home"]))
    write_audit_sheet(found, tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == SHEET_COLUMNS
    assert [row["keyword"] for row in rows[: len(found.keywords)]].count("'=dough cutter") == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert [row["keyword"] for row in rows if row["verdict"] in ("suggested", "blind spot")] == found.words["word"].tolist()
    first = (tmp_path / "audit.csv").read_bytes()
    write_audit_sheet(found, tmp_path / "audit.csv")
    assert (tmp_path / "audit.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "said"), [("audit.txt", "expected .csv"), ("mine.csv", "not a table written by `topics audit`")]
)
def test_another_file_is_not_written_over(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / name).write_text("mine\n", encoding="utf-8")
    with pytest.raises(InputError, match=said):
        check_audit_sheet(tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine\n"
