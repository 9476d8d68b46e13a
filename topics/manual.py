"""Manual changes of a study; each kind is kept in a CSV file that can also be edited by hand.

``corrections.csv`` (applied in :mod:`topics.reading.corrections`)
    The kind of a line, which overrides the classifier. Lines are numbered from 1, as in ``topics read``; a
    correction of the first line of a hard-wrapped paragraph applies up to its end or the next corrected line.
``topic_edits.csv`` (:mod:`topics.topic_model.editing`)
    Topics merged, split, renamed or dropped, in order. Topic numbers change between runs, paragraph ids
    do not, so ``paragraphs`` identifies each topic by its central paragraphs (ids separated by blanks,
    topics by ``|``; a blank, ``|`` or ``%`` within an id is written as ``%20``, ``%7C``, ``%25``).
``assignments.csv`` (:mod:`topics.themes.assignments`)
    The themes of a paragraph, the primary one first, separated by ``|`` (escaped likewise); empty for none.

``text`` is the beginning of the line or paragraph: it makes the file readable, and prevents a change from
being applied to another text with the same id.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Self, TypeVar
from urllib.parse import quote, unquote

from topics.errors import InputError
from topics.files import replace_file
from topics.spreadsheets import escape_formula, unescape_formula

KINDS = ("title", "heading", "byline", "body", "boilerplate")
"""The kinds of lines."""
ACTIONS = ("merge", "split", "rename", "drop")
PARTS = 2
"""Default number of parts of a split."""
_QUOTED = 60
"""Number of characters quoted from a text."""


@dataclass(frozen=True)
class Correction:
    """The manually corrected kind of a line."""

    article_id: str
    line: int
    kind: str
    text: str = ""

    @classmethod
    def parse(cls, entry: str) -> Self:
        """Parse a correction from the command line: ``ARTICLE:LINE=KIND``."""
        place, equals, kind = entry.rpartition("=")
        article, colon, number = place.rpartition(":")
        if not (equals and colon and article and number.isdecimal() and int(number) and kind in KINDS):
            raise InputError(f"--correct got {entry!r}; expected ARTICLE:LINE=KIND, KIND one of {', '.join(KINDS)}")
        return cls(article, int(number), kind)


@dataclass(frozen=True)
class TopicEdit:
    """A manual edit of topics."""

    action: str
    paragraphs: tuple[tuple[str, ...], ...]
    """The ids of the central paragraphs of each topic."""
    label: str = ""
    """The label of the resulting topic; required for ``rename``, empty for ``split`` and ``drop``."""
    parts: int = PARTS
    """Number of topics that a split produces."""
    topics: tuple[str, ...] = ()
    """The former labels of the topics, for readers of the file."""

    def __post_init__(self) -> None:
        n = len(self.paragraphs)
        if self.action not in ACTIONS:
            raise InputError(f"action is {self.action!r}; expected one of {', '.join(ACTIONS)}")
        is_merge = self.action == "merge"
        if not all(self.paragraphs) or (n < 2 if is_merge else n != 1):
            got = f"{n} topic{'' if n == 1 else 's'}" if all(self.paragraphs) else "a topic without a paragraph"
            expected = "two or more" if is_merge else "one"
            raise InputError(f"{self.action} got {got}; expected {expected}, each with its central paragraphs")
        if self.action == "rename" and not self.label:
            raise InputError("rename got no label; expected a new label for the topic")
        if self.action in ("split", "drop") and self.label:
            raise InputError(
                f"{self.action} got the label {self.label!r}; expected none: rename the topic after the next run"
            )
        if self.parts < 2:
            raise InputError(f"parts is {self.parts}; expected 2 or more")

    def __str__(self) -> str:
        names = [repr(name) for name in self.topics] or ["a topic"]
        return f"{self.action} of {' and '.join(names)}"


@dataclass(frozen=True)
class Assignment:
    """The themes of one paragraph."""

    paragraph_id: str
    themes: tuple[str, ...]
    """Names of themes, the primary theme first."""
    text: str = ""


Decision = TypeVar("Decision")


@dataclass(frozen=True)
class ManualFile(Generic[Decision]):
    """The CSV format of one kind of manual change."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    """Columns that a file edited by hand must have."""
    parse: Callable[[dict[str, str]], Decision]
    """Parses a change from the cells of its row; raises InputError, to which file and row are added."""
    cells: Callable[[Decision], Sequence[object]]
    key: Callable[[Decision], Any] | None = None
    """What a change refers to: the file has one row for each key, sorted; None: all rows apply, in order."""
    unique: str = ""
    """The name of the key in messages, if a second row with the same key is refused."""

    def load(self, path: Path | None) -> tuple[Decision, ...]:
        """All changes in the file; none if it does not exist.

        Raises
        ------
        InputError
            If the file is not CSV in UTF-8, lacks a column, or has an invalid row, which the message names.
        """
        return tuple(decision for decision, _ in self._read(path)[1])

    def add(self, path: Path, decisions: Iterable[Decision]) -> None:
        """Add changes to the file; they replace earlier ones with the same key."""
        self.save(path, [*self.load(path), *decisions])

    def save(self, path: Path, decisions: Iterable[Decision]) -> None:
        """Replace the changes in the file; additional columns are kept."""
        # Rows can move or be replaced, so cells of additional columns are matched by key.
        added, rows = self._read(path)
        key: Callable[[Decision], Any] = self.key or (lambda decision: decision)
        added_cells = {key(decision): cells for decision, cells in rows}
        if self.key:
            decisions = sorted({key(decision): decision for decision in decisions}.values(), key=key)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*self.columns, *added])
        for decision in decisions:
            cells = [escape_formula(str(cell)) for cell in self.cells(decision)]
            writer.writerow([*cells, *added_cells.get(key(decision), [""] * len(added))])
        replace_file(path, text.getvalue().encode("utf-8"))

    def _read(self, path: Path | None) -> tuple[list[str], list[tuple[Decision, list[str]]]]:
        """Names of additional columns; and for each row its change and its cells in those columns."""
        if path is None or not path.is_file():
            return [], []
        try:
            # Spreadsheet programs write a byte order mark before UTF-8.
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                names, rows = list(reader.fieldnames or []), list(reader)
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError(f"{path.name} is not a readable table ({error}); expected CSV in UTF-8") from None
        missing = [name for name in self.required if name not in names]
        if missing:
            raise InputError(f"{path.name} lacks column {missing[0]!r}; expected {','.join(self.columns)}")
        added = [name for name in names if name and name not in self.columns]
        decisions: list[tuple[Decision, list[str]]] = []
        keys = set()
        for number, row in enumerate(rows, start=2):  # row 1 is the header
            try:
                decision = self.parse({name: unescape_formula((row.get(name) or "").strip()) for name in self.columns})
                key = self.key(decision) if self.key and self.unique else number
                if key in keys:
                    raise InputError(f"{self.unique} {key!r} occurs twice; expected one row")
            except InputError as error:
                raise InputError(f"{path.name} row {number}: {error}") from None
            keys.add(key)
            decisions.append((decision, [row.get(name) or "" for name in added]))
        return added, decisions


def quote_beginning(text: str) -> str:
    """The beginning of a text, as quoted in a file."""
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def still_begins(text: str, quoted: str) -> bool:
    """Whether a text begins with the quoted text, which may be empty."""
    # "…" marks a truncated quote; text may have been added after the quoted part.
    return text.startswith(quoted.removesuffix("…"))


def one_line(text: str) -> str:
    """A label without line breaks and control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())


def _percent_encode(text: str, characters: str) -> str:
    """``text`` with characters that separate the items of a cell encoded as ``%XX``."""
    return re.sub(f"[{characters}]", lambda match: quote(match[0]), text)


def _parse_correction(cells: dict[str, str]) -> Correction:
    line, kind = cells["line"], cells["kind"]
    if not line.isdecimal() or int(line) < 1:
        raise InputError(f"line is {line!r}; expected a line number from 1, as in `topics read`")
    if kind not in KINDS:
        raise InputError(f"kind is {kind!r}; expected one of {', '.join(KINDS)}")
    return Correction(cells["article_id"], int(line), kind, cells["text"])


def _parse_edit(cells: dict[str, str]) -> TopicEdit:
    parts = cells["parts"] or str(PARTS)
    if not (parts.isascii() and parts.isdecimal() and len(parts) < 10):
        raise InputError(f"parts is {parts!r}; expected a number of topics, 2 or more")
    paragraphs = tuple(tuple(map(unquote, ids.split())) for ids in cells["paragraphs"].split("|"))
    names = tuple(name.strip() for name in cells["topics"].split("|")) if cells["topics"] else ()
    return TopicEdit(cells["action"], paragraphs, one_line(cells["label"]), int(parts), names)


def _edit_cells(edit: TopicEdit) -> list[str]:
    # Labels of topics are never parsed, so the separator is replaced, not escaped.
    names = " | ".join(name.replace("|", "/") for name in edit.topics)
    ids = " | ".join(" ".join(_percent_encode(key, r"\s%|") for key in topic) for topic in edit.paragraphs)
    return [edit.action, names, ids, edit.label, str(edit.parts) if edit.action == "split" else ""]


def _parse_assignment(cells: dict[str, str]) -> Assignment:
    if not cells["paragraph_id"]:
        raise InputError("paragraph_id is empty; expected one of the run's paragraphs.csv")
    # A repeated theme counts once; the first theme remains the primary one.
    names = [unquote(name.strip()) for name in cells["themes"].split("|") if name.strip()]
    return Assignment(cells["paragraph_id"], tuple(dict.fromkeys(names)), cells["text"])


CORRECTIONS = ManualFile(
    columns=("article_id", "line", "kind", "text"),
    required=("article_id", "line", "kind"),
    parse=_parse_correction,
    cells=lambda correction: [correction.article_id, correction.line, correction.kind, correction.text],
    key=lambda correction: (correction.article_id, correction.line),
)
TOPIC_EDITS = ManualFile(
    columns=("action", "topics", "paragraphs", "label", "parts"),
    required=("action", "paragraphs"),
    parse=_parse_edit,
    cells=_edit_cells,
)
ASSIGNMENTS = ManualFile(
    columns=("paragraph_id", "themes", "text"),
    required=("paragraph_id", "themes"),
    parse=_parse_assignment,
    cells=lambda assignment: [
        assignment.paragraph_id,
        "|".join(_percent_encode(name, "%|") for name in assignment.themes),
        assignment.text,
    ],
    key=lambda assignment: assignment.paragraph_id,
    unique="paragraph",
)
