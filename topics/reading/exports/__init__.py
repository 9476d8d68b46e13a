"""Exports of news databases: a file with many articles -> one document an article.

``factiva``     Factiva, with and without field codes
``nexis``       Nexis UK, Nexis Uni, Nexis Advance, Lexis+
``proquest``    ProQuest
``parts``       lines, fields and articles of a file, for all exports

An export is recognised by several of its marks in agreement, at every article. What only
looks like one is read as one article, with a note.
"""

from collections.abc import Sequence
from dataclasses import replace

from topics.reading.document import Contents
from topics.reading.exports import factiva, nexis, proquest
from topics.reading.exports.parts import Doubt, Split

__all__ = ["split_export"]

_SPLITS: Sequence[Split] = (nexis.split, factiva.split, proquest.split)


def split_export(contents: Contents) -> Contents:
    r"""The articles of an export; any other file, and one that only looks like an export, as it is.

    Examples
    --------
    >>> from topics.reading.document import Document
    >>> head = "The Loaf\n\nMay 2, 2019\n\nBread rises"
    >>> part = f"{head}\n\nLENGTH: 3 words\n\nIt has risen.\n\nLANGUAGE: English"
    >>> text = f"1 of 2 DOCUMENTS\n\n{part}\n\n2 of 2 DOCUMENTS\n\n{part}"
    >>> [article.fields["title"] for article in split_export(Contents("text", (Document(text),))).documents]
    ['Bread rises', 'Bread rises']
    """
    if contents.is_table or len(contents.documents) != 1 or contents.documents[0].body_start:
        return contents
    doubts: list[str] = []
    for split in _SPLITS:
        found = split(contents.documents[0])
        if isinstance(found, Contents):
            return replace(found, problems=contents.problems, notes=contents.notes + found.notes)
        if isinstance(found, Doubt):
            doubts.append(str(found))
    return replace(contents, notes=(*contents.notes, *doubts)) if doubts else contents
