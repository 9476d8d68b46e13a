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

from topics.reading.boilerplate.features import WEAK

KINDS = {
    "title": "title", "heading": "heading", "body": "body", "byline": "byline", "biography": "byline",
    "before": "boilerplate", "within": "boilerplate", "after": "boilerplate",
}  # fmt: skip
"""State of the model -> kind of line; boilerplate before, within and after an article has separate states."""

_SIGNS = {
    "address", "repeats", "stands within another", "between dividers", "size:<=0", "tag:beside", "tag:aside", "tag:nav",
    "tag:footer", "tag:form", "tag:button", "tag:figcaption", "tag:figure", "tag:link", "tag:class of boilerplate",
    "asks short", "we and you middle", "we and you long", "braces", "bars", "names the outlet short",
    "names the outlet long",
}  # fmt: skip
"""Features besides phrases that indicate boilerplate."""
_SURE = {f"says:{name} whole" for name in ("advertisement", "share", "licence", "appeal", "caption")}
"""Whole-line phrases that are always boilerplate."""
_WRITTEN = {"date", "name", "clock", "tag:author", "tag:time", "tag:class of bylines"}
_SENTENCES = {"size:<=24", "size:<=60", "size:>60"}
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
    article: anywhere since its prose began); pages without indicators have none. A byline
    or biography requires a name, a date or a typical word. Headings and titles are short and
    do not end in a full stop, and a heading is followed by prose.
    """
    signs = [any(name in _SIGNS or (name.startswith("says:") and not name.startswith(WEAK)) for name in row) for row in rows]
    written = [any(name in _WRITTEN or name.startswith(("says:byline", "says:biography")) for name in row) for row in rows]
    begun = next((i for i, row in enumerate(rows) if "long before:0" not in row), len(rows))
    found = []
    for i, row in enumerate(rows):
        names = set(row)
        never: set[str] = set()
        if "furniture on the page:<=0" in names:
            never |= {"before", "within", "after", "biography"}
        if not any(signs[max(0, i - 2) : i + 3]):
            never.add("within")
        if not signs[i] and names & _SENTENCES and "ends:." in names:
            never.add("before")
        if not any(signs[max(0, begun - 1) : i + 3]):
            never.add("after")
        if not written[i] and (names & _SENTENCES or not any(written[max(0, i - 1) : i + 2])):
            never.add("byline")
        named = names & {"says:role", "names the author short", "names the author long"}
        if not (written[i] or named or (i and written[i - 1])):
            never.add("biography")
        unlike = names & {"starts low", "starts with a mark", "size:>60", "size:<=60", "ends:;", "ends:,"}
        if (unlike or ("ends:." in names and "tag:heading" not in names)) and "is the title" not in names:
            never |= {"heading", "title"}
        if "tag:figcaption" in names or ("says:disclaimer" in names and "size:>60" not in names):
            never.add("body")
        below = rows[i : i + 3]
        if names & {"says:licence", "says:disclaimer", "says:caption", "digits"} or all(
            "prose run after:0" in later for later in below
        ):
            never.add("heading")
        if names & _SURE:
            never = set(KINDS) - {"before", "within", "after"}
        found.append(never)
    return found
