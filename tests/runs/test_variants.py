"""The shares of a run under other choices, beside what its tables and other fits of its themes give."""

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from conftest import make_corpus

from topics import tables
from topics.cli import main
from topics.codebook import Codebook
from topics.coding import Coding
from topics.comparison import KEYWORD, SCORES, SETTING, THRESHOLD, WEIGHTS, Variant
from topics.manual import Assignment
from topics.measures import assigned_membership, expected_membership
from topics.runs import Run, variants
from topics.runs.variants import Variants, variants_of
from topics.settings import Settings, override
from topics.themes import fit_themes


@pytest.fixture(scope="module")
def found(small_run: Run) -> Variants:
    return variants_of(small_run, small_run.theme_shares)


def one(found: Variants, kind: str, name: str) -> Variant:
    (variant,) = [variant for variant in found.variants if (variant.kind, variant.name) == (kind, name)]
    return variant


def wide(run: Run, column: str, themes: pd.DataFrame | None = None) -> np.ndarray:
    table = (run.themes if themes is None else themes).pivot(index="paragraph_id", columns="theme", values=column)
    return table.loc[run.paragraphs["paragraph_id"], run.codebook.names].to_numpy()


def by_article(run: Run, memberships: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Weighted means of paragraphs, articles × names, written out."""
    weights = run.paragraphs["n_words"].to_numpy(dtype=float) if weights is None else weights
    rows = []
    for article in run.articles["article_id"]:
        own = (run.paragraphs["article_id"] == article).to_numpy()
        rows.append(weights[own] @ memberships[own] / weights[own].sum())
    return np.array(rows)


def changed(run: Run, **parts: object) -> Run:
    """The run, as if ``run.json`` said otherwise."""
    return Run(run.folder, msgspec.structs.replace(run.record, **parts))


@pytest.mark.parametrize("threshold", [0.25, 0.30, 0.40, 0.50])
def test_other_thresholds_assign_by_the_scores(small_run: Run, found: Variants, threshold: float) -> None:
    supported = wide(small_run, "evidence_end") > wide(small_run, "evidence_start")
    assigned = (wide(small_run, "score") >= threshold) & supported
    outcomes = by_article(small_run, assigned_membership(assigned))
    np.testing.assert_allclose(one(found, THRESHOLD, f"{threshold:.2f}").outcomes, outcomes)


def test_the_threshold_of_the_run_gives_its_assignments(small_run: Run) -> None:
    base = variants._Base.of(small_run, small_run.theme_shares)
    assert (base.at_threshold(0.0) == wide(small_run, "assigned")).all()


def test_scores_in_place_of_assignments(small_run: Run, found: Variants) -> None:
    outcomes = by_article(small_run, expected_membership(wide(small_run, "score").astype(float)))
    np.testing.assert_allclose(one(found, SCORES, "shares by scores").outcomes, outcomes)


def test_paragraphs_or_articles_that_count_alike(small_run: Run, found: Variants) -> None:
    memberships = assigned_membership(wide(small_run, "assigned"))
    paragraphs, articles = (one(found, WEIGHTS, f"{unit} count alike") for unit in ("paragraphs", "articles"))
    np.testing.assert_allclose(paragraphs.outcomes, by_article(small_run, memberships, np.ones(len(memberships))))
    assert paragraphs.weights.tolist() == small_run.articles["n_paragraphs"].tolist()
    np.testing.assert_allclose(articles.outcomes, by_article(small_run, memberships))
    assert articles.weights.tolist() == [1.0] * len(small_run.articles)


def test_each_keyword_that_occurs_is_left_out_once(small_run: Run, found: Variants) -> None:
    left_out = [(variant.theme, variant.name) for variant in found.variants if variant.kind == KEYWORD]
    occurring = small_run.keywords.query("occurrences > 0")
    assert sorted(left_out) == sorted(zip(occurring["theme"], occurring["keyword"], strict=True))


PLANTED = {"energy": ["gas", "oil", "coal", "windmill"], "border": ["customs", "passport", "visa", "migrant", "fence"]}
N_PLANTED = 30


def planted_run(like: Run) -> Run:
    """Green writes of windmills, and of no other word of energy more than Blue; Blue uses all words of borders more.

    It has what variants need of a run; the rest is that of another.
    """
    rng = np.random.default_rng(4)
    filler = [
        f"{opening}{ending}" for opening in ("zul", "hask", "mern", "quob", "tirm", "plaf") for ending in ("ak", "om", "ub")
    ]
    texts, articles = [], []
    for article in range(N_PLANTED):
        party = ("blue", "green")[article % 2]
        for paragraph in range(6):
            words = rng.choice(filler, 14).tolist()
            if paragraph == 0:
                words += rng.choice(PLANTED["energy"][:3], 2, replace=False).tolist()
            if paragraph in (1, 2) and party == "green":
                words += ["windmill"]
            if paragraph in (3, 4) and party == "blue":
                words += rng.choice(PLANTED["border"], 3, replace=False).tolist()
            texts.append(f"The {' and '.join(rng.permutation(words))}.")
            articles.append(f"article-{article:02d}")
    corpus = make_corpus(texts, articles)
    corpus.articles["party"] = ["blue", "green"] * (N_PLANTED // 2)
    settings, book = override(Settings(), ["themes.encoder=none"]), Codebook.from_dict(PLANTED)
    themes = fit_themes(corpus, book, settings).score()
    tables_of = {"articles": corpus.articles, "paragraphs": corpus.paragraphs, "dropped": corpus.dropped}
    tables_of |= {"themes": themes.table, "codes": tables.empty("codes")}
    tables_of |= {"scores_without_codes": tables.empty("scores_without_codes")}
    inputs = msgspec.structs.replace(like.record.inputs, theme_encoder=None)
    results = msgspec.structs.replace(like.record.results, thresholds=themes.thresholds)
    run = changed(like, settings=settings, codebook=book, inputs=inputs, results=results)
    run._tables.update(tables_of)
    return run


@pytest.fixture(scope="module")
def planted(small_run: Run) -> Run:
    return planted_run(small_run)


@pytest.fixture(scope="module")
def planted_found(planted: Run) -> Variants:
    return variants_of(planted, planted.theme_shares)


@pytest.mark.parametrize(("theme", "keyword"), [("energy", "windmill"), ("energy", "oil"), ("border", "visa")])
def test_a_left_out_keyword_is_one_that_the_codebook_does_not_list(
    planted: Run, planted_found: Variants, theme: str, keyword: str
) -> None:
    book = Codebook.from_dict({name: [word for word in words if word != keyword] for name, words in PLANTED.items()})
    assigned = fit_themes(variants._corpus(planted), book, planted.settings).model.label_free.assigned
    outcomes = by_article(planted, assigned_membership(assigned))
    variant = one(planted_found, KEYWORD, keyword)
    assert variant.theme == theme
    np.testing.assert_allclose(variant.outcomes, outcomes, atol=1e-9)


def test_a_finding_that_rests_on_one_keyword_is_said_to(planted: Run) -> None:
    robustness = planted.robustness("party", permutations=999)
    assert robustness.notes == ()
    verdicts = robustness.findings.set_index("theme")["verdict"]
    assert verdicts["energy"] == "stands, but depends on keyword 'windmill'"
    assert verdicts["border"] == "stands"


@pytest.mark.parametrize("setting", ["neighbours 0", "nearest 0", "encoder none"])
def test_other_settings_of_the_themes(small_run: Run, found: Variants, setting: str) -> None:
    if small_run.record.inputs.theme_encoder is None:
        pytest.skip("the bundled encoder is not installed")
    name, value = setting.split()
    settings = override(small_run.settings, [f"themes.{name}={value}"])
    assigned = fit_themes(variants._corpus(small_run), small_run.codebook, settings).model.label_free.assigned
    np.testing.assert_allclose(one(found, SETTING, setting).outcomes, by_article(small_run, assigned_membership(assigned)))


def test_with_gold_codes_every_variant_is_corrected(small_run: Run) -> None:
    """Where all paragraphs are coded, the codes decide, whatever the model says."""
    ids = small_run.paragraphs["paragraph_id"]
    codes = {key: frozenset({("bread", "stars")[i % 2]}) for i, key in enumerate(ids)}
    shares = small_run.theme_shares_with([Coding("one", codes, {})])
    coded = np.array([[name in codes[key] for name in small_run.codebook.names] for key in ids])
    expected = by_article(small_run, assigned_membership(coded))
    found = variants_of(small_run, shares)
    for variant in found.variants:
        if variant.name != "paragraphs count alike":
            np.testing.assert_allclose(variant.outcomes, expected, atol=1e-9)
    assert [variant.name for variant in found.variants if variant.kind == SCORES] == ["shares by assignments"]


def table_variants(found: Variants) -> set[str]:
    return {variant.kind for variant in found.variants}


def test_a_run_without_text_varies_what_needs_none(small_run: Run) -> None:
    bare = changed(small_run, settings=override(small_run.settings, ["deposit.text=false"]))
    found = variants_of(bare, bare.theme_shares)
    assert table_variants(found) == {THRESHOLD, SCORES, WEIGHTS}
    assert found.notes == ("keywords and settings of the themes were not varied: the run is without text (--no-text)",)


def test_a_run_that_cannot_be_repeated_says_so(small_run: Run) -> None:
    other = changed(small_run, settings=override(small_run.settings, ["themes.neighbours=0.9"]))
    found = variants_of(other, other.theme_shares)
    assert table_variants(found) == {THRESHOLD, SCORES, WEIGHTS}
    (note,) = found.notes
    assert "scores differ from the run's by up to 0." in note


def test_no_model_is_downloaded_for_a_name_in_a_file(small_run: Run) -> None:
    encoder = type(small_run.record.inputs.theme_encoder)("model2vec:somebody/model", "0")
    other = changed(small_run, inputs=msgspec.structs.replace(small_run.record.inputs, theme_encoder=encoder))
    (note,) = variants_of(other, other.theme_shares).notes
    assert "model2vec:somebody/model is not a folder on this machine" in note


def test_what_a_person_assigned_stays_in_every_variant(small_run: Run) -> None:
    key = small_run.paragraphs["paragraph_id"].iloc[0]
    run = changed(small_run, assignments=(Assignment(key, ("boats", "stars"), ""),))
    themes = run.themes
    own = themes["paragraph_id"] == key
    themes.loc[own, "assigned"] = themes.loc[own, "theme"].isin(["boats", "stars"])
    run._tables["themes"] = themes
    base = variants._Base.of(run, run.theme_shares)
    for assigned in (base.at_threshold(0.15), np.zeros_like(base.assigned)):
        row = base.by_assignments(assigned)[0]
        assert dict(zip(run.theme_shares.names, row, strict=True)) == {
            "bread": 0,
            "stars": 0.5,
            "boats": 0.5,
            "unassigned": 0,
        }


def test_of_too_many_keywords_those_in_most_paragraphs_are_left_out(small_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "MAX_WORK", 0)
    fitted = fit_themes(variants._corpus(small_run), small_run.codebook, Settings())
    keywords, notes = variants._affordable(fitted)
    assert [one.theme for one in keywords] == small_run.codebook.names
    most = small_run.keywords.groupby("theme")["paragraphs"].max()
    assert [one.n_paragraphs for one in keywords] == most[small_run.codebook.names].tolist()
    assert len(notes) == 1


def test_the_run_is_not_changed(small_run: Run, found: Variants) -> None:
    assert small_run.verify() == []
    assert Path(small_run.folder / "run.json").is_file()


def test_the_command_tells_and_writes_what_stands(
    small_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["compare", str(small_run.folder), "--by", "outlet", "--out", str(tmp_path / "out")]
    assert main([*call, "--robust"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Theme shares by outlet under other choices" in printed
    assert "There is no finding: no theme differs at q < 0.05." in printed
    written = {path.name for path in (tmp_path / "out").iterdir()}
    robust = {"robustness.csv", "variants.csv", "robustness.svg", "robustness.json"}
    assert robust <= written
    variants = pd.read_csv(tmp_path / "out" / "variants.csv")
    assert set(variants["kind"]) == {"run", "threshold", "scores", "setting", "weights", "keyword", "article", "seed"}
    assert main(call) == 0  # without --robust, the older tables would belong to another comparison
    assert robust.isdisjoint(path.name for path in (tmp_path / "out").iterdir())
