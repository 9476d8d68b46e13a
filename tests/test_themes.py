"""Themes: found, several or none, with evidence that counts."""

import random

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics import themes
from topics.codebook import Codebook
from topics.paragraphs import Corpus
from topics.settings import Settings, override
from topics.tables import COLUMNS, UNASSIGNED


def planted() -> Corpus:
    names = ["bread"] * len(BREAD) + ["stars"] * len(STARS) + ["boats"] * len(BOATS)
    return make_corpus([*BREAD, *STARS, *BOATS], names)


def test_planted_themes_are_found(codebook: Codebook) -> None:
    scored = themes.score(planted(), codebook)
    truth = {f"{name}-p{i:04d}": name for name in ("bread", "stars", "boats") for i in range(1, 11)}
    right = [scored.primary[key] == value for key, value in truth.items()]
    assert np.mean(right) >= 0.9
    assert scored.cohesion > 2


def test_the_corpus_teaches_words_that_the_codebook_lacks() -> None:
    known = codebooks.from_dict(
        {
            "theme": [
                {"name": "bread", "keywords": ["dough", "oven"]},
                {"name": "boats", "keywords": ["hull", "sail", "boat"]},
            ]
        }
    )
    texts = [*BREAD, *BOATS] * 60
    learned = themes.score(make_corpus(texts, [f"a{i:04d}" for i in range(len(texts))]), known)
    assert {"flour", "crust", "yeast", "loaf"} & set(learned.words("bread", 12))
    assert {"harbour", "wind", "shipyard"} & set(learned.words("boats", 12))


def test_a_paragraph_can_have_two_themes_or_none(codebook: Codebook) -> None:
    both = (
        "The baker pulled the loaf from the oven while the crew waited in the harbour, and its crust was still warm when"
        " the boat set sail."
    )
    none = "The committee approved the minutes and moved to the second item, the colour of the curtains."
    scored = themes.score(make_corpus([*BREAD, *STARS, *BOATS, both, none], [f"a{i:02d}" for i in range(32)]), codebook)
    assigned = scored.table[scored.table["assigned"]].groupby("paragraph_id")["theme"].agg(set)
    assert assigned["a30-p0001"] == {"bread", "boats"}
    assert "a31-p0001" not in assigned
    assert scored.primary["a31-p0001"] == UNASSIGNED
    assert 0 < scored.unassigned_share < 0.2


def test_table_keeps_its_contract(codebook: Codebook) -> None:
    corpus = planted()
    table = themes.score(corpus, codebook).table
    assert tuple(table.columns) == COLUMNS["themes"]
    assert len(table) == len(corpus.paragraphs) * 3
    assert table["score"].between(0, 1).all()
    assert (table.groupby("paragraph_id")["primary"].sum() <= 1).all()
    assert table.loc[table["primary"], "assigned"].all()
    text = corpus.paragraphs.set_index("paragraph_id")["text"]
    for row in table.itertuples():
        assert text[row.paragraph_id][row.evidence_start : row.evidence_end] == row.evidence
        assert row.evidence or not row.assigned


def test_inflections_case_phrases_and_hyphens_match() -> None:
    known = codebooks.from_dict(
        {"theme": [{"name": "road", "keywords": ["Belt and Road", "pipeline"]}, {"name": "other", "keywords": ["tulip"]}]}
    )
    texts = [
        "They spoke of the belt and road for an hour.",
        "The Belt-and-Road plan came up again.",
        "PIPELINES were laid in spring.",
        "He lost his belt on the road and tulips grew there.",
        "Nobody said anything of note on that day.",
    ]
    table = themes.score(make_corpus(texts, list("abcde")), known).table
    road = table[table["theme"] == "road"].set_index("paragraph_id")["score"]
    assert road[["a-p0001", "b-p0001", "c-p0001"]].min() > road[["d-p0001", "e-p0001"]].max()


def test_deleting_the_evidence_lowers_the_score_more_than_deleting_another_sentence(codebook: Codebook) -> None:
    rng = random.Random(3)
    filler = ["It was a quiet year for the village.", "Nobody could say why this was so.", "The letter came on a Monday."]
    paragraphs = []
    for text in (*BREAD, *STARS, *BOATS):
        pieces = [text, *rng.sample(filler, 2)]
        rng.shuffle(pieces)
        paragraphs.append(" ".join(pieces))
    ids = [f"a{i:02d}" for i in range(30)]
    table = themes.score(make_corpus(paragraphs, ids), codebook).table
    primary = table[table["primary"]].set_index("paragraph_id")
    worse = []
    for i, text in enumerate(paragraphs):
        if f"a{i:02d}-p0001" not in primary.index:
            continue
        row = primary.loc[f"a{i:02d}-p0001"]
        others = [piece for piece in filler if piece in text and piece != row["evidence"]]
        changed = []
        for gone in (row["evidence"], others[0]):
            texts = list(paragraphs)
            texts[i] = " ".join(text.replace(gone, "").split())
            again = themes.score(make_corpus(texts, ids), codebook).table
            score = again[(again["paragraph_id"] == f"a{i:02d}-p0001") & (again["theme"] == row["theme"])]["score"]
            changed.append(float(score.iloc[0]))
        worse.append(changed[0] < changed[1])
    assert len(worse) >= 20
    assert np.mean(worse) >= 0.95


def test_shuffled_keywords_assign_little(sample_corpus: Corpus) -> None:
    real = codebooks.load(__import__("conftest").SAMPLE / "codebook.toml")
    keywords = [keyword for theme in real.themes for keyword in theme.keywords]
    random.Random(0).shuffle(keywords)
    mixed = {"theme": [{"name": name, "keywords": keywords[i::11]} for i, name in enumerate(real.names)]}
    shuffled = themes.score(sample_corpus, codebooks.from_dict(mixed))
    assert shuffled.cohesion < 1.5 < themes.score(sample_corpus, real).cohesion
    assert shuffled.unassigned_share > 0.5 > themes.score(sample_corpus, real).unassigned_share
    assert any("hardly fits" in note for note in shuffled.notes)


def test_a_theme_whose_words_never_occur_is_named(codebook: Codebook) -> None:
    known = codebooks.from_dict(
        {"theme": [{"name": "bread", "keywords": ["dough"]}, {"name": "x", "keywords": ["zeppelin"]}]}
    )
    scored = themes.score(planted(), known)
    assert any("no word of the codebook occurs for: x" in note for note in scored.notes)
    assert not scored.table.loc[scored.table["theme"] == "x", "assigned"].any()


def test_threshold_decides_what_is_assigned(codebook: Codebook) -> None:
    low = themes.score(planted(), codebook, override(Settings(), ["themes.threshold=0.2"])).table["assigned"].sum()
    high = themes.score(planted(), codebook, override(Settings(), ["themes.threshold=0.6"])).table["assigned"].sum()
    assert low > high > 0


def test_other_scripts_pass_through() -> None:
    known = codebooks.from_dict(
        {"theme": [{"name": "energy", "keywords": ["天然气", "石油"]}, {"name": "land", "keywords": ["边界"]}]}
    )
    texts = ["两国签署了天然气协议。管道明年开工。", "边界问题在去年解决了。", "石油价格又上涨了。", "他们谈到了天气。"]
    corpus = make_corpus(texts, list("abcd"))
    table = themes.score(corpus, known, override(Settings(), ['language="zh"'])).table
    assert set(table.loc[table["primary"], "theme"]) <= {"energy", "land"}
    first = table[(table["paragraph_id"] == "a-p0001") & (table["theme"] == "energy")].iloc[0]
    assert first["evidence"] == "两国签署了天然气协议。"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(BREAD)), min_size=1, max_size=12))
def test_never_raises_and_loses_no_row(codebook: Codebook, texts: list[str]) -> None:
    scored = themes.score(make_corpus(texts), codebook)
    assert len(scored.table) == 3 * len(texts)
    assert scored.table["score"].between(0, 1).all()


@pytest.mark.parametrize("n", [1, 2, 5, 29])
def test_small_corpora_say_that_they_are_small(codebook: Codebook, n: int) -> None:
    scored = themes.score(make_corpus([*BREAD, *STARS, *BOATS][:n]), codebook)
    assert any(f"only {n} paragraph" in note for note in scored.notes)


@pytest.mark.parametrize("keys", [{"keywords": 1}, {"keywords": 0, "description": 1}])
def test_a_codebook_of_few_words_is_not_called_unfit(keys: dict[str, int]) -> None:
    """One keyword, or a description alone, gives no pair to judge by: no verdict, and scores are not lowered."""
    book = {
        "theme": [
            {
                "name": words[0],
                "keywords": words[: keys["keywords"]],
                "description": " ".join(words) if "description" in keys else "",
            }
            for words in (["dough", "oven", "flour"], ["hull", "sail", "boat"], ["star", "comet"])
        ]
    }  # fmt: skip
    scored = themes.score(planted(), codebooks.from_dict(book))
    assert scored.cohesion is None
    assert not any("hardly fits" in note for note in scored.notes)
    assert scored.table["assigned"].any()


def test_a_theme_that_fills_the_corpus_is_warned_of(codebook: Codebook) -> None:
    texts = [*BREAD, *BREAD[::-1], *BREAD, *BREAD]
    scored = themes.score(make_corpus(texts, [f"a{i:02d}" for i in range(40)]), codebook)
    assert any("a theme that most of it shares is not seen" in note for note in scored.notes)
    assert not any("hardly fits" in note for note in scored.notes)


def test_numbers_and_countries_can_be_keywords() -> None:
    book = codebooks.from_dict(
        {"theme": [{"name": "us", "keywords": ["US"]}, {"name": "fall", "keywords": ["1989", "1991"]}]}
    )
    texts = [
        "They told us to let us go.",
        "The U.S. sent envoys.",
        "In 1989 the wall fell.",
        "The US sent ships.",
        "Rain fell.",
    ]
    table = themes.score(make_corpus(texts, list("abcde")), book).table
    score = table.set_index(["paragraph_id", "theme"])["score"]
    assert min(score["b-p0001", "us"], score["d-p0001", "us"]) > score["a-p0001", "us"]
    assert score["c-p0001", "fall"] > score["e-p0001", "fall"]
