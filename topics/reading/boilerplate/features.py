"""Features of lines: form, content, form of address, and position on the page.

Features are names; :mod:`topics.reading.boilerplate.model` has a weight for each. They
follow the shallow text features of Kohlschütter, Fankhauser and Nejdl (2010): length,
punctuation and neighbouring lines, which are independent of language. Further features
are first and second person, repetition, and the phrases in ``phrases.toml``.
"""

import re
from collections import Counter
from collections.abc import Sequence

from topics.reading.boilerplate.bylines import NAME, find_author
from topics.reading.boilerplate.phrases import phrases
from topics.reading.lines import SENTENCE_END, Line, is_prose, plain_words
from topics.text import DATE, count_words, has_unspaced, is_unspaced, stop_words

WEAK = ("says:press", "says:role", "says:itself")
"""Classes of phrases that also occur in articles; the others indicate boilerplate."""

_LONG = 25
"""Minimum words of a long line, such as a paragraph, an appeal or a comment."""
_SHORT = 15
"""Minimum words of a line that is not short."""
_MAX_LINES = 3000
"""Pages with more lines are not searched for pull quotes."""
_PROSE = ("paragraph", "sentence")
_MARKS = ("mark", "item")
_FURNITURE = {
    f"says:{name} whole": name
    for name in ("advertisement", "share", "navigation", "related", "comments", "listen", "licence", "appeal", "caption")
}
"""Whole-line phrases that are furniture of a page, and their classes."""
_STRONG = {
    "says:licence short", "says:licence middle", "says:disclaimer middle", "says:disclaimer long", "says:byline short",
    "says:comments short", "says:appeal twice middle", "says:appeal twice long", "says:caption short", "says:notes short",
    "says:notes middle", "says:appeal short",
}  # fmt: skip
"""Features that, like whole-line phrases, strongly indicate boilerplate."""
_FEW_WORDS = {"size:<=1", "size:<=2", "size:<=5", "size:<=9", "size:<=14"}

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


def features(
    lines: Sequence[Line],
    *,
    title: str = "",
    author: str = "",
    language: str = "en",
) -> list[list[str]]:
    """The names of the features of each line of a page, sorted."""
    stop = stop_words(language)
    counts = [count_words(line.text) for line in lines]
    own = [_own(line.text, n, stop) for line, n in zip(lines, counts, strict=True)]
    _add_speakers(own, lines)
    texts = [plain_words(line.text) for line in lines]
    prose = [n if is_prose(line.text) else 0 for n, line in zip(counts, lines, strict=True)]
    groups = (
        own,
        _places(own, counts, prose),
        _neighbours(own),
        _names(lines, texts, counts, prose, author),
        _repeats(texts, counts),
    )
    rows = [[name for group in groups for name in group[i]] for i in range(len(lines))]
    title = plain_words(title)
    # blank lines are uninformative if there is one before every line
    spaced = sum(line.gap for line in lines) > 0.9 * len(lines)
    for row, line, text in zip(rows, lines, texts, strict=True):
        if title and text == title:
            row.append("is the title")
        if not spaced:
            row.append("gap" if line.gap else "no gap")
    return [sorted(set(row)) for row in rows]


def furniture_classes(rows: Sequence[Sequence[str]]) -> set[str]:
    """The classes of furniture on a page, from short lines that consist of nothing else, such as share links.

    Words that also occur in prose ("donations", "by", a note in brackets) are no evidence of
    furniture: a speech or a manifesto has them, too. Several short appeals beside other
    furniture are.
    """
    found: set[str] = set()
    n_appeals = 0
    for names in rows:
        is_mark = not _FEW_WORDS.isdisjoint(names) and "ends:." not in names
        found |= {_FURNITURE[name] for name in names if name in _FURNITURE and is_mark}
        # a disclaimer and the note of a mailing list are furniture, whatever their length
        if ("says:licence whole" in names and "year" in names) or "says:disclaimer" in names:
            found.add("licence")
        if "says:mailing whole" in names:
            found.add("mailing")
        n_appeals += is_mark and "says:appeal short" in names
    return found | {"appeals"} if found and n_appeals >= 3 else found


def _own(text: str, n: int, stop: frozenset[str]) -> list[str]:
    """The features of a single line of ``n`` words; most depend on its length."""
    names = [f"size:{_bucket(n, (0, 1, 2, 5, 9, 14, 24, 60))}", f"ends:{_ending(text)}"]
    if n == 0:
        return names
    size = "short" if n < _SHORT else "long" if n >= _LONG else "middle"
    names += _phrases_of(text, n, size) + _persons_of(text, n, size)
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


def _phrases_of(text: str, n: int, size: str) -> list[str]:
    known = phrases()
    names = []
    if n <= 25:
        names += [f"says:{name} whole" for name, pattern in known.whole.items() if pattern.match(text)]
    for name, pattern in known.within.items():
        # long paragraphs contain such words anyway
        if n > 60 and name in ("caption", "byline", "role", "comments", "navigation"):
            continue
        times = len(pattern.findall(text)) if name == "appeal" else bool(pattern.search(text[:300]))
        if times:
            names += [f"says:{name}", f"says:{name} {size}"]
        if times > 1:
            names.append(f"says:{name} twice {size}")
    return names


def _persons_of(text: str, n: int, size: str) -> list[str]:
    """Whether a line contains "we" or "you" outside quotations, and whether it is a request to the reader."""
    known = phrases()
    spoken = _COUNTRY.sub("", _QUOTED.sub("", text))
    we, you = len(known.we.findall(spoken)), len(known.you.findall(spoken))
    names = []
    for name, times in (("we", we), ("you", you)):
        if times:
            much = times > 0.04 * n and n >= _SHORT
            names.append(f"{name}:{'much' if much else 'some'} {size}")
    if we and you:
        names.append(f"we and you {size}")
    if known.asking.match(text):
        names.append(f"asks {size}")
    return names


def _ending(text: str) -> str:
    if re.search(r"[?？][\"'”’»)\]]*$", text):
        return "?"
    if SENTENCE_END.search(text):
        return "..." if text.endswith(("...", "…")) else "."
    return text[-1] if text[-1] in ":,;：" else "-"


def _add_speakers(own: list[list[str]], lines: Sequence[Line]) -> None:
    """Add features of lines that start with a recurring speaker, and of interviews. In place."""
    speakers = [match.group(1) if (match := _SPEAKER.match(line.text)) else "" for line in lines]
    times = Counter(speakers)
    speaks = [bool(speaker) and times[speaker] > 1 for speaker in speakers]
    is_interview = sum(speaks) >= 4
    for names, has_speaker in zip(own, speaks, strict=True):
        if has_speaker:
            names.append("speaker")
        if is_interview:
            names.append("interview speaker" if has_speaker else "interview")


def _form(names: list[str]) -> str:
    """The coarse form of a line: divider, item, paragraph, sentence, question, lead or mark."""
    if "size:<=0" in names:
        return "divider"
    if "bullet" in names:
        return "item"
    if "size:<=60" in names or "size:>60" in names:
        return "paragraph"
    ending = next(name for name in names if name.startswith("ends:"))
    return {"ends:.": "sentence", "ends:?": "question", "ends::": "lead"}.get(ending, "mark")


def _places(own: list[list[str]], counts: list[int], prose: list[int]) -> list[list[str]]:
    """Position of each line: on the page, in its prose, among boilerplate, between dividers."""
    n, total = len(own), sum(prose) or 1
    furniture = [any(name.startswith("says:") and not name.startswith(WEAK) for name in names) for names in own]
    strong = sum(any(name in _STRONG or name.endswith(" whole") for name in names) for names in own)
    long = [count >= _LONG for count in counts]
    # if much of the prose contains "we", the word does not indicate the outlet
    says_we = sum(any(name.startswith("we:") for name in own[i]) for i in range(n) if prose[i])
    personal = 4 * says_we > sum(map(bool, prose))
    words_before = furniture_before = long_before = 0
    long_after, furniture_after = sum(long), sum(furniture)
    rows = []
    for i in range(n):
        long_after -= long[i]
        furniture_after -= furniture[i]
        part_before = _bucket(words_before / total, (0.1, 0.5, 0.9, 0.999)) if words_before else "none"
        place = str(i) if i < 3 else f"-{n - i}" if n - i <= 3 else "within"
        furniture_around = sum(furniture[max(0, i - 3) : i] + furniture[i + 1 : i + 4])
        run_before = next((k for k in range(3) if i - k < 1 or not prose[i - k - 1]), 3)
        run_after = next((k for k in range(3) if i + k + 1 >= n or not prose[i + k + 1]), 3)
        names = [
            f"furniture on the page:{_bucket(strong, (0, 1, 4))}",
            f"prose before:{part_before}",
            f"place:{place}",
            f"long before:{min(3, long_before)}",
            f"long after:{min(3, long_after)}",
            f"furniture before:{_bucket(furniture_before, (0, 1, 4))}",
            f"furniture after:{_bucket(furniture_after, (0, 1, 4))}",
            f"furniture around:{min(3, furniture_around)}",
            f"prose run before:{run_before}",
            f"prose run after:{run_after}",
        ]
        if 0 in counts[max(0, i - 12) : i] and 0 in counts[i + 1 : i + 13]:
            names.append("between dividers")
        if personal:
            names += [f"{name} as the page" for name in own[i] if name.startswith("we:")]
        rows.append(names)
        words_before += prose[i]
        furniture_before += bool(words_before) and furniture[i]
        long_before += long[i]
    return rows


def _neighbours(own: list[list[str]]) -> list[list[str]]:
    """Context of each line: forms, lists, runs of short lines, appeals, and features of adjacent lines."""
    n = len(own)
    forms = [_form(names) for names in own]
    between = [0 < i < n - 1 and forms[i - 1] in _PROSE and forms[i + 1] in _PROSE for i in range(n)]
    marks_between = sum(is_between and form == "mark" for is_between, form in zip(between, forms, strict=True))
    appeals = [
        sum(name.startswith(("says:appeal", "says:itself", "says:press", "we and you")) for name in names) for names in own
    ]
    lead: list[str] = []  # the last line that is not a list item
    rows = []
    for i in range(n):
        form = f"{forms[i]} after {forms[i - 1] if i else 'nothing'}"
        names = [form, f"{form} before {forms[i + 1] if i + 1 < n else 'nothing'}", *_run_of_marks(forms, i)]
        near = sum(appeals[max(0, i - 2) : i] + appeals[i + 1 : i + 3])
        names.append(f"appeals around:{_bucket(near, (0, 1, 3, 6))}")
        if between[i]:
            names.append(f"{forms[i]} between prose, marks so:{_bucket(marks_between, (0, 1, 3))}")
        if "bullet" not in own[i]:
            lead = own[i]
        elif "ends::" in lead:
            names.append("item of a list")
        for step, name in ((-1, "previous"), (1, "next")):
            if 0 <= i + step < n:
                copied = ("size:", "ends:", "says:")
                names += [f"{name} {feature}" for feature in own[i + step] if feature.startswith(copied)]
            else:
                names.append(f"{name} none")
        rows.append(names)
    return rows


def _run_of_marks(forms: list[str], i: int) -> list[str]:
    """The form before a run of short lines without a full stop, and the length of the run."""
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
    """Whether a line repeats an earlier one, is repeated later, or is contained in another one (a pull quote)."""
    page = f" {' | '.join(texts)} " if len(texts) <= _MAX_LINES else ""
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


def _names(lines: Sequence[Line], texts: list[str], counts: list[int], prose: list[int], author: str) -> list[list[str]]:
    """Whether a line names the author, or the outlet: a recurring name at the head of the page or after the ©."""
    first = next((i for i, n in enumerate(prose) if n), len(lines))
    bylines = [author] if author else [find_author(line.text) for line in lines[:first]]
    authors = [plain_words(name) for name in bylines if name]
    outlets = [texts[i] for i in range(min(5, first)) if 2 <= counts[i] <= 6]
    outlets += [match.group(1).strip() for text in texts[-15:] if (match := _OWNED.search(text))]
    page = " | ".join(texts)
    known_outlets = {name for name in outlets if len(name) > 5 and page.count(name) > 1}
    rows = []
    for text, n in zip(texts, counts, strict=True):
        size = "short" if n < _SHORT else "long"
        names = []
        if any(f" {name} " in f" {text} " for name in authors):
            names.append(f"names the author {size}")
        if any(name in text and name != text for name in known_outlets):
            names.append(f"names the outlet {size}")
        rows.append(names)
    return rows


def _bucket(value: float, bounds: Sequence[float]) -> str:
    return next((f"<={bound:g}" for bound in bounds if value <= bound), f">{bounds[-1]:g}")
