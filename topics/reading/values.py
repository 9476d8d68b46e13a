"""Values of records as text."""

import datetime
from typing import Any

_MISSING = frozenset(
    """
    nan|<na>|null|(null)|<null>|\\n|nil|n/a|n.a.|n. a.|#n/a|#n/a n/a|#na|-nan|1.#qnan|nat|undefined
    |(none)|<none>|[none]|-|--|---|–|—|.|..|...|…|?|??|()|[]|{}|""|''|#value!|#ref!|#name?|#div/0!|#null!
    |#num!|#calc!|#error!|[missing]|(missing)|missing value|[null]|[nan]|[]|k. a.|k.a.|keine angabe|o. a.
    |o.a.|s.d.|s. d.|n.c.|n. c.|non renseigné|sin datos|s/d|s. f.|s.f.|н/д|н. д.|нет данных|无|暂无|未提供|n/d
    """.replace("\n    ", "").strip().split("|")
)  # fmt: skip
_NONE = frozenset({"None", "NONE"})
_NO_METADATA = frozenset(
    """
    none|na|unknown|n.n.|[unknown]|(unknown)|not available|not specified|no author|no title|untitled
    |missing|o. d.|o.d.|n.d.|unbekannt|ohne titel|ohne autor|inconnu|inconnue|sans titre|desconocido
    |desconocida|sin título|sin autor|неизвестно|неизвестен|без названия|без автора|未知|不详|佚名
    """.replace("\n    ", "").strip().split("|")
)  # fmt: skip
_NO_TEXT = frozenset(
    """
    none|na|missing|[removed]|[deleted]|[deleted by user]|removed|deleted|[entfernt]|[gelöscht]
    |[supprimé]|[eliminado]|[удалено]|[已删除]|no text|no content|[no text]|[no content]|not available
    """.replace("\n    ", "").strip().split("|")
)  # fmt: skip


def as_text(value: Any, between: str = ", ") -> str:
    """A value of a record as text: lists are joined, objects give their name, missing values ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, set, frozenset)) or getattr(value, "ndim", 0) == 1:
        members = sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)
        return between.join(filter(None, (as_text(member) for member in members)))
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in ("$oid", "$date", "$numberLong", "$numberInt"):
            return as_text(next(iter(value.values())))  # extended JSON, as MongoDB writes it
        return as_text(value.get("name"))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return str(bool(value)).lower()
    if _is_null(value):
        return ""
    if isinstance(value, datetime.datetime) and value.tzinfo is None and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def _is_null(value: Any) -> bool:
    """Whether a value stands for none: None, NaN, NaT, and pandas' NA, which equals nothing."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return value != value


def is_missing(text: str, field: str = "", codes: bool = False) -> bool:
    """Whether a cell says that there is no value, such as "N/A".

    Parameters
    ----------
    text
        The whole cell.
    field
        ``text``, ``title`` and so on; "" for a further column, in which "none" and "unknown" can be values.
    codes
        Whether the column holds codes of two letters, in which "NA" is one.

    Examples
    --------
    >>> from topics.reading.values import is_missing
    >>> is_missing("nan"), is_missing("Nancy"), is_missing("none", "outlet"), is_missing("none")
    (True, False, True, False)
    """
    text = text.strip()
    plain = text.casefold()
    if plain in _MISSING or text in _NONE:
        return True
    if text == "NA":
        return not codes
    if field == "text":
        return plain in _NO_TEXT
    return bool(field) and plain in _NO_METADATA


def encodable(text: str) -> str:
    """``text`` with question marks for halves of surrogate pairs, which UTF-8 cannot encode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
