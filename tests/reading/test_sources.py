"""What is in a folder: read, or named with its kind and reason; archives and saved pages as what they are."""

import gzip
import os
from pathlib import Path

import pytest
from handmade import Put, docx, epub, odt, pdf, run, tei, zipped

from topics.errors import InputError
from topics.reading.document import Source
from topics.reading.formats import read_source
from topics.reading.sources import Ignored, find_sources
from topics.settings import ReadingSettings

BREAD = "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work.\n"
PAGE = (
    "<!DOCTYPE html><html><head><title>Bread</title></head>"
    f"<body><article><p>{BREAD}</p><p>{BREAD}</p></article></body></html>"
)
WORD = docx(f"<w:p>{run(BREAD)}</w:p>")


def put(folder: Path, **files: str | bytes) -> Path:
    """Write files, ``a__txt`` as ``a.txt`` and ``a___b`` as ``a/b``."""
    for name, content in files.items():
        write(folder / name.replace("___", "/").replace("__", "."), content)
    return folder


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def found(path: Path) -> dict[str, str]:
    """Name -> kind of the file's contents, kind and reason if it is ignored, or the error."""
    outcomes = {}
    for source in find_sources(path, ReadingSettings()):
        if isinstance(source, Ignored):
            outcomes[source.name] = f"{source.kind}: {source.reason}"
            continue
        try:
            outcomes[source.name] = read_source(source).kind
        except InputError as error:
            outcomes[source.name] = str(error).removeprefix(source.name)
            named = str(error) != outcomes[source.name]
            assert named, str(error)  # noqa: PT017
    return outcomes


def test_a_folder_with_one_file_of_every_format_loses_none(tmp_path):
    put(
        tmp_path, a__txt=BREAD, b__md=BREAD, c__html=PAGE, d__docx=WORD, e__odt=odt(f"<text:p>{BREAD}</text:p>"),
        f__rtf=rf"{{\rtf1\ansi {BREAD}}}", g__pdf=pdf([[Put(50, 700, BREAD.strip())]]), h__epub=epub({"a.xhtml": PAGE}),
        i__xml=tei(f"<p>{BREAD}</p>"), j__eml=f"From: a@b.example\nSubject: Bread\nMIME-Version: 1.0\n\n{BREAD}",
        k__csv=f"title,text\na,{BREAD}", l__zip=zipped({"a.txt": BREAD}), m__txt__gz=gzip.compress(BREAD.encode()),
        n__doc=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", o__jpg=b"\xff\xd8", p__mp3=b"ID3",
        q__xyz=b"\0", r=b"\x7fELF\2\1\1\0" * 99,
    )  # fmt: skip
    assert found(tmp_path) == {
        "a.txt": "text", "b.md": "Markdown", "c.html": "web page", "d.docx": "Word document", "e.odt": "OpenDocument text",
        "f.rtf": "rich text", "g.pdf": "PDF", "h.epub": "electronic book", "i.xml": "TEI", "j.eml": "e-mail",
        "k.csv": "CSV table", "l.zip/a.txt": "text", "m.txt.gz/m.txt": "text",
        "n.doc": "document: no reader for .doc files; open it in a word processor and save it as .docx or .odt",
        "o.jpg": "picture: contains no article", "p.mp3": "audio: contains no article",
        "q.xyz": ".xyz: no reader for .xyz files", "r": "no suffix: its content is no text",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", WORD, "Word document"),
        ("a.doc", WORD, "Word document"),
        ("a.doc", r"{\rtf1\ansi Rye.}", "rich text"),
        ("a.doc", PAGE, "web page"),
        ("a.docx", r"{\rtf1\ansi Rye.}", "rich text"),
        ("a.zip", WORD, "Word document"),
        ("a.php", PAGE, "web page"),
        ("a.xml", PAGE, "web page"),
        ("a", PAGE, "web page"),
        ("a", BREAD, "text"),
        ("Speech of Mr. Rye", BREAD, "text"),
        ("Report 1.2", BREAD, "text"),
        ("a.md", PAGE, "Markdown"),
        ("a.txt", "PK is how he signed.", "text"),
        ("a.txt", "<p>A text may begin with a tag.</p>", "text"),
        ("a.txt", "From: Ida\nSubject: Bread\n\nA memorandum is a text.", "text"),
    ],
)
def test_the_content_decides_what_a_file_is_where_it_is_certain(tmp_path, name: str, content: str | bytes, kind: str):
    write(tmp_path / name, content)
    assert list(found(tmp_path).values()) == [kind]
    (source,) = find_sources(tmp_path, ReadingSettings())
    assert isinstance(source, Source)
    renamed = not name.endswith({"Word document": ".docx", "web page": ".html"}.get(kind, name[-4:]))
    assert any("by its content" in note for note in read_source(source).notes) or not renamed


@pytest.mark.parametrize("folder", ["p_files", "p.files", "p-Dateien", "p_fichiers", "p_archivos", "p_bestanden", "p-filer"])
@pytest.mark.parametrize("page", ["p.html", "p.htm"])
def test_the_folder_of_a_saved_page_belongs_to_it(tmp_path, page: str, folder: str):
    write(tmp_path / "in" / page, PAGE)
    for name in ("ad.html", "deep/frame.htm", "style.css"):
        write(tmp_path / "in" / folder / name, PAGE)
    outcomes = found(tmp_path)
    assert outcomes.pop(f"in/{page}") == "web page"
    assert set(outcomes.values()) == {f"part of a saved page: belongs to in/{page}"}
    assert len(outcomes) == 3


def test_a_folder_with_such_a_name_and_no_page_beside_it_is_read(tmp_path):
    put(tmp_path, p_files___a__html=PAGE, q__html=PAGE)
    assert found(tmp_path) == {"p_files/a.html": "web page", "q.html": "web page"}


def test_what_is_hidden_or_of_the_system_is_named_as_a_whole(tmp_path):
    put(tmp_path, a__txt=BREAD)
    for name in (".git/x/b.txt", ".DS_Store", "__MACOSX/c.txt", "~$a.docx", "Thumbs.db"):
        write(tmp_path / name, BREAD)
    outcomes = found(tmp_path)
    assert outcomes.pop("a.txt") == "text"
    assert {name: outcome.partition(":")[0] for name, outcome in outcomes.items()} == {
        ".git": "hidden folder", "__MACOSX": "hidden folder", ".DS_Store": "hidden file", "Thumbs.db": "hidden file",
        "~$a.docx": "lock file",
    }  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of this kind are not known here")
def test_links_to_nothing_and_pipes_are_named_and_never_waited_for(tmp_path):
    put(tmp_path, a__txt=BREAD, other___b__txt=BREAD)
    (tmp_path / "c.txt").symlink_to("nowhere.txt")
    (tmp_path / "d").symlink_to(tmp_path / "other")
    os.mkfifo(tmp_path / "e.txt")
    (tmp_path / "f.txt").symlink_to("/dev/zero")
    assert found(tmp_path) == {
        "a.txt": "text",
        "c.txt": ": a link to a file that does not exist; expected a file",
        "d": "link: links to folders are not followed; copy the folder here",
        "e.txt": ": a pipe or device; expected a file",
        "f.txt": ": a pipe or device; expected a file",
        "other/b.txt": "text",
    }


def test_an_archive_is_read_like_a_folder_and_writes_nothing(tmp_path):
    inner = zipped({"d.docx": WORD, "more.zip": zipped({"e.zip": zipped({"f.txt": BREAD})})})
    archive = zipped(
        {
            "b.txt": BREAD, "../../evil.txt": BREAD, "C:\\x\\c.txt": BREAD, "__MACOSX/._b.txt": "x", ".hidden/a.txt": BREAD,
            "p.html": PAGE, "p_files/ad.html": PAGE, "in.zip": inner, "empty/": "", "x.png": b"x",
        }
    )  # fmt: skip
    write(tmp_path / "a.zip", archive)
    expected = {
        "a.zip/b.txt": "text", "a.zip/evil.txt": "text", "a.zip/C:/x/c.txt": "text",
        "a.zip/__MACOSX/._b.txt": "hidden file: hidden files are not read",
        "a.zip/.hidden/a.txt": "hidden file: hidden files are not read",
        "a.zip/p.html": "web page", "a.zip/p_files/ad.html": "part of a saved page: belongs to a.zip/p.html",
        "a.zip/in.zip/d.docx": "Word document",
        "a.zip/in.zip/more.zip": "archive: an archive in an archive in an archive; unpack it",
        "a.zip/x.png": "picture: contains no article",
    }  # fmt: skip
    assert found(tmp_path) == found(tmp_path / "a.zip") == expected
    assert [path.name for path in tmp_path.rglob("*")] == ["a.zip"]


def test_an_archive_that_harms_or_is_damaged_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr("topics.reading.archives.MAX_ENTRIES", 10)
    many = {f"{number}.txt": "x" for number in range(11)}
    bomb = zipped({"a.txt": bytes(12_000_000)})
    put(
        tmp_path, a__zip=b"PK\3\4no", b__zip=zipped(many), c__zip=bomb, d__csv__gz=gzip.compress(bytes(12_000_000)),
        e__csv__gz=gzip.compress(b"text\n")[:-6], f__docx=docx(" " * 12_000_000),
    )  # fmt: skip
    outcomes = found(tmp_path)
    assert outcomes.pop("a.zip").startswith(": not a readable zip archive (")
    assert outcomes.pop("b.zip") == ": 11 entries; expected at most 10: unpack it first"
    assert outcomes.pop("c.zip").startswith(": unpacks to 12,000,000 bytes, far more than its size")
    assert [name.split("/")[0] for name in outcomes] == ["d.csv.gz", "e.csv.gz", "f.docx"]
    assert "unpacks to far more than" in outcomes.pop("f.docx")


def test_an_encrypted_entry_costs_that_entry(tmp_path):
    raw = bytearray(zipped({"a.txt": BREAD, "b.txt": BREAD}))
    place = raw.index(b"PK\1\2")
    raw[place + 8] |= 1  # the flag of the first entry in the directory
    write(tmp_path / "x.zip", bytes(raw))
    assert found(tmp_path) == {
        "x.zip/a.txt": ": encrypted; unpack the archive with its password",
        "x.zip/b.txt": "text",
    }


def test_a_gzip_is_what_it_contains_and_a_tar_is_named(tmp_path):
    put(tmp_path, t__csv__gz=gzip.compress(f"title,text\na,{BREAD}".encode()), u__tar__gz=gzip.compress(b"x"))
    assert found(tmp_path) == {
        "t.csv.gz/t.csv": "CSV table",
        "u.tar.gz": "archive: no reader for .tar files; unpack it, or pack it as .zip",
    }
