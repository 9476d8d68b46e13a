"""The floor plan: what a run folder holds, that it is the same every time, and that it comes whole or not at all."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from conftest import BOATS, BREAD, ROOT, STARS, draw_little, write_study

import topics
from topics import codebook as codebooks
from topics.cli import main
from topics.codebook import Codebook
from topics.coding import draw_sheet, load_sheet, strata, write_sheet
from topics.errors import InputError, TopicsWarning
from topics.manual import Correction
from topics.runs import Run, Study, provenance
from topics.runs.pipeline import RunInputs

# as the design promises them to other people's scripts
PROMISED = {
    "articles": "article_id,title,author,outlet,date,language,source,n_paragraphs,n_words,sha256",
    "intake": "file,kind,outcome,articles,detail",
    "paragraphs": "paragraph_id,article_id,position,section,start,end,n_words,text",
    "dropped": "article_id,start,end,reason,text",
    "duplicates": "source,article_id,copy_of,overlap",
    "repairs": "paragraph_id,at,before,after",
    "themes": "paragraph_id,theme,score,assigned,primary,evidence,evidence_start,evidence_end",
    "topics": "topic_id,label,size,words,theme,stability,npmi,c_v,distinctness",
    "paragraph_topics": "paragraph_id,topic_id,probability,agreement,reassigned",
    "representatives": "topic_id,rank,paragraph_id,centrality",
    "granularity": "n_topics,stability,error,coherence,reference,adjusted,adjusted_error,equal,chosen",
    "topic_hierarchy": "parent_id,left_id,right_id,distance,size,label",
    "topic_levels": "level,topic_id,group_id,label",
    "profiles": "article_id,theme,share,low,high,n_paragraphs,uncorrected,n_coded,basis",
    "article_topics": "article_id,topic_id,share,low,high",
    "outlets": "outlet,theme,share,low,high,n_articles,uncorrected,n_coded,basis",
    "outlet_topics": "outlet,topic_id,share,low,high,n_articles",
    "themes_over_time": "period,theme,share,low,high,n_articles,uncorrected,n_coded,basis",
    "topics_over_time": "period,topic_id,share,low,high,n_articles",
    "keywords": "theme,keyword,verdict,paragraphs,articles,shared_with,company,elsewhere,elsewhere_theme"
    ",occurrences,forms,examples",
    "overall": "theme,share,low,high,n_articles,uncorrected,n_coded,basis,codes_needed",
    "outlet_differences": "outlet,theme,difference,low,high,n_articles,n_coded,basis",
    "keyness": "outlet,rank,word,log_odds,low,high,z,n,n_others",
    "co_occurrence": "theme,other,n,lift,low,high",
    "topic_words": "topic_id,rank,word,weight",
    "topic_themes": "topic_id,theme,share,lift",
    "topic_groups": "column,topic_id,group,share,expected,high,p,n_paragraphs,nmi,nmi_high",
    "topic_map": "paragraph_id,x,y",
}
FIGURES_PROMISED = (
    "ribbon outlets comparison heatmap profile time co_occurrence keyness evidence topic_words topic_map topic_themes"
    " article_topics hierarchy stability reading granularity"
).split()
SORTED_BY = {
    "articles": ("article_id",),
    "intake": ("file",),
    "paragraphs": ("paragraph_id",),
    "dropped": ("article_id", "start"),
    "duplicates": ("source",),
    "repairs": ("paragraph_id", "at"),
    "themes": ("paragraph_id", "theme"),
    "topics": ("topic_id",),
    "paragraph_topics": ("paragraph_id",),
    "representatives": ("topic_id", "rank"),
    "granularity": ("n_topics",),
    "topic_hierarchy": ("parent_id",),
    "topic_levels": ("level", "topic_id"),
    "profiles": ("article_id", "theme"),
    "article_topics": ("article_id", "topic_id"),
    "outlets": ("outlet", "theme"),
    "outlet_topics": ("outlet", "topic_id"),
    "themes_over_time": ("period", "theme"),
    "topics_over_time": ("period", "topic_id"),
    "keywords": ("theme", "keyword"),
    "overall": ("theme",),
    "outlet_differences": ("outlet", "theme"),
    "keyness": ("outlet", "rank"),
    "co_occurrence": ("theme", "other"),
    "topic_words": ("topic_id", "rank"),
    "topic_themes": ("topic_id", "theme"),
    "topic_groups": ("column", "topic_id"),
    "topic_map": ("paragraph_id",),
}
MAY_BE_EMPTY = {"keyness", "topic_groups", "topic_levels"}
"""Words that set an outlet apart: six short articles have none."""
NUMBERS = {"topic_id", "start", "at", "rank", "n_topics", "parent_id", "level"}
REASONS = {"title", "heading", "byline", "boilerplate", "duplicate", "short", "language"}
CHEAP = ("stability.runs=0", "profiles.draws=100")
SCRIPT = "<script>alert(1)</script>"


def rows(run: Run, name: str) -> list[dict[str, str]]:
    """A table as another person's script reads it: without our types."""
    with (run.folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def one_line(error: pytest.ExceptionInfo[InputError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


LETTERS = (
    "The harbour masterâ€™s letter,technology,tourism and all,was read aloud in the council on a Monday evening.",
    "Nobody in the council had asked for it, and the clerk put it away in a drawer with the other letters.",
    "A year later the drawer was opened,and three more letters lay on top of the first one.",
)
RUSSIAN = (
    "Пекарь замешивает тесто дважды и оставляет его под полотенцем, пока дрожжи не сделают своё дело.",
    "Астрономы измеряют расстояние до звезды по её параллаксу, то есть по сдвигу за полгода наблюдений.",
)


@pytest.fixture(scope="module")
def mixed_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The small study with a copy, a page in another language, a broken page, and corrections of two lines."""
    folder = write_study(tmp_path_factory.mktemp("mixed"))
    (folder / "study.toml").write_text("seed = 7\n[reading]\nrepair = true\n", encoding="utf-8")
    for name, outlet, body in (
        ("copy", "Third Paper", STARS[:5]),
        ("letters", "First Paper", LETTERS),
        ("russian", "Fourth Paper", RUSSIAN),
    ):
        head = f"---\ntitle: The {name}\noutlet: {outlet}\ndate: 2022-05-05\n---\n\n"
        (folder / "articles" / f"{name}.md").write_text(head + "\n\n".join(body) + "\n", encoding="utf-8")
    study = Study.load(folder)
    page = next(page for page in study.read().pages.pages if page.source == "bread-0.md")
    number = page.text.split("\n").index(BREAD[2]) + 1
    study.correct([Correction(page.article_id, number, "boilerplate")])
    with study.corrections_file.open("a", encoding="utf-8") as file:
        file.write("gone-1234,3,body,\n")
    return study


@pytest.fixture(scope="module")
def mixed_run(mixed_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        draw_little(patch)
        with pytest.warns(TopicsWarning) as told:
            run = mixed_study.with_settings(*CHEAP).run(tmp_path_factory.mktemp("runs") / "run")
    assert [str(warning.message) for warning in told] == list(run.record.warnings)
    return run


# the run folder


def test_the_run_folder_holds_what_the_design_promises(small_run: Run) -> None:
    here = {path.relative_to(small_run.folder).as_posix() for path in small_run.folder.rglob("*") if path.is_file()}
    assert {"run.json", "report.html", *(f"tables/{name}.csv" for name in PROMISED)} <= here
    drawn = {Path(name).stem for name in here if name.startswith("figures/")}
    assert drawn == set(FIGURES_PROMISED)
    assert {f"figures/{name}.{suffix}" for name in drawn for suffix in ("svg", "json")} <= here
    assert not [name for name in here if Path(name).name.startswith(".")]


@pytest.mark.parametrize("name", PROMISED)
def test_a_table_has_the_promised_columns_its_rows_sorted_and_newlines_alike(mixed_run: Run, name: str) -> None:
    raw = (mixed_run.folder / "tables" / f"{name}.csv").read_bytes()
    assert raw.decode("utf-8").split("\n", 1)[0] == PROMISED[name]
    assert b"\r" not in raw
    keys = [tuple(int(row[key]) if key in NUMBERS else row[key] for key in SORTED_BY[name]) for row in rows(mixed_run, name)]
    assert keys or name in MAY_BE_EMPTY
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))


def test_every_table_is_promised(small_run: Run) -> None:
    assert {path.stem for path in (small_run.folder / "tables").iterdir()} == set(PROMISED)


def test_paragraphs_and_dropped_lines_cover_each_page_once_at_their_offsets(small_run: Run, small_study: Study) -> None:
    parts = defaultdict(list)
    for name in ("paragraphs", "dropped"):
        for row in rows(small_run, name):
            parts[row["article_id"]].append(row)
    for article in rows(small_run, "articles"):
        page = (small_study.source / article["source"]).read_text(encoding="utf-8")
        times = [0] * len(page)
        for row in parts.pop(article["article_id"]):
            start, end = int(row["start"]), int(row["end"])
            assert page[start:end] == row["text"]
            for i in range(start, end):
                times[i] += 1
        assert [i for i, sign in enumerate(page) if not sign.isspace() and times[i] != 1] == [], article["source"]
    assert not parts
    assert {row["reason"] for row in rows(small_run, "dropped")} <= REASONS


def test_every_sign_of_a_page_that_was_mended_repaired_copied_or_foreign_is_accounted_for(
    mixed_run: Run, mixed_study: Study
) -> None:
    repairs = defaultdict(list)
    for row in rows(mixed_run, "repairs"):
        repairs[row["paragraph_id"]].append(int(row["at"]))
    parts = defaultdict(list)
    for row in [*rows(mixed_run, "paragraphs"), *rows(mixed_run, "dropped")]:
        parts[row["article_id"]].append(row)
    for page in mixed_study.read().pages.pages:
        times = [0] * len(page.text)
        for row in parts.pop(page.article_id):
            start, end = int(row["start"]), int(row["end"])
            cuts = [start, *(start + at for at in repairs[row.get("paragraph_id", "")]), end]
            assert row["text"] == " ".join(page.text[a:b] for a, b in pairwise(cuts))
            for i in range(start, end):
                times[i] += 1
        assert [i for i, sign in enumerate(page.text) if not sign.isspace() and times[i] != 1] == [], page.source
    assert not parts
    texts = "\n".join(row["text"] for row in rows(mixed_run, "paragraphs"))
    assert "master’s letter, technology, tourism and all, was read" in texts


def test_a_copy_and_a_page_in_another_language_are_listed_with_no_share_in_any_result(mixed_run: Run) -> None:
    articles = mixed_run.articles.set_index("source")
    (copied,) = rows(mixed_run, "duplicates")
    assert (copied["source"], copied["article_id"]) == ("copy.md", articles.loc["copy.md", "article_id"])
    assert copied["copy_of"] == articles.loc["stars-0.md", "article_id"]
    assert float(copied["overlap"]) == 1
    left = articles.loc[["copy.md", "russian.md"]]
    assert left[["n_paragraphs", "n_words"]].eq(0).all(axis=None)
    reasons = (
        mixed_run.dropped[mixed_run.dropped["text"].isin([*STARS[:5], *RUSSIAN])].groupby("article_id")["reason"].unique()
    )
    assert {name: list(found) for name, found in reasons.items()} == {
        left.loc["copy.md", "article_id"]: ["duplicate"], left.loc["russian.md", "article_id"]: ["language"],
    }  # fmt: skip
    kept = set(articles.loc[articles["n_paragraphs"] > 0, "article_id"])
    assert mixed_run.record.results.articles == len(kept) == 7
    for name in ("paragraphs", "profiles", "article_topics"):
        assert set(mixed_run.table(name)["article_id"]) == kept
    assert set(mixed_run.outlets["outlet"]) == {"First Paper", "Second Paper"}
    with pytest.raises(InputError, match="no article"):
        mixed_run.of(copied["article_id"])


def test_the_run_records_what_was_mended_corrected_copied_and_in_which_language_it_is(
    mixed_run: Run, mixed_study: Study
) -> None:
    record = mixed_run.record
    assert record.settings.language == "auto"
    assert record.results.language == "en"
    assert record.mended == ("letters.md",)
    page = next(page for page in mixed_study.read().pages.pages if page.source == "bread-0.md")
    number = page.text.split("\n").index(BREAD[2]) + 1
    assert record.corrections == (Correction(page.article_id, number, "boilerplate", f"{BREAD[2][:60]}…"),)
    corrected = mixed_run.dropped[mixed_run.dropped["text"] == BREAD[2]]
    assert corrected[["article_id", "reason"]].to_numpy().tolist() == [[page.article_id, "boilerplate"]]
    of_topics = ("paragraphs:", "mostly from one")
    assert [note for note in record.warnings if not any(part in note for part in of_topics)] == [
        "nearly identical articles left out: copy.md of stars-0.md (100 %)",
        "encoding errors fixed in letters.md",
        "no paragraphs, since all lines were dropped, in russian.md",
        "2 lines in 1 article dropped: not in the study's language"
        " (en): 1 article in ru; to keep them: --set reading.other_languages=keep",
        "correction of 'gone-1234' not applied: no such article; see `topics read` for their ids",
    ]
    assert record.problems == tuple(note for note in record.warnings if "gone-1234" in note)
    assert mixed_run.verify() == []


@pytest.mark.parametrize(("unit", "n"), [("sentence", 34), ("article", 6)])
def test_units_can_be_sentences_or_whole_articles(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str, n: int
) -> None:
    draw_little(monkeypatch)
    folder = Path(shutil.copytree(small_study.folder, tmp_path / "study"))
    path = folder / "articles" / "bread-0.md"
    path.write_text(path.read_text(encoding="utf-8").replace(BREAD[0], f"{BREAD[0]} {BREAD[9]}"), encoding="utf-8")
    with pytest.warns(TopicsWarning):  # so few
        run = Study.load(folder).with_settings(*CHEAP, f"reading.unit={unit}").run()
    texts = run.paragraphs.set_index("paragraph_id")["text"]
    assert len(texts) == n
    if unit == "article":
        assert (run.articles["n_paragraphs"] == 1).all()
        assert "\n\n".join(STARS[:5]) in set(texts)
    else:
        assert {BREAD[0], BREAD[9]} <= set(texts)
    for row in run.themes.itertuples():
        assert texts[row.paragraph_id][row.evidence_start : row.evidence_end] == row.evidence
    shares = run.profiles.pivot(index="article_id", columns="theme", values="share")
    title = run.articles.set_index("article_id")["title"]
    # some speak of a second theme, too, which has the same share if the article is one paragraph
    theme_of = {name: next(theme for theme in shares if theme in title[name]) for name in shares.index}
    assert [title[name] for name, theme in theme_of.items() if shares.loc[name, theme] < shares.loc[name].max()] == []


def test_counts_of_an_article_are_those_of_its_paragraphs(small_run: Run) -> None:
    paragraphs = rows(small_run, "paragraphs")
    for article in rows(small_run, "articles"):
        own = [row for row in paragraphs if row["article_id"] == article["article_id"]]
        assert int(article["n_paragraphs"]) == len(own)
        assert int(article["n_words"]) == sum(int(row["n_words"]) for row in own)
        assert sorted(int(row["position"]) for row in own) == list(range(1, len(own) + 1))


def test_evidence_is_verbatim_and_stands_for_every_assigned_theme(small_run: Run) -> None:
    text = {row["paragraph_id"]: row["text"] for row in rows(small_run, "paragraphs")}
    for row in rows(small_run, "themes"):
        assert text[row["paragraph_id"]][int(row["evidence_start"]) : int(row["evidence_end"])] == row["evidence"]
        if row["assigned"] == "True":
            assert row["evidence"].strip(), row


def test_each_paragraph_has_a_row_per_theme_and_one_topic(small_run: Run) -> None:
    ids = [row["paragraph_id"] for row in rows(small_run, "paragraphs")]
    themes = [(row["paragraph_id"], row["theme"]) for row in rows(small_run, "themes")]
    assert sorted(themes) == sorted((i, theme) for i in ids for theme in ("bread", "stars", "boats"))
    by_topic = rows(small_run, "paragraph_topics")
    assert [row["paragraph_id"] for row in by_topic] == ids
    sizes = {row["topic_id"]: int(row["size"]) for row in rows(small_run, "topics")}
    listed = [row["topic_id"] for row in by_topic]
    assert {topic: listed.count(topic) for topic in listed} == sizes


def test_at_most_one_theme_is_primary_and_it_is_assigned(small_run: Run) -> None:
    primary: dict[str, int] = defaultdict(int)
    for row in rows(small_run, "themes"):
        assert {row["assigned"], row["primary"]} <= {"True", "False"}
        assert 0 <= float(row["score"]) <= 1
        if row["primary"] == "True":
            assert row["assigned"] == "True"
            primary[row["paragraph_id"]] += 1
    assert set(primary.values()) == {1}


@pytest.mark.parametrize(("name", "key"), [("profiles", "theme"), ("article_topics", "topic_id")])
def test_shares_of_each_article_sum_to_one_and_lie_in_their_interval(small_run: Run, name: str, key: str) -> None:
    total: dict[str, float] = defaultdict(float)
    names = defaultdict(set)
    for row in rows(small_run, name):
        assert 0 <= float(row["low"]) <= float(row["share"]) <= float(row["high"]) <= 1
        total[row["article_id"]] += float(row["share"])
        names[row["article_id"]].add(row[key])
    assert set(total) == {row["article_id"] for row in rows(small_run, "articles")}
    assert list(total.values()) == pytest.approx([1.0] * len(total), abs=5e-4)
    if name == "profiles":
        assert all(found == {"bread", "stars", "boats", "unassigned"} for found in names.values())


def test_shares_of_words_follow_from_the_assignments_in_the_tables(small_run: Run) -> None:
    assigned = defaultdict(list)
    for row in rows(small_run, "themes"):
        if row["assigned"] == "True":
            assigned[row["paragraph_id"]].append(row["theme"])
    words: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(small_run, "paragraphs"):
        spoken = assigned[row["paragraph_id"]] or ["unassigned"]
        for theme in spoken:
            words[row["article_id"], theme] += int(row["n_words"]) / len(spoken)
    total = {row["article_id"]: int(row["n_words"]) for row in rows(small_run, "articles")}
    for row in rows(small_run, "profiles"):
        share = words[row["article_id"], row["theme"]] / total[row["article_id"]]
        assert float(row["share"]) == pytest.approx(share, abs=1e-4)


# the same every time


def test_a_fresh_process_elsewhere_writes_the_same_bytes(small_run: Run, small_study: Study, tmp_path: Path) -> None:
    """Another folder, files written in another order, another hash seed, more threads."""
    elsewhere = tmp_path / "another place"
    (elsewhere / "articles").mkdir(parents=True)
    for page in sorted(small_study.source.iterdir(), reverse=True):
        (elsewhere / "articles" / page.name).write_bytes(page.read_bytes())
    for name in ("codebook.toml", "study.toml"):
        shutil.copy(small_study.folder / name, elsewhere / name)
    many = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "4")
    done = subprocess.run(
        [sys.executable, "-m", "topics", "run", str(elsewhere), "--quiet"],
        env={**os.environ, **many, "PYTHONHASHSEED": "99", "LC_ALL": "C", "TZ": "Pacific/Auckland"},
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for part in ("tables", "figures", "model", "paper"):
        ours, theirs = contents(small_run.folder / part), contents(elsewhere / "run" / part)
        assert sorted(ours) == sorted(theirs)
        assert [name for name in ours if ours[name] != theirs[name]] == []


def test_loose_pages_renamed_and_reordered_give_the_same_tables(
    small_run: Run, small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_little(monkeypatch)
    pages = tmp_path / "loose"
    for number, page in enumerate(sorted(small_study.source.iterdir(), reverse=True)):
        target = pages / f"part-{number % 2}" / f"{number}-renamed.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.read_bytes())
    steps: list[tuple[str, float]] = []
    with pytest.warns(TopicsWarning, match="only 33 paragraphs"):
        run = topics.run(
            pages, tmp_path / "out", codebook=small_study.folder / "codebook.toml", set=["seed=7"],
            progress=lambda *step: steps.append(step),
        )  # fmt: skip
    ours, theirs = contents(small_run.folder / "tables"), contents(run.folder / "tables")
    assert [name for name in ours if ours[name] != theirs[name]] == ["articles.csv", "intake.csv"]
    assert rows(run, "articles")[0]["source"].endswith("-renamed.md")
    assert run.articles.drop(columns="source").equals(small_run.articles.drop(columns="source"))
    shares = [done for _, done in steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert [name for name, _ in steps].count("topics") > 2, "the long step tells how far it is"


# whole or not at all


@pytest.mark.parametrize("stop", [RuntimeError("no ink"), KeyboardInterrupt()], ids=["error", "ctrl-c"])
def test_a_failing_run_leaves_nothing_behind_and_an_older_run_whole(
    small_run: Run, small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    older = isinstance(stop, KeyboardInterrupt)
    if older:
        shutil.copytree(small_run.folder, tmp_path / "run")

    def fail(*_: object, **__: object) -> None:
        raise stop

    monkeypatch.setattr(topics.figures, "draw", fail)  # late: the tables are written by then
    with pytest.raises(type(stop)):
        small_study.with_settings(*CHEAP, "topics.components=2").run(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == (["run"] if older else [])
    if older:
        assert contents(tmp_path / "run") == contents(small_run.folder)


def _notes(folder: Path, _: Path) -> None:
    (folder / "thesis.docx").write_bytes(b"two years of work")


def _other_tool(folder: Path, _: Path) -> None:
    (folder / "run.json").write_text('{"tool": "another"}', encoding="utf-8")
    (folder / "thesis.docx").write_bytes(b"two years of work")


def _run_and_notes(folder: Path, run: Path) -> None:
    shutil.copytree(run, folder, dirs_exist_ok=True)
    (folder / "thesis.docx").write_bytes(b"two years of work")


@pytest.mark.parametrize("fill", [_notes, _other_tool, _run_and_notes])
def test_a_folder_with_foreign_files_is_refused_and_left_as_it_is(
    small_run: Run, small_study: Study, tmp_path: Path, fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "precious"
    folder.mkdir()
    fill(folder, small_run.folder)
    before = contents(folder)
    # a run that is not refused would cost seconds: stop it at its first step
    monkeypatch.setattr(RunInputs, "execute", lambda self, draft, *_: (draft / "run.json").write_text("{}") and [])
    with pytest.raises(InputError) as error:
        small_study.run(folder)
    assert "precious" in one_line(error)
    assert contents(folder) == before


def test_a_file_in_place_of_the_run_folder_is_refused(small_study: Study, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        small_study.run(tmp_path / "run")
    assert (tmp_path / "run").read_text(encoding="utf-8") == "mine"


# your own vectors


@pytest.mark.parametrize("how", ["array", "callable"])
def test_own_vectors_decide_over_the_topics_and_are_not_changed(
    small_run: Run, small_study: Study, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two groups of vectors that no reading of the texts would give; the run goes over an older one."""
    noise = np.random.default_rng(0).normal(scale=0.01, size=(33, 6))
    vectors = (np.eye(6)[np.arange(33) % 2] + noise).astype(np.float32)
    before = vectors.copy()
    asked: list[list[str]] = []

    def encode(texts: list[str]) -> np.ndarray:
        asked.append(list(texts))
        return vectors

    draw_little(monkeypatch)
    shutil.copytree(small_run.folder, tmp_path / "run")
    with pytest.warns(TopicsWarning, match="33 paragraphs"):
        run = small_study.with_settings(*CHEAP).run(tmp_path / "run", embeddings=vectors if how == "array" else encode)
    assert vectors.tobytes() == before.tobytes()
    assert run.record.inputs.embeddings.shape == (33, 6)
    assert run.record.inputs.embeddings.sha256 != small_run.record.inputs.embeddings.sha256
    found = run.paragraph_topics.assign(group=np.arange(33) % 2)
    clustered = found[found["topic_id"] >= 0]
    assert len(clustered) > 20
    assert (clustered.groupby("topic_id")["group"].nunique() == 1).all()
    assert run.verify() == []
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    if how == "callable":
        assert asked == [run.paragraphs["text"].tolist()]


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        (np.ones((32, 4)), ("32", "33")),
        (np.ones(33), ("(33,)", "paragraphs × dimensions")),
        (np.full((33, 4), np.nan), ("33 of 33", "NaN")),
    ],
)
def test_vectors_that_do_not_fit_are_an_input_error(
    small_study: Study, tmp_path: Path, vectors: np.ndarray, said: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as error:
        small_study.run(tmp_path / "run", embeddings=vectors)
    assert [part for part in said if part not in one_line(error)] == []
    assert list(tmp_path.iterdir()) == []


# coded sheets


CODED = {"bread": BREAD[:5], "stars": STARS[:5]}


def code(study: Study, run: Run, name: str, themes: dict[str, tuple[str, ...]], n: int = 33) -> Path:
    """A sheet of ``n`` paragraphs, coded by somebody for whom the ``themes`` are these paragraphs and nothing else."""
    sheet = draw_sheet(run.paragraphs, run.themes, run.codebook, n)
    said = {text: theme for theme, texts in themes.items() for text in texts}
    sheet["primary"] = [said.get(text, "none") for text in sheet["text"]]
    return write_sheet(sheet, run.codebook, study.folder / name)


@pytest.fixture(scope="module")
def coded_run(small_study: Study, small_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small study, with a sheet of all and one of ten of its paragraphs."""
    folder = Path(shutil.copytree(small_study.folder, tmp_path_factory.mktemp("coded") / "study"))
    (folder / "sheets").mkdir()
    study = Study.load(folder)
    code(study, small_run, "sheets/sheet-anna.xlsx", CODED)
    code(study, small_run, "sheet-ben.csv", CODED, 10)
    text = 'seed = 7\n[themes]\ncoding = ["sheets/sheet-anna.xlsx", "sheet-ben.csv"]\n'
    (folder / "study.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        draw_little(patch)
        with pytest.warns(TopicsWarning, match="33 paragraphs"):
            return Study.load(folder).with_settings("profiles.draws=100").run()


def test_a_run_records_the_sheets_that_calibrated_it(coded_run: Run, small_run: Run) -> None:
    folder = coded_run.folder.parent
    read = [load_sheet(folder / name, coded_run.codebook) for name in ("sheets/sheet-anna.xlsx", "sheet-ben.csv")]
    assert list(coded_run.record.inputs.coding.values()) == [one.sha256 for one in read]
    assert [one.name for one in read] == ["sheet-anna", "sheet-ben"]
    assert coded_run.record.results.coded_paragraphs == len({key for one in read for key in one.codes})
    assert list(coded_run.settings.themes.coding) == ["sheets/sheet-anna.xlsx", "sheet-ben.csv"]
    assert small_run.record.inputs.coding == {}
    assert small_run.record.results.coded_paragraphs == 0
    assert coded_run.verify() == []
    page = (coded_run.folder / "report.html").read_text(encoding="utf-8")
    coded = len(coded_run.record.inputs.coded_paragraphs)
    assert f"{coded} manually coded paragraphs (sheets/sheet-anna.xlsx, sheet-ben.csv; Cox 1958; with a" in page


def test_coded_sheets_move_the_scores_of_the_run(coded_run: Run, small_run: Run) -> None:
    """The coders say that nothing is about boats."""
    mean = [run.themes.groupby("theme")["score"].mean() for run in (small_run, coded_run)]
    assert mean[1]["boats"] < 0.8 * mean[0]["boats"]
    assert coded_run.record.results.unassigned_share > small_run.record.results.unassigned_share
    names = ["paragraph_id", "topic_id", "probability"]
    assert coded_run.paragraph_topics[names].equals(small_run.paragraph_topics[names]), "topics do not know of codes"


def test_agree_notes_a_sheet_that_calibrated_the_run(
    coded_run: Run, small_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = Path(shutil.copy(coded_run.folder.parent / "sheets/sheet-anna.xlsx", tmp_path / "sheet-renamed.xlsx"))
    study = Study(tmp_path, coded_run.codebook, coded_run.settings, tmp_path)
    other = code(study, small_run, "sheet-cara.csv", CODED | {"boats": BOATS[:5]})
    for folder, given, named in (
        (coded_run.folder, [known], "sheet-renamed"),
        (coded_run.folder, [known, other], "sheet-renamed"),
        (coded_run.folder, [other], "sheet-cara"),
        (small_run.folder, [known], ""),
    ):
        assert main(["agree", str(folder), *map(str, given)]) == 0
        said = " ".join(capsys.readouterr().err.split())
        note = (
            f"coded paragraphs of {named} were used to calibrate this run,"
            " so the model's agreement with them is overestimated"
        )
        assert (note in said) if named else ("calibrate this run" not in said)


@pytest.mark.parametrize("fault", ["missing", "broken", "another codebook"])
def test_a_sheet_that_cannot_be_read_is_an_input_error_before_any_work(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    folder = Path(shutil.copytree(small_study.folder, tmp_path / "study"))
    if fault == "broken":
        (folder / "anna.xlsx").write_bytes(b"no workbook")
    elif fault == "another codebook":
        (folder / "anna.xlsx").with_suffix(".csv").write_text("primary,gas,paragraph_id\ngas,x,a\n", encoding="utf-8")
    name = "anna.csv" if fault == "another codebook" else "anna.xlsx"
    steps: list[str] = []
    monkeypatch.setattr(Study, "read", lambda self: pytest.fail("pages were read"))
    before = sorted(folder.iterdir())
    with pytest.raises(InputError, match=name.replace(".", r"\.")) as error:
        Study.load(folder).with_settings(f"themes.coding=['{name}']").run(progress=lambda step, done: steps.append(step))
    assert "expected" in one_line(error)
    assert set(steps) <= {"reading"}
    assert sorted(folder.iterdir()) == before


# topics edited by hand


@pytest.fixture(scope="module")
def edited_study(small_study: Study, small_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The small study with its run, and four edits of the topics of that run, the last of which cannot be applied."""
    folder = Path(shutil.copytree(small_study.folder, tmp_path_factory.mktemp("edited") / "study"))
    shutil.copytree(small_run.folder, folder / "run")
    study = Study.load(folder)
    study.edit("merge", [0, 1], label="Bread & <boats>")
    study.edit("split", 2, parts=2)
    study.edit("rename", np.int64(0), label="=Everything")  # as a table has it
    with study.edits_file.open("a", encoding="utf-8") as file:
        file.write("drop,the lost,gone-p0001,,\n")
    return study


@pytest.fixture(scope="module")
def edited_run(edited_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        draw_little(patch)
        with pytest.warns(TopicsWarning):
            return edited_study.run(tmp_path_factory.mktemp("runs") / "run")


def test_edits_of_topics_hold_in_the_next_run_whatever_the_numbers_are(edited_run: Run, small_run: Run) -> None:
    before, after = (run.paragraph_topics.set_index("paragraph_id")["topic_id"] for run in (small_run, edited_run))
    labels = edited_run.topics.set_index("topic_id")["label"]
    assert set(after[before.isin([0, 1])]) == set(labels.index[labels == "=Everything"]) == {0}
    parts = set(after[before == 2])
    assert len(parts) == 2
    assert edited_run.topics.set_index("topic_id").loc[sorted(parts), "stability"].isna().all()
    others = before[before > 2]
    assert others.groupby(after[others.index]).nunique().eq(1).all()
    assert edited_run.topics["size"].sum() == 33


def test_a_run_records_the_edits_and_says_which_it_could_not_apply(edited_run: Run, edited_study: Study) -> None:
    record = edited_run.record
    assert [edit.action for edit in record.edits] == ["merge", "split", "rename", "drop"]
    assert record.edits[0].label == "Bread & <boats>"
    assert record.edits == edited_study.edits()
    assert record.results.edits == 3
    note = "topic edit 4 (drop of 'the lost') not applied: the central paragraphs of 'the lost' are no longer in the corpus"
    assert [warning for warning in record.warnings if warning.startswith(note)]
    page = (edited_run.folder / "report.html").read_text(encoding="utf-8")
    assert "Topics were edited manually: 3 of 4 edits applied" in page
    assert page.count("– by hand</td>") == 2
    assert "<b>=Everything</b>" in page
    assert edited_run.verify() == []


def test_an_edited_run_assigns_its_paragraphs_as_its_tables_say(edited_run: Run, small_run: Run) -> None:
    for run in (small_run, edited_run):
        found = run.assign(run.paragraphs["text"])
        assert found["topic_id"].tolist() == run.paragraph_topics["topic_id"].tolist()
        assert found["probability"].to_numpy() == pytest.approx(run.paragraph_topics["probability"].to_numpy(), abs=5.1e-5)
        labels = run.topics.set_index("topic_id")["label"]
        assert found["label"].tolist() == labels[found["topic_id"]].tolist()


def test_an_edit_can_be_taken_back_and_what_cannot_be_meant_changes_nothing(edited_study: Study, tmp_path: Path) -> None:
    study = Study.load(shutil.copytree(edited_study.folder, tmp_path / "study"))
    known = study.edits()
    for action, numbers, label, said in (
        ("merge", [0], "", "two or more"),
        ("drop", 99, "", "no topic 99"),
        ("rename", 0, "", "no label"),
        ("join", [0, 1], "", "merge, split, rename, drop"),
    ):
        with pytest.raises(InputError, match=said):
            study.edit(action, numbers, label)
    with pytest.raises(InputError, match=r"run\.json"):
        study.edit("drop", 0, run=tmp_path / "nowhere")
    assert study.edits() == known
    assert [study.undo_edit() for _ in known] == list(reversed(known))
    with pytest.raises(InputError, match="nothing to undo"):
        study.undo_edit()
    loose = replace(study, folder=None)
    assert loose.edits() == ()
    with pytest.raises(InputError, match=r"input without a study.*study\.toml"):
        loose.edit("drop", 0)


def test_edits_in_a_folder_of_their_own_speak_of_the_run_of_the_study(edited_study: Study, tmp_path: Path) -> None:
    study = Study.load(shutil.copytree(edited_study.folder, tmp_path / "study")).with_settings("topic_edits=notes/mine.csv")
    (study.folder / "notes").mkdir()
    entry = study.edit("rename", 1, "Loaves")
    assert study.edits() == (entry,)
    assert (study.folder / "notes" / "mine.csv").is_file()


def test_a_wrong_file_of_edits_is_an_input_error_before_any_work(small_study: Study, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_study.folder, tmp_path / "study"))
    (folder / "mine.csv").write_text("action,paragraphs\njoin,x\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.csv row 2.*'join'"):
        Study.load(folder).with_settings("topic_edits=mine.csv").run()
    assert not (folder / "run").exists()


# other articles


def test_a_run_reads_other_pages_as_its_own_in_the_language_that_it_found(small_run: Run, tmp_path: Path) -> None:
    (tmp_path / "mixed.txt").write_text("\n\n".join([STARS[1], *RUSSIAN]), encoding="utf-8")
    read = small_run.read(tmp_path)
    assert read.corpus.language == "en"
    assert read.corpus.paragraphs["text"].tolist() == [STARS[1]]
    assert len(small_run.read(tmp_path, "reading.other_languages=keep").corpus.paragraphs) == 3


def test_a_run_without_its_model_says_so(small_run: Run, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_run.folder, tmp_path / "run"))
    shutil.rmtree(folder / "model")
    with pytest.raises(InputError, match=r"no topics\.json; expected the folder model/"):
        Run(folder).assign(["A text."])


# opening studies, asking runs


def test_what_is_no_study_is_an_input_error_that_says_what_was_expected(small_study: Study, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("text\nsome words\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "none", tmp_path / "folder", tmp_path / "table.csv"):
        with pytest.raises(InputError, match="expected") as error:
            topics.run(path)
        assert path.name in one_line(error)
    with pytest.raises(InputError, match="--out"):
        topics.run(small_study.source, codebook=small_study.folder / "codebook.toml")
    with pytest.raises(InputError, match=r"nowhere\.toml"):
        topics.run(small_study.source, tmp_path / "out", codebook=tmp_path / "nowhere.toml")


def test_with_settings_changes_a_copy(small_study: Study) -> None:
    changed = small_study.with_settings("themes.threshold=0.5", "seed=9")
    assert (changed.settings.themes.threshold, changed.settings.seed) == (0.5, 9)
    assert small_study.settings.seed == 7
    with pytest.raises(InputError, match=r"themes\.threshold"):
        small_study.with_settings("themes.treshold=0.5")


def test_evidence_lists_the_strongest_assigned_paragraphs_with_their_words(small_run: Run) -> None:
    shown = small_run.evidence("stars", 4)
    assert len(shown) == 4
    assert shown["score"].is_monotonic_decreasing
    all_shown = small_run.evidence("stars", 1000)
    assigned = small_run.themes.query("theme == 'stars' and assigned")
    assert sorted(all_shown["paragraph_id"]) == sorted(assigned["paragraph_id"])
    assert shown["score"].iloc[0] == assigned["score"].max()
    text = small_run.paragraphs.set_index("paragraph_id")
    for row in shown.itertuples():
        assert row.evidence in text.loc[row.paragraph_id, "text"]
        assert row.article_id == text.loc[row.paragraph_id, "article_id"]
    with pytest.raises(InputError, match=r"'star'.*bread, stars, boats"):
        small_run.evidence("star")


def test_of_an_article_is_its_profile_largest_first(small_run: Run) -> None:
    article = small_run.articles.query("title == 'On bread, part 1'")["article_id"].item()
    profile = small_run.of(article)
    assert profile["theme"].iloc[0] == "bread"
    assert len(profile) == 4
    assert profile["share"].is_monotonic_decreasing
    with pytest.raises(InputError, match="no article 'bread-1'"):
        small_run.of("bread-1")


def test_a_run_hands_out_copies_and_names_its_tables_when_asked_for_another(small_run: Run) -> None:
    mine = small_run.profiles
    mine["share"] = 0.0
    assert small_run.profiles["share"].sum() > 0
    with pytest.raises(InputError, match=r"'theme'.*articles, .*themes"):
        small_run.table("theme")
    with pytest.raises(InputError, match=r"'piechart'.*heatmap"):
        small_run.figure("piechart")
    with pytest.raises(AttributeError, match="themes"):
        small_run.theme  # noqa: B018


def test_shares_are_articles_by_labelled_themes(small_run: Run) -> None:
    assert list(small_run.shares.columns) == ["Bread", "Stars", "Boats", "Unassigned"]
    assert small_run.shares.sum(axis=1).to_numpy() == pytest.approx(np.ones(6), abs=5e-4)


def test_what_a_notebook_shows_is_escaped(small_run: Run, small_study: Study, codebook: Codebook) -> None:
    book = codebooks.to_dict(codebook)
    for theme in book["theme"]:
        theme["label"] += SCRIPT
    book["title"] = SCRIPT
    evil = codebooks.from_dict(book)
    titled = small_study.with_settings("seed=7", f"title={SCRIPT}")
    record = msgspec.structs.replace(small_run.record, title=SCRIPT, codebook=evil, warnings=(SCRIPT,))
    shown = [
        replace(titled, codebook=evil, source=Path(f"{SCRIPT}.csv"))._repr_html_(),
        replace(small_study.with_settings("title="), codebook=evil)._repr_html_(),
        Run(small_run.folder, record)._repr_html_(),
    ]
    for page in shown:
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("name", [".git/config", ".env", "thesis.docx"])
def test_hidden_files_of_the_user_are_not_replaced(small_study: Study, tmp_path: Path, name: str) -> None:
    mine = tmp_path / "out" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not part of a run"):
        small_study.run(tmp_path / "out")
    assert mine.read_text(encoding="utf-8") == "mine"


# loose pages, work by hand, and runs that stand


def test_loose_pages_become_a_study_that_is_found_again(small_study: Study, tmp_path: Path) -> None:
    pages = Path(shutil.copytree(small_study.source, tmp_path / "my pages"))
    book = small_study.folder / "codebook.toml"
    home = tmp_path / "studies"
    study = Study.open(pages, codebook=book, home=home)
    assert study.folder == home / "my pages"
    assert study.codebook == small_study.codebook
    assert len(study.corpus().articles) == 6
    assert {path.name for path in pages.iterdir()} == {path.name for path in small_study.source.iterdir()}
    (study.folder / "codebook.toml").write_text('[[theme]]\nname = "mine"\nkeywords = ["dough"]\n', encoding="utf-8")
    assert Study.open(pages, codebook=book, home=home).codebook.names == ["mine"]
    assert Study.open(study.folder).codebook.names == ["mine"]
    assert Study.open(small_study.folder, codebook="nowhere.toml", home=home) == small_study


def test_loose_pages_that_cannot_become_a_study_are_refused_in_a_line(small_study: Study, tmp_path: Path) -> None:
    pages, book, home = small_study.source, small_study.folder / "codebook.toml", tmp_path / "studies"
    with pytest.raises(InputError, match="expected a study, or codebook=FILE"):
        Study.open(pages, home=home)
    with pytest.raises(InputError, match="does not exist"):
        Study.open(tmp_path / "nothing", codebook=book, home=home)
    with pytest.raises(InputError, match=r"codebook\.toml does not exist"):
        Study.open(pages, codebook=tmp_path / "codebook.toml", home=home)
    assert not home.exists()
    Study.begin(home / pages.name, pages, book)
    with pytest.raises(InputError, match="exists already"):
        Study.begin(home / pages.name, pages, book)


def test_pages_that_are_called_alike_have_studies_of_their_own(small_study: Study, tmp_path: Path) -> None:
    book, home = small_study.folder / "codebook.toml", tmp_path / "studies"
    places = [tmp_path / name for name in ("a/articles", "b/articles", "v1.2", "v1.3")]
    for place in places:
        shutil.copytree(small_study.source, place)
    opened = [Study.open(place, codebook=book, home=home) for place in places]
    assert len({study.folder for study in opened}) == 4
    assert [study.source.resolve() for study in opened] == places
    assert [Study.open(place, codebook=book, home=home).folder for place in places] == [study.folder for study in opened]


def test_a_study_among_its_own_pages_is_not_read_as_pages(small_study: Study, tmp_path: Path) -> None:
    pages = Path(shutil.copytree(small_study.source, tmp_path / "pages"))
    study = Study.open(pages, codebook=small_study.folder / "codebook.toml", home=pages / "studies")
    (study.folder / "notes.md").write_text("On bread\n\n" + "\n\n".join(BREAD), encoding="utf-8")
    assert len(study.corpus().articles) == len(small_study.corpus().articles)


def test_sheets_are_those_that_somebody_has_coded(small_study: Study, small_run: Run, tmp_path: Path) -> None:
    study = Study.load(shutil.copytree(small_study.folder, tmp_path / "study"))
    assert study.sheets() == []
    folder = study.folder / "sheets"
    folder.mkdir()
    sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, 12, 1)
    write_sheet(sheet, small_run.codebook, folder / "blank.xlsx")
    write_sheet(sheet.assign(primary="bread"), small_run.codebook, folder / "anna.csv")
    (folder / "~$anna.xlsx").write_bytes(b"lock")
    assert study.sheets() == [folder / "anna.csv"]


@pytest.fixture
def own_study(small_study: Study, tmp_path: Path, little_drawn: None) -> Study:
    return Study.load(shutil.copytree(small_study.folder, tmp_path / "study")).with_settings(*CHEAP)


@pytest.mark.filterwarnings("ignore:only 33 paragraphs")
def test_themes_set_by_hand_hold_from_the_next_run_on_and_in_its_repetition(own_study: Study, tmp_path: Path) -> None:
    before = own_study.run()
    themes = before.themes
    bread, star = (before.paragraphs.set_index("text")["paragraph_id"][text] for text in (BREAD[0], STARS[0]))
    own_study.assign(bread, ["boats", "stars"])
    own_study.assign(star, [])
    own_study.assign(star, ["bread"])
    with pytest.raises(InputError, match="no theme 'milk'"):
        own_study.assign(star, ["milk"])
    after = own_study.run()
    told = [(one.paragraph_id, one.themes) for one in after.record.assignments]
    assert told == sorted([(bread, ("boats", "stars")), (star, ("bread",))])
    assert after.record.fingerprint != before.record.fingerprint
    primary = strata(after.themes)
    assert (primary[bread], primary[star]) == ("boats", "bread")
    old, new = (table[~table["paragraph_id"].isin([bread, star])] for table in (themes, after.themes))
    assert old.equals(new)
    assert (after.folder / "report.html").read_text(encoding="utf-8").count("assigned manually<") == 2
    again = own_study.repeat(after, tmp_path / "again")
    assert again.themes.equals(after.themes)
    assert again.record.fingerprint == after.record.fingerprint
    assert own_study.unassign(star).themes == ("bread",)
    with pytest.raises(InputError, match="nothing to undo"):
        own_study.unassign(star)
    assert [one.paragraph_id for one in own_study.assignments()] == [bread]


@pytest.mark.filterwarnings("ignore:only 33 paragraphs")
def test_a_run_is_used_again_only_while_it_would_be_made_the_same(own_study: Study) -> None:
    def made(study: Study) -> bool:
        steps: list[str] = []
        with pytest.warns(TopicsWarning, match="only 33 paragraphs"):
            run = study.run(reuse=True, progress=lambda step, done: steps.append(step))
        assert run.verify() == []
        return bool(steps)

    assert made(own_study)
    assert not made(own_study)
    assert made(own_study.with_settings("seed=8"))
    assert made(own_study)
    page = own_study.source / "bread-0.md"
    page.write_text(page.read_text(encoding="utf-8").replace("yeast", "leaven"), encoding="utf-8")
    assert made(own_study)
    assert made(own_study.add_keyword("bread", "leaven"))
    study = Study.load(own_study.folder).with_settings(*CHEAP)
    assert not made(study)
    run = Run(study.folder / "run")
    study.assign(run.paragraphs["paragraph_id"][0], ["stars"])
    assert made(study)
    with pytest.raises(InputError, match="has been re-run since it was opened"):
        run.table("profiles")
    with (study.folder / "run" / "numbers.tex").open("a") as file:
        file.write("% mine\n")
    assert made(study)
    page.write_text(page.read_text(encoding="utf-8").replace("First Paper", "Third Paper"), encoding="utf-8")
    before = Run(study.folder / "run").record.fingerprint
    assert made(study)
    assert Run(study.folder / "run").record.fingerprint != before
    (study.source / "broken.jsonl").write_text("{", encoding="utf-8")
    with pytest.warns(TopicsWarning, match="broken"):
        assert made(study)


def test_refused_corrections_do_not_tell_a_run_with_texts_from_one_without(mixed_study: Study, mixed_run: Run) -> None:
    inputs = [mixed_study.with_settings(*CHEAP, f"deposit.text={flag}")._inputs() for flag in ("true", "false")]
    known = mixed_run.record.inputs
    prints = [provenance.fingerprint(one.record(known.embeddings, known.theme_encoder)) for one in inputs]
    assert prints == [mixed_run.record.fingerprint] * 2
