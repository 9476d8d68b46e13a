"""A linear-chain conditional random field over the lines of a page.

Boilerplate occurs in runs, so the lines of a page are classified jointly (Lafferty,
McCallum and Pereira 2001; for web pages: Spengler and Gallinari 2010, Vogels, Ganea and
Eickhoff 2018). ``weights.json`` contains the weights, trained on the coded pages in
``tests/pages/seen`` by ``benchmarks/reading.py --learn``.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from topics.reading.boilerplate.features import WEAK, furniture_classes

KINDS = {
    "title": "title", "heading": "heading", "body": "body", "byline": "byline", "biography": "byline",
    "before": "boilerplate", "within": "boilerplate", "after": "boilerplate",
}  # fmt: skip
"""State of the model -> kind of line; boilerplate before, within and after an article has separate states."""

_SIGNS = {
    "address", "repeats", "stands within another", "between dividers", "size:<=0", "asks short", "we and you middle",
    "we and you long", "braces", "bars", "names the outlet short", "names the outlet long",
}  # fmt: skip
"""Features besides phrases that indicate boilerplate."""
_SURE = {f"says:{name} whole" for name in ("advertisement", "share", "licence", "appeal", "caption")}
"""Whole-line phrases that are always boilerplate."""
_WRITTEN = {"date", "name", "clock"}
_LONG = {"size:<=60", "size:>60"}
_SENTENCES = {"size:<=24", *_LONG}
_PERSONS = ("we:", "you:")
_CERTAIN = {"repeats", "braces", *(f"says:{name} long" for name in ("licence", "disclaimer", "caption"))}
"""Evidence that a long line is boilerplate, even on a page with little furniture."""
_EVIDENCE = _CERTAIN | {
    "stands within another", "address", "says:appeal twice long", "says:related long", "says:comments long",
    "says:notes long", "says:biography long",
}  # fmt: skip
"""Evidence that a long line is boilerplate, on a page with furniture."""
_PERSONAL_EVIDENCE = {f"says:{name} long" for name in ("appeal", "itself", "press")}
"""Likewise in a line with "we" or "you"."""
_OPENS = {
    **dict.fromkeys(("says:related whole", "says:appeal whole", "says:appeal short"), 3),
    **dict.fromkeys(("says:comments whole", "says:notes whole", "says:biography whole"), 10**6),
}
"""Short lines that open boilerplate, unlike share links and advertisement marks -> long lines they may open."""
_NEVER = 1e6


def probabilities(rows: list[list[str]], fixed: Mapping[int, str]) -> list[dict[str, float]]:
    """Probability of each kind for each line of a page (forward-backward).

    Parameters
    ----------
    rows
        The features of each line.
    fixed
        Index of a line -> its kind, if known.
    """
    if not rows:
        return []
    states, scores, transitions = weights()
    emitted = np.zeros((len(rows), len(states)))
    for i, (row, never) in enumerate(zip(rows, _impossible(rows), strict=True)):
        for name in row:
            if name in scores:
                emitted[i] += scores[name]
        emitted[i] -= [_NEVER * (state in never) for state in states]
    # a known kind excludes all other states
    for i, kind in fixed.items():
        emitted[i] = [0.0 if KINDS[state] == kind else -_NEVER for state in states]
    # forward-backward algorithm, in logarithms
    forward, backward = emitted.copy(), np.zeros_like(emitted)
    for i in range(1, len(rows)):
        forward[i] += np.logaddexp.reduce(forward[i - 1][:, None] + transitions, axis=0)
    for i in range(len(rows) - 2, -1, -1):
        backward[i] = np.logaddexp.reduce(transitions + emitted[i + 1] + backward[i + 1], axis=1)
    posterior = np.exp(forward + backward - np.logaddexp.reduce(forward[-1]))
    # the probability of a kind is the sum over its states
    members = {kind: [k for k, state in enumerate(states) if KINDS[state] == kind] for kind in KINDS.values()}
    return [{kind: float(row[columns].sum()) for kind, columns in members.items()} for row in posterior]


Weights = tuple[list[str], "dict[str, np.ndarray]", "np.ndarray"]
"""States; weights per feature and state; weights of transitions between states."""


@lru_cache
def weights() -> Weights:
    """The weights included in the package."""
    return parse(json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8")))


def parse(data: dict[str, Any]) -> Weights:
    """Weights from the plain data of ``weights.json``."""
    return data["states"], {name: np.array(row) for name, row in data["features"].items()}, np.array(data["transitions"])


def _impossible(rows: list[list[str]]) -> list[set[str]]:
    """The states excluded for each line, so that no line is dropped without positive evidence.

    Boilerplate requires an indicator in the line or within two lines of it (after the
    article: anywhere since its prose began), in long lines one of their own (see
    :func:`_droppable`); pages without furniture have none. A byline or biography requires a
    name, a date or a typical word. Headings and titles are short and do not end in a full
    stop, and a heading is followed by prose.
    """
    signs = [any(name in _SIGNS or (name.startswith("says:") and not name.startswith(WEAK)) for name in row) for row in rows]
    named = [any(name == "name" or name.startswith(("says:byline", "says:biography")) for name in row) for row in rows]
    written = [any(name in _WRITTEN or name.startswith(("says:byline", "says:biography")) for name in row) for row in rows]
    begun = next((i for i, row in enumerate(rows) if "long before:0" not in row), len(rows))
    classes = furniture_classes(rows)
    droppable = _droppable(rows, has_much_furniture=len(classes) > 1)
    # a share link next to a sentence is no evidence against it
    others = [sign and not any(name.startswith("says:share") for name in row) for sign, row in zip(signs, rows, strict=True)]
    found = []
    for i, row in enumerate(rows):
        names = set(row)
        never: set[str] = set()
        if not classes:
            never |= {"before", "within", "after", "biography"}
        if names & _LONG:
            never.add("byline")
            if not droppable[i]:
                never |= {"before", "within", "after"}
        if "size:<=24" in names and "ends:." in names and not any(others[max(0, i - 2) : i + 3]):
            never |= {"before", "within", "after"}
        if not any(signs[max(0, i - 2) : i + 3]):
            never.add("within")
        if not signs[i] and names & _SENTENCES and "ends:." in names:
            never.add("before")
        if not any(signs[max(0, begun - 1) : i + 3]):
            never.add("after")
        if not written[i] and (names & _SENTENCES or not any(written[max(0, i - 1) : i + 2])):
            never.add("byline")
        # a time or a date next to a long line is no evidence of a biography
        if not (
            names & {"says:role", "names the author short", "names the author long"}
            or any((named if names & _LONG else written)[max(0, i - 1) : i + 1])
        ):
            never.add("biography")
        unlike = names & {"starts low", "starts with a mark", "ends:;", "ends:,", "ends:.", *_LONG}
        if unlike and "is the title" not in names:
            never |= {"heading", "title"}
        if "says:disclaimer" in names and "size:>60" not in names and classes:
            never.add("body")
        below = rows[i : i + 3]
        if names & {"says:licence", "says:disclaimer", "says:caption", "digits"} or all(
            "prose run after:0" in later for later in below
        ):
            never.add("heading")
        # "Support us" may be the heading of a manifesto
        if names & _SURE and not (names & _LONG or classes == {"appeal"}):
            never = set(KINDS) - {"before", "within", "after"}
        found.append(never)
    return found


def _droppable(rows: list[list[str]], *, has_much_furniture: bool) -> list[bool]:
    """Whether each long line may be boilerplate; "we", "you", its place and a share link next to it are no evidence.

    A long line requires evidence of its own. On a page with much furniture it may also
    follow a short line that opens a section of boilerplate, or be adjacent to a long line
    that may be boilerplate; before that line, only if it has "we" or "you".
    """
    found: list[bool] = []
    remaining = 0  # long lines that the last opening line may open
    for i, row in enumerate(rows):
        names = set(row)
        if not names & _LONG:
            # "Read more: a headline" is complete, and opens nothing
            if "colon" not in names:
                remaining = max([remaining, *(_OPENS[name] for name in names if name in _OPENS)])
            found.append(False)
            continue
        has_own = bool(names & (_EVIDENCE if has_much_furniture else _CERTAIN)) or (
            bool(names & _PERSONAL_EVIDENCE) and _is_personal(row) and (has_much_furniture or "we and you long" in names)
        )
        found.append(has_own or (has_much_furniture and (remaining > 0 or (i > 0 and found[i - 1]))))
        remaining -= remaining > 0
    if has_much_furniture:
        for i in range(len(rows) - 2, -1, -1):
            found[i] |= found[i + 1] and _is_personal(rows[i])
    return found


def _is_personal(row: list[str]) -> bool:
    return any(name.startswith(_PERSONS) for name in row)
