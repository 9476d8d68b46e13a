"""Lines -> features: what a line is like, what it says, whom it addresses, and where on the page it stands.

The features are names; :mod:`topics.reading.boilerplate.model` has a weight for each. They
follow the shallow text features of Kohlschütter, Fankhauser and Nejdl (2010): length,
punctuation and neighbours tell boilerplate from prose in any language. Added are
the person that a line speaks in and to, what it repeats, and the words of ``phrases.toml``.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from topics.reading.boilerplate.bylines import NAME, find_author
from topics.reading.lines import SENTENCE_END, Line, is_prose, plain_words
from topics.text import DATE, count_words, has_unspaced, is_unspaced, stop_words

WEAK = ("says:press", "says:role", "says:itself")
"""Classes of phrases that an article may well hold too; the others speak for furniture."""

_LONG = 25
"""Words from which a line is long: an article's paragraph, an appeal, a comment, hardly a mark."""
_SHORT = 15
"""Words below which a line is short."""
_MOST_LINES = 3000
"""Lines of a page up to which quotes pulled out of its text are looked for."""
_PROSE = ("paragraph", "sentence")
_MARKS = ("mark", "item")
_STRONG = {
    "says:licence short", "says:licence middle", "says:disclaimer middle", "says:disclaimer long", "says:byline short",
    "says:comments short", "says:appeal twice middle", "says:appeal twice long", "says:caption short", "says:notes short",
    "says:notes middle", "says:appeal short", "tag:beside", "tag:nav", "tag:footer", "tag:class of bylines",
}  # fmt: skip
"""Features that, with whole phrases, are the furniture of a page."""

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“]*“|«[^»]*»|「[^」]*」")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*(?=\s|$)|[。！？]")
_BULLET = re.compile(r"(?:[-–—•*·▪●○►→⇒←✓✔☐]|[(（]?(?:\d{1,2}|[a-z]|[一二三四五六七八九十]{1,2})[.)）])\s*(?!\d)")
_SPEAKER = re.compile(r"(Q|A|В|О|F|P|R|问|答|[A-ZА-Я][\w.’-]{1,15}(?: [A-ZА-Я][\w’-]{1,15})?)\s?[:：] ")
_COUNTRY = re.compile(r"\bUS\b")
_CAPITALISED = re.compile(r"[^\W\d_][\w'’-]*")
_OWNED = re.compile(r"(?:copyright|\d{4}) ((?:[^\W\d]+ ?){1,5})$")
_FORMS = {
    "numbered": re.compile(r"^(?:\d{1,2}|[IVX]{1,4}|[A-Z])[.)] |^[一二三四五六七八九十]{1,2}、"),
    "bullet": re.compile(rf"^{_BULLET.pattern}"),
    "address": re.compile(r"https?://|www\.|\w@\w|\.(?:com|org|net|ru|cn|de)\b", re.I),
    "clock": re.compile(r"\b\d{1,2}[:.]\d\d\b(?: ?[ap]\.?m\b)?", re.I),
    "date": DATE,
    "bars": re.compile(r"[|›»•·]| / |  "),
    "name": NAME,
    "quoted": re.compile(r"^[“\"«„「].*[”\"»“」]$"),
    "money": re.compile(r"[$€£¥₽] ?\d"),
    "braces": re.compile(r"^[\[({].*[\])}]$"),
    "colon": re.compile(r"^[^.!?]{1,30}: "),
    "markdown": re.compile(r"^(?:#|!\[)"),
}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|20\d\d年")


@dataclass(frozen=True)
class Phrases:
    """``phrases.toml``, compiled."""

    whole: dict[str, re.Pattern[str]]
    """Class -> what a whole line says."""
    within: dict[str, re.Pattern[str]]
    """Class -> what is said in a line."""
    section: re.Pattern[str]
    """Headings that no article has for its own."""
    tail: re.Pattern[str]
    """Boilerplate that is glued to the end of a paragraph."""
    we: re.Pattern[str]
    you: re.Pattern[str]
    asking: re.Pattern[str]


@lru_cache
def phrases() -> Phrases:
    """The words that boilerplate is known by, in the languages of ``phrases.toml``."""
    data = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
    person, tail, section = data.pop("person"), data.pop("tail"), data.pop("section")

    def either(patterns: Iterable[str]) -> str:
        return "|".join(f"(?:{pattern})" for pattern in patterns)

    def whole(patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"^\W*(?:{either(patterns)})\W*$", re.I)

    def search(words: Sequence[str], anywhere: Sequence[str] = ()) -> re.Pattern[str]:
        return re.compile(either(([rf"(?<!\w)(?:{either(words)})"] if words else []) + list(anywhere)), re.I)

    return Phrases(
        whole={name: whole(entry["whole"]) for name, entry in data.items() if "whole" in entry},
        within={
            name: search(entry.get("within", ()), entry.get("anywhere", ()))
            for name, entry in data.items()
            if "within" in entry or "anywhere" in entry
        },
        section=whole(section["whole"]),
        tail=re.compile(
            rf"(?:(?<=[.!?…。！？”\"'’)])\s{{0,3}}|(?<=\s)(?=(?-i:[A-Z]{{3,}} [A-Z]{{3,}})\s?:))"
            rf"(?P<tail>(?:{either(tail['within'])})|{either(tail['anywhere'])})$",
            re.I,
        ),
        we=search([rf"(?:{either(person['we'])})\b"], person["unspaced"][:1]),
        you=search([rf"(?:{either(person['you'])})\b"], person["unspaced"][1:]),
        asking=re.compile(rf"^\W*(?:{either(person['asking'])})\b", re.I),
    )


def features(
    found: Sequence[Line],
    *,
    title: str = "",
    author: str = "",
    language: str = "en",
    marks: Mapping[int, tuple[str, ...]] | None = None,
) -> list[list[str]]:
    """What the model sees of each line of a page: the names of the features that hold, sorted."""
    marks = marks or {}
    stop = stop_words(language)
    counts = [count_words(line.text) for line in found]
    own = [_own(line.text, n, stop, marks.get(line.start, ())) for line, n in zip(found, counts, strict=True)]
    _add_speakers(own, found)
    texts = [plain_words(line.text) for line in found]
    prose = [n if is_prose(line.text) else 0 for n, line in zip(counts, found, strict=True)]
    columns = (
        own,
        _places(own, counts, prose),
        _neighbours(own),
        _names(found, texts, counts, prose, author),
        _repeats(texts, counts),
    )
    rows = [[name for column in columns for name in column[i]] for i in range(len(found))]
    wanted = plain_words(title)
    spaced = sum(line.gap for line in found) > 0.9 * len(found)
    for row, line, text in zip(rows, found, texts, strict=True):
        if wanted and text == wanted:
            row.append("is the title")
        if not spaced:
            row.append("gap" if line.gap else "no gap")
    return [sorted(set(row)) for row in rows]


def _own(text: str, n: int, stop: frozenset[str], marks: tuple[str, ...]) -> list[str]:
    """The features of a line by itself; most are told apart by its size."""
    names = [f"size:{_bucket(n, (0, 1, 2, 5, 9, 14, 24, 60))}", f"ends:{_ending(text)}", *(f"tag:{mark}" for mark in marks)]
    if n == 0:
        return names
    known = phrases()
    size = "short" if n < _SHORT else "long" if n >= _LONG else "middle"
    if n <= 25:
        names += [f"says:{name} whole" for name, pattern in known.whole.items() if pattern.match(text)]
    for name, pattern in known.within.items():
        if n > 60 and name in ("caption", "byline", "role", "comments", "navigation"):
            continue
        times = len(pattern.findall(text)) if name == "appeal" else bool(pattern.search(text[:300]))
        if times:
            names += [f"says:{name}", f"says:{name} {size}"]
        if times > 1:
            names.append(f"says:{name} twice {size}")
    spoken = _COUNTRY.sub("", _QUOTED.sub("", text))
    we, you = len(known.we.findall(spoken)), len(known.you.findall(spoken))
    for name, times in (("we", we), ("you", you)):
        if times:
            names.append(f"{name}:{'much' if times > 0.04 * n and n >= _SHORT else 'some'} {size}")
    if we and you:
        names.append(f"we and you {size}")
    if known.asking.match(text):
        names.append(f"asks {size}")
    if text.isupper():
        names.append(f"capitals {size}")
    if has_unspaced(text) and 2 * sum(map(is_unspaced, text)) > len(text):
        names.append("unspaced")
    elif len(words := _CAPITALISED.findall(text)) > 1:
        upper = sum(word[0].isupper() for word in words) / len(words)
        empty = sum(word.lower() in stop for word in words) / len(words)
        names.append(f"upper:{_bucket(upper, (0.2, 0.5, 0.8, 0.99))} {size}")
        names.append(f"stop words:{_bucket(empty, (0.0, 0.15, 0.3, 0.45))} {size}")
    names.append(f"sentences:{min(len(_SENTENCE_END.findall(text)), 3)} {size}")
    if text[0].islower():
        names.append("starts low")
    if text[0] in ":;,.)(":
        names.append("starts with a mark")
    if n < 20 and _YEAR.search(text):
        names.append("year")
    if 5 * sum(map(str.isdigit, text)) > len(text):
        names.append("digits")
    return names + [name for name, pattern in _FORMS.items() if pattern.search(text)]


def _ending(text: str) -> str:
    if re.search(r"[?？][\"'”’»)\]]*$", text):
        return "?"
    if SENTENCE_END.search(text):
        return "..." if text.endswith(("...", "…")) else "."
    return text[-1] if text[-1] in ":,;：" else "-"


def _add_speakers(own: list[list[str]], found: Sequence[Line]) -> None:
    """Name the lines that begin with a speaker who has more than one; and an interview for what it is. In place."""
    said = [match.group(1) if (match := _SPEAKER.match(line.text)) else "" for line in found]
    times = Counter(said)
    speaking = [bool(label) and times[label] > 1 for label in said]
    for names, speaks in zip(own, speaking, strict=True):
        if speaks:
            names.append("speaker")
        if sum(speaking) >= 4:
            names.append("interview" + (" speaker" if speaks else ""))


def _form(names: list[str]) -> str:
    """The coarse form of a line: divider, item, paragraph, sentence, question, lead or mark."""
    if "size:<=0" in names:
        return "divider"
    if "bullet" in names:
        return "item"
    if "size:<=60" in names or "size:>60" in names:
        return "paragraph"
    ends = next(name for name in names if name.startswith("ends:"))
    return {"ends:.": "sentence", "ends:?": "question", "ends::": "lead"}.get(ends, "mark")


def _places(own: list[list[str]], counts: list[int], prose: list[int]) -> list[list[str]]:
    """Where each line stands: in the page, in its prose, among furniture, between dividers."""
    n, total = len(own), sum(prose) or 1
    furniture = [any(name.startswith("says:") and not name.startswith(WEAK) for name in names) for names in own]
    strong = sum(any(name in _STRONG or name.endswith(" whole") for name in names) for names in own)
    long = [count >= _LONG for count in counts]
    personal = 4 * sum(any(name.startswith("we:") for name in own[i]) for i in range(n) if prose[i]) > sum(map(bool, prose))
    before = marks = long_before = 0
    long_after, furniture_after = sum(long), sum(furniture)
    rows = []
    for i in range(n):
        long_after -= long[i]
        furniture_after -= furniture[i]
        names = [f"furniture on the page:{_bucket(strong, (0, 1, 4))}"]
        names.append("prose before:" + ("none" if not before else _bucket(before / total, (0.1, 0.5, 0.9, 0.999))))
        names.append("place:" + (str(i) if i < 3 else f"-{n - i}" if n - i <= 3 else "within"))
        names += [f"long before:{min(3, long_before)}", f"long after:{min(3, long_after)}"]
        names.append(f"furniture before:{_bucket(marks, (0, 1, 4))}")
        names.append(f"furniture after:{_bucket(furniture_after, (0, 1, 4))}")
        names.append(f"furniture around:{min(3, sum(furniture[max(0, i - 3) : i] + furniture[i + 1 : i + 4]))}")
        above = next((k for k in range(3) if i - k < 1 or not prose[i - k - 1]), 3)
        below = next((k for k in range(3) if i + k + 1 >= n or not prose[i + k + 1]), 3)
        names += [f"prose run before:{above}", f"prose run after:{below}"]
        if 0 in counts[max(0, i - 12) : i] and 0 in counts[i + 1 : i + 13]:
            names.append("between dividers")
        if personal:
            names += [f"{name} as the page" for name in own[i] if name.startswith("we:")]
        rows.append(names)
        before += prose[i]
        marks += bool(before) and furniture[i]
        long_before += long[i]
    return rows


def _neighbours(own: list[list[str]]) -> list[list[str]]:
    """What stands before and after each line: forms, lists, runs of marks, appeals, and what the next lines say."""
    n = len(own)
    forms = [_form(names) for names in own]
    between = [0 < i < n - 1 and forms[i - 1] in _PROSE and forms[i + 1] in _PROSE for i in range(n)]
    headed = sum(is_between and form == "mark" for is_between, form in zip(between, forms, strict=True))
    appeals = [
        sum(name.startswith(("says:appeal", "says:itself", "says:press", "we and you")) for name in names) for names in own
    ]
    lead: list[str] = []
    rows = []
    for i in range(n):
        form = f"{forms[i]} after {forms[i - 1] if i else 'nothing'}"
        names = [form, f"{form} before {forms[i + 1] if i + 1 < n else 'nothing'}", *_run_of_marks(forms, i)]
        near = sum(appeals[max(0, i - 2) : i] + appeals[i + 1 : i + 3])
        names.append(f"appeals around:{_bucket(near, (0, 1, 3, 6))}")
        if between[i]:
            names.append(f"{forms[i]} between prose, marks so:{_bucket(headed, (0, 1, 3))}")
        if "bullet" in own[i] and "ends::" in lead:
            names.append("item of a list")
        elif "bullet" not in own[i]:
            lead = own[i]
        for step, name in ((-1, "previous"), (1, "next")):
            if 0 <= i + step < n:
                telling = ("size:", "ends:", "says:", "tag:")
                names += [f"{name} {shape}" for shape in own[i + step] if shape.startswith(telling)]
            else:
                names.append(f"{name} none")
        rows.append(names)
    return rows


def _run_of_marks(forms: list[str], i: int) -> list[str]:
    """What a run of short lines without a full stop began after, and how long it is."""
    if forms[i] not in _MARKS:
        return []
    first = last = i
    while first and i - first < 12 and forms[first - 1] in _MARKS:
        first -= 1
    while last + 1 < len(forms) and last - i < 12 and forms[last + 1] in _MARKS:
        last += 1
    before = forms[first - 1] if first else "nothing"
    return [f"run of marks after {before}", f"run of marks:{_bucket(last - first + 1, (1, 2, 4, 8))}"]


def _repeats(texts: list[str], counts: list[int]) -> list[list[str]]:
    """Whether a line was there before, comes again, or stands word for word within another: a quote pulled out."""
    page = f" {' | '.join(texts)} " if len(texts) <= _MOST_LINES else ""
    times = Counter(texts)
    seen: set[str] = set()
    rows = []
    for text, n in zip(texts, counts, strict=True):
        names = []
        if text and text in seen:
            names.append("repeats")
        elif text and times[text] > 1:
            names.append("is repeated")
        if 4 <= n <= 60 and page.count(f" {text} ") > times[text]:
            names.append("stands within another")
        seen.add(text)
        rows.append(names)
    return rows


def _names(found: Sequence[Line], texts: list[str], counts: list[int], prose: list[int], author: str) -> list[list[str]]:
    """Whether a line names the page's author, or its outlet: what stands at its head or after its ©, and comes again."""
    first = next((i for i, n in enumerate(prose) if n), len(found))
    written = [author] if author else [find_author(line.text) for line in found[:first]]
    authors = [plain_words(name) for name in written if name]
    heads = [texts[i] for i in range(min(5, first)) if 2 <= counts[i] <= 6]
    heads += [match.group(1).strip() for text in texts[-15:] if (match := _OWNED.search(text))]
    page = " | ".join(texts)
    outlets = {head for head in heads if len(head) > 5 and page.count(head) > 1}
    rows = []
    for text, n in zip(texts, counts, strict=True):
        size = "short" if n < _SHORT else "long"
        names = []
        if any(f" {name} " in f" {text} " for name in authors):
            names.append(f"names the author {size}")
        if any(name in text and name != text for name in outlets):
            names.append(f"names the outlet {size}")
        rows.append(names)
    return rows


def _bucket(value: float, bounds: Sequence[float]) -> str:
    return next((f"<={bound:g}" for bound in bounds if value <= bound), f">{bounds[-1]:g}")
