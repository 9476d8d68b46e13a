"""A new study, what was read as tables, and data in memory."""

import csv
import gc
from pathlib import Path

import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS

import topics
from topics import codebook as codebooks
from topics.cli import main
from topics.errors import InputError
from topics.runs import Study, new_study


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, part in (("bread", BREAD), ("stars", STARS), ("boats", BOATS)):
        (folder / f"{name}.txt").write_text("\n\n".join(part), encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def test_a_new_study_has_settings_a_codebook_to_fill_in_and_a_row_per_page(pages: Path, tmp_path: Path) -> None:
    study = new_study(tmp_path / "study", pages)
    assert study.source.resolve() == pages.resolve()
    text = (tmp_path / "study" / "codebook.toml").read_text(encoding="utf-8")
    assert all(line.startswith("#") for line in text.splitlines() if line)
    assert {"dough", "planet", "ferry"} & set(text.replace(",", " ").lower().split())
    with pytest.raises(InputError, match=r"codebook\.toml has no \[\[theme\]\]"):
        Study.load(tmp_path / "study")
    rows = csv.DictReader((tmp_path / "study" / "metadata.csv").read_text(encoding="utf-8-sig").splitlines())
    assert [row["file"] for row in rows] == ["boats.txt", "bread.txt", "stars.txt"]
    with pytest.raises(InputError, match="exists already; expected a folder without a study"):
        new_study(tmp_path / "study", pages)


def test_a_new_study_keeps_the_settings_it_was_read_with_and_says_what_was_read(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in sorted(pages.glob("*.txt")):
        file.rename(pages / f"2021_Ann_{file.stem.title()}.txt")
    changes = ["--set", 'reading.filename="{year}_{first}_{last}"', "--set", "groups.by=last"]
    assert main(["new", str(tmp_path / "study"), "--articles", str(pages), *changes]) == 0
    assert "read 3 files (text): 3 articles" in capsys.readouterr().out
    settings = Study.load(tmp_path / "study", only_read=True).settings
    assert (settings.reading.filename, settings.groups.by) == ("{year}_{first}_{last}", ("last",))
    rows = pd.read_csv(tmp_path / "study" / "metadata.csv", dtype=str)
    assert rows["author"].tolist() == ["Ann Boats", "Ann Bread", "Ann Stars"]


DICTIONARY = "%\n1\tbread (Bread)\n2\tstars\n%\ndough\t1\noven*\t1\nplanet\t2\n:)\t2\n"
LOST = "own.dic: 1 of the entries cannot be used: ':)' (has no letter or digit)"


def test_a_new_study_converts_a_dictionary_of_another_tool(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, folder = tmp_path / "own.dic", tmp_path / "study"
    given.write_text(DICTIONARY, encoding="utf-8")
    assert main(["new", str(folder), "--articles", str(pages), "--codebook", str(given)]) == 0
    printed = capsys.readouterr()
    assert f"note: {LOST}" in printed.err
    assert "next: check the themes in" in printed.out
    assert Study.load(folder).codebook == codebooks.load(given)
    assert f"# {LOST}" in (folder / "codebook.toml").read_text(encoding="utf-8")
    codebooks.add_keyword(folder / "codebook.toml", "bread", "yeast")
    assert Study.begin(tmp_path / "other", pages, given).codebook.names == ["bread", "stars"]
    (folder / "study.toml").unlink()
    with pytest.raises(InputError, match=r"codebook\.toml exists already; remove it"):
        new_study(folder, pages, codebook=given)


def test_a_study_and_a_run_take_a_dictionary_of_another_tool_as_it_is(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.dic").write_text(DICTIONARY, encoding="utf-8")
    (tmp_path / "study.toml").write_text('articles = "pages"\ncodebook = "own.dic"\n', encoding="utf-8")
    study = Study.load(tmp_path)
    assert study.codebook.names == ["bread", "stars"]
    with pytest.raises(InputError, match=r"own\.dic is not TOML, so keywords cannot be added; convert it"):
        study.add_keyword("bread", "yeast")
    quick = ["--set", "stability.runs=0", "--set", 'figures.formats=["svg"]']
    call = ["run", str(pages), "--codebook", str(tmp_path / "own.dic"), "--out", str(tmp_path / "run"), *quick]
    assert main(call) == 0
    assert f"warning: {LOST}" in capsys.readouterr().err
    run = topics.Run(tmp_path / "run")
    assert LOST in run.record.warnings
    assert run.codebook == study.codebook
    assert set(run.table("keywords")["keyword"]) == {"dough", "oven*", "planet"}
    main(["audit", str(pages), "--codebook", str(tmp_path / "own.dic")])
    assert f"note: {LOST}" in capsys.readouterr().err


def test_a_run_uses_the_keywords_of_its_language_and_records_all() -> None:
    themes = {
        "bread": {"keywords": {"en": ["dough", "oven"], "de": ["Teig"], "*": ["flour"]}},
        "stars": {"keywords": {"de": ["Planet"], "uk": ["зірка"]}, "description": "Astronomy, planets and telescopes."},
    }
    texts = [text for part in (BREAD, STARS, BOATS) for text in part[:4]]
    with pytest.warns(topics.TopicsWarning):
        run = topics.run(texts, codebook=themes, set=["stability.runs=0", 'figures.formats=["svg"]'])
    note = "codebook: 1 theme without keywords in en ('stars'); add them under keywords, whose languages are de, en, uk"
    assert note in run.record.warnings
    assert set(run.table("keywords")["keyword"]) == {"flour", "dough", "oven"}
    assert run.codebook == topics.Codebook.from_dict(themes)
    assert "flour; en: dough, oven; de: Teig" in (run.folder / "report.html").read_text(encoding="utf-8")


def test_every_setting_that_a_new_study_suggests_exists(pages: Path, tmp_path: Path) -> None:
    new_study(tmp_path / "study", pages)
    file = tmp_path / "study" / "study.toml"
    text = file.read_text(encoding="utf-8")
    suggested = [line.removeprefix("# ") for line in text.splitlines() if " = " in line and line.startswith("# ")]
    assert len(suggested) >= 5
    file.write_text("\n".join([text, *suggested]), encoding="utf-8")
    assert Study.load(file, only_read=True).settings.groups.by == ("party",)


def test_a_new_study_of_a_table_keeps_the_column_of_the_text(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    pd.DataFrame({"remark": [" ".join(BREAD[:3]), " ".join(STARS[:3])], "wave": [1, 2]}).to_csv(table, index=False)
    assert main(["new", str(tmp_path / "study"), "--articles", str(table), "--column", "text=remark"]) == 0
    assert Study.load(tmp_path / "study", only_read=True).settings.reading.columns == {"text": "remark"}


def test_what_a_person_writes_into_the_metadata_of_a_study_is_used(pages: Path, tmp_path: Path) -> None:
    new_study(tmp_path / "study", pages)
    (tmp_path / "study" / "metadata.csv").write_text(
        "file,outlet,date,wave\nbread.txt,The Loaf,2024-03-01,1\nstars.txt,'=Sky,2024-03-02,2\n", encoding="utf-8"
    )
    reading = Study.load(tmp_path / "study", only_read=True).read()
    found = {page.source: (page.outlet, page.date, page.extra.get("wave", "")) for page in reading.pages.pages}
    assert found == {
        "bread.txt": ("The Loaf", "2024-03-01", "1"), "stars.txt": ("=Sky", "2024-03-02", "2"), "boats.txt": ("", "", ""),
    }  # fmt: skip
    assert "metadata.csv: 1 file, without a row: boats.txt" in reading.notes


def test_read_out_writes_the_tables_of_what_was_read_and_nothing_over_other_files(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["read", str(pages), "--out", str(out)]) == 0
    assert sorted(file.name for file in out.iterdir()) == [
        "articles.csv", "dropped.csv", "duplicates.csv", "intake.csv", "paragraphs.csv",
    ]  # fmt: skip
    printed = capsys.readouterr()
    assert "not read: picture.png" in printed.err
    assert "read 3 files (text): 3 articles\n" in printed.out
    intake = pd.read_csv(out / "intake.csv", keep_default_na=False)
    assert intake["outcome"].tolist() == ["read", "read", "ignored", "read"]
    assert main(["read", str(pages), "--out", str(out)]) == 0
    (out / "mine.txt").write_text("keep", encoding="utf-8")
    assert main(["read", str(pages), "--out", str(out)]) == 2
    assert "contains mine.txt, which is not a table of what was read" in capsys.readouterr().err


THEMES = {"bread": ["dough", "oven", "flour"], "stars": ["planet", "telescope"]}


def test_data_in_memory_is_run_with_a_dictionary_as_codebook_and_kept_as_long_as_the_run() -> None:
    frame = pd.DataFrame(
        {
            "body": ["\n\n".join(part[:4]) for part in (BREAD, STARS, BOATS)],
            "Outlet": ["Loaf", "Sky", "Sky"],
            "wave": [1, 2, 2],
        }
    )
    before = frame.copy()
    with pytest.warns(topics.TopicsWarning):
        run = topics.run(frame, codebook=THEMES, set=["stability.runs=0", 'figures.formats=["svg"]'])
    pd.testing.assert_frame_equal(frame, before)
    assert run.articles["outlet"].tolist().count("Sky") == 2
    assert sorted(run.articles["wave"]) == ["1", "2", "2"]
    assert set(run.profiles["theme"]) == {"bread", "stars", "unassigned"}
    folder = run.folder
    assert (folder / "report.html").is_file()
    del run
    gc.collect()
    assert not folder.exists()


def test_a_list_of_texts_is_read_like_a_table(tmp_path: Path) -> None:
    reading = topics.read([" ".join(BREAD[:3]), " ".join(STARS[:3])])
    assert [page.text for page in sorted(reading.pages, key=lambda page: page.source)] == [
        " ".join(BREAD[:3]), " ".join(STARS[:3]),
    ]  # fmt: skip


def test_data_in_memory_needs_a_codebook_and_a_text() -> None:
    with pytest.raises(InputError, match="no codebook given for data in memory"):
        topics.run(["One text."])
    with pytest.raises(InputError, match="no article found in the data; expected at least one text"):
        topics.read([" "])


def test_a_codebook_from_a_dictionary_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "codebook.toml").write_text(
        '[[theme]]\nname = "energy"\nkeywords = ["gas", "oil"]\n'
        '[[theme]]\nname = "land"\nlabel = "Land"\nkeywords = ["border"]\n',
        encoding="utf-8",
    )
    loaded = topics.Codebook.load(tmp_path / "codebook.toml")
    assert topics.Codebook.from_dict({"energy": ["gas", "oil"], "land": {"label": "Land", "keywords": ["border"]}}) == loaded
    assert topics.Codebook.from_dict(codebooks.to_dict(loaded)) == loaded
    with pytest.raises(InputError, match=r"the themes of a codebook are a dict; expected a tuple of Theme"):
        topics.Codebook({"energy": ["gas"]})
