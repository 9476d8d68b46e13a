"""topic_edits.csv -> what a person makes of the topics: merge, split, rename, drop.

A small file of the study, ``action,topics,paragraphs,label,parts``, a row for each edit, in
their order. Numbers of topics change from run to run, ids of paragraphs do not: so
``paragraphs`` names each topic by its central ones (ids parted by blanks, topics by ``|``; a
blank, ``|`` or ``%`` within an id stands as ``%20``, ``%7C``, ``%25``). ``topics`` says what
the topics were called, for people to read; ``label`` is the new name; ``parts`` is for splits.
``topics edit STUDY …`` writes the file.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from topics import spreadsheets
from topics.errors import InputError

ACTIONS = ("merge", "split", "rename", "drop")
COLUMNS = ("action", "topics", "paragraphs", "label", "parts")
PARTS = 2


@dataclass(frozen=True)
class Edit:
    """One change of the topics by hand."""

    action: str
    """One of ``merge split rename drop``."""
    paragraphs: tuple[tuple[str, ...], ...]
    """Of each topic the ids of its central paragraphs."""
    label: str = ""
    """The name of what comes of it; needed to rename, empty for splits and drops."""
    parts: int = PARTS
    """How many topics a split makes of one."""
    topics: tuple[str, ...] = ()
    """What the topics were called; nothing hangs on it."""

    def __post_init__(self) -> None:
        n = len(self.paragraphs)
        if self.action not in ACTIONS:
            raise InputError(f"action is {self.action!r}; expected one of {', '.join(ACTIONS)}")
        if not all(self.paragraphs) or (n < 2 if self.action == "merge" else n != 1):
            wanted = "two or more" if self.action == "merge" else "one"
            got = f"{n} topic{'' if n == 1 else 's'}" if all(self.paragraphs) else "a topic without a paragraph"
            raise InputError(f"{self.action} got {got}; expected {wanted}, each with its central paragraphs")
        if self.action == "rename" and not self.label:
            raise InputError("rename got no label; expected the new name of the topic")
        if self.action in ("split", "drop") and self.label:
            raise InputError(f"{self.action} got the label {self.label!r}; expected none: rename what comes of it")
        if self.parts < 2:
            raise InputError(f"parts is {self.parts}; expected 2 or more")

    def __str__(self) -> str:
        names = [repr(name) for name in self.topics] or ["a topic"]
        return f"{self.action} of {' and '.join(names)}"


def load(path: Path) -> tuple[Edit, ...]:
    """Read ``topic_edits.csv``; a file that does not exist holds none.

    Raises
    ------
    InputError
        If a row is no edit; the message names the row.
    """
    return tuple(_row(cells, where) for where, cells in spreadsheets.read_by_hand(path, COLUMNS, ("action", "paragraphs")))


def _row(quoted: dict[str, str], where: str) -> Edit:
    cells = {name: spreadsheets.unescape_formula(text) for name, text in quoted.items()}
    parts = cells["parts"] or str(PARTS)
    if not (parts.isascii() and parts.isdecimal() and len(parts) < 10):
        raise InputError(f"{where}: parts is {parts!r}; expected a number of topics, 2 or more")
    paragraphs = [tuple(map(unquote, part.split())) for part in cells["paragraphs"].split("|")]
    names = tuple(name.strip() for name in cells["topics"].split("|")) if cells["topics"] else ()
    try:
        return Edit(cells["action"], tuple(paragraphs), one_line(cells["label"]), int(parts), names)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def save(path: Path, edits: Iterable[Edit]) -> None:
    """Write all edits of a study into its file."""
    rows = []
    for one in edits:
        ids = " | ".join(" ".join(map(_plain, topic)) for topic in one.paragraphs)
        names = " | ".join(name.replace("|", "/") for name in one.topics)
        parts = str(one.parts) if one.action == "split" else ""
        rows.append([one.action, *map(spreadsheets.escape_formula, (names, ids, one.label)), parts])
    spreadsheets.write_by_hand(path, COLUMNS, rows)


def _plain(paragraph_id: str) -> str:
    return re.sub(r"[\s%|]", lambda found: quote(found[0]), paragraph_id)


def one_line(text: str) -> str:
    """A label without line breaks and control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())


def locate(edit: Edit, topic_of: dict[str, int]) -> tuple[list[int], str]:
    """Which topics an edit speaks of now: of each, the one that holds most of its paragraphs.

    Parameters
    ----------
    topic_of
        The topic of each paragraph, by its id; −1 for none.

    Returns
    -------
    topics, problem
        One topic for each that the edit names; and why that cannot be said, empty if it can.
    """
    found = []
    for place, ids in enumerate(edit.paragraphs):
        name = repr(edit.topics[place]) if place < len(edit.topics) else f"topic {place + 1} of it"
        held = [topic_of[key] for key in ids if key in topic_of]
        if not held:
            return [], f"the central paragraphs of {name} are not in the corpus any more"
        best = max(sorted(set(held)), key=held.count)
        if best < 0 or 2 * held.count(best) <= len(held):
            return [], f"the central paragraphs of {name} are scattered now, no topic holds most of them"
        found.append(best)
    return found, ""


def made(
    action: str, numbers: Sequence[int], labels: dict[int, str], central: dict[int, tuple[str, ...]], label: str, parts: int
) -> Edit:
    """An edit of topics named by their numbers in a run.

    Parameters
    ----------
    labels, central
        Label and central paragraphs of each topic of the run.

    Raises
    ------
    InputError
        If there is no such action or topic, or the edit would make two topics of one name.
    """
    unknown = [number for number in numbers if number not in central]
    if unknown:
        raise InputError(
            f"there is no topic {unknown[0]} in the run; expected one of {', '.join(map(str, sorted(central)))}"
        )
    if len(set(numbers)) < len(numbers):
        raise InputError(f"{action} got topic {max(numbers, key=list(numbers).count)} twice; expected different topics")
    label = one_line(label)
    same = [number for number, known in labels.items() if known == label and number not in numbers]
    if label and same:
        raise InputError(f"topic {same[0]} is called {label!r} already; expected another label, or merge the two")
    names = tuple(labels[number] for number in numbers)
    return Edit(action, tuple(central[number] for number in numbers), label, parts, names)
