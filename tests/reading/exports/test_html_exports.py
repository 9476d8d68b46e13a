"""Exports of Nexis, Factiva and ProQuest in HTML are split like their texts."""

import pytest
from exported import STORIES, body, read
from test_factiva import IDS, coded, plain
from test_nexis import classic, uni
from test_proquest import labelled


def as_html(text: str) -> str:
    lines = text.replace("&", "&amp;").split("\n")
    return "<html><body>" + "".join(f"<div><span>{line}</span></div>" for line in lines) + "</body></html>"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Nexis export", uni(STORIES)),
        ("Factiva export", plain(STORIES)),
        ("Factiva export", coded(STORIES)),
        ("ProQuest export", labelled(STORIES)),
    ],
)
def test_paragraphs_of_html(kind: str, text: str) -> None:
    html = as_html(text).replace("<body>", '<body class="articleParagraph">')
    contents = read(html, "export.htm")
    assert contents.kind == kind
    assert [document.fields["title"] for document in contents.documents] == [story.title for story in STORIES]
    assert [document.fields["date"] for document in contents.documents] == [story.date for story in STORIES]
    assert [body(document) for document in contents.documents] == [story.body for story in STORIES]


def test_the_classic_layout_of_nexis() -> None:
    blocks = "".join(f"<p>{block}</p>" for block in classic(STORIES).split("\n\n") if block.strip())
    contents = read(f"<html><body>{blocks}</body></html>", "export.html")
    assert contents.kind == "Nexis export"
    assert [document.fields["author"] for document in contents.documents] == [story.author for story in STORIES]
    assert [body(document) for document in contents.documents] == [story.body for story in STORIES]


def test_the_tables_of_factiva() -> None:
    text = ""
    for story, name in zip(STORIES, IDS, strict=True):
        rows = {
            "HD": story.title,
            "BY": story.author,
            "WC": "512 words",
            "PD": story.date,
            "SN": story.outlet,
            "SC": name[:5],
        }
        cells = "".join(f"<tr><td><b>{code}</b>&nbsp;</td><td>{value}</td></tr>" for code, value in rows.items())
        paragraphs = "".join(f'<p class="articleParagraph enarticleParagraph">{p}</p>' for p in story.paragraphs)
        text += f'<div class="article enArticle"><table>{cells}<tr><td><b>TD</b></td><td>{paragraphs}</td></tr>'
        text += f"<tr><td><b>AN</b></td><td>Document {name}</td></tr></table></div>"
    contents = read(f"<html><body>{text}</body></html>", "Factiva.html")
    assert contents.kind == "Factiva export"
    assert [body(document) for document in contents.documents] == [story.body for story in STORIES]
    assert contents.documents[2].fields["outlet"] == STORIES[2].outlet
