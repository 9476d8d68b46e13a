"""What the name of a paragraph's style tells of its kind, in the languages of word processors."""

import re

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|titel|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|заголовок|标题|見出し|제목)"
    r"[ _]?[1-9]|subtitle|untertitel|sous-titre|subtítulo|sottotitolo|ondertitel|подзаголовок",
    re.I,
)
_TITLE = re.compile(r"title|titel|titre|título|titolo|tytuł|название|标题|表題", re.I)
_OUTSIDE = re.compile(
    r"(?:toc|verzeichnis|tm|tdc|sommario|contents)[ _]?\d.*|caption|beschriftung|légende|header|footer", re.I
)


def kind_of_style(name: str) -> str:
    """``title``, ``heading``, ``boilerplate`` (tables of contents, captions, page headers), or "" for text.

    >>> from topics.reading.formats.styles import kind_of_style
    >>> [kind_of_style(name) for name in ("Title", "heading 2", "Überschrift 1", "toc 1", "Normal")]
    ['title', 'heading', 'heading', 'boilerplate', '']
    """
    if _TITLE.fullmatch(name):
        return "title"
    if _HEADING.fullmatch(name):
        return "heading"
    return "boilerplate" if _OUTSIDE.fullmatch(name) else ""


def kind_of_cell(n_paragraphs: int) -> str:
    """``body`` for the only paragraph of a cell, which looks like a heading and is none; "" for a cell with a text.

    >>> from topics.reading.formats.styles import kind_of_cell
    >>> kind_of_cell(1), kind_of_cell(9)
    ('body', '')
    """
    return "body" if n_paragraphs == 1 else ""
