"""How far each keyword reaches: where it stands, in which forms, and whether that is what it means.

A keyword is *broad* if it is an everyday word of the language that stands in many paragraphs, and not much more often
than in any text: *people*, *time*, *who*. A word that is rare elsewhere may stand in most paragraphs of a corpus on
one subject. It is *strange* if what stands there is mostly another word: *para* (for) under *paro* (unemployment),
or *gasp*, *gastronomy* and *gaslight* under ``gas*``.

How common a word is in general, and which words are forms of one: :mod:`topics.text.lexicon`. A word that its
dictionary lacks is taken for a form of the keyword.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from topics.codebook import pattern
from topics.text import is_unspaced, load_lexicon, stop_words
from topics.themes.calibration import SMALL_SAMPLE
from topics.themes.scores import FittedThemes

EVERYDAY = 9e-4
"""From this share of all words of a language, the inflections that occur together, a word is an everyday one."""
MIN_SHARE, MAX_LIFT = 0.03, 8.0
"""Broad is an everyday word in at least this share of the paragraphs, and at most so many times the share expected.
Chosen on nine corpora: of 954 keywords that occur there, two are broad."""
MOST_PARAGRAPHS = 2 / 3
"""Broad is any word in this share of the paragraphs, where the language has no list of frequencies."""
MIN_OCCURRENCES = 3
"""Fewer say nothing of what a keyword reaches."""
MIN_ALIKE, MIN_SHARED = 5, 6
"""Lemmas are of one family if one, of so many letters, begins the other, or if they begin with so many shared letters."""
_MORPHEMES = {"ko"}
"""Languages whose frequencies are those of morphemes, not of words."""


@dataclass(frozen=True)
class Reach:
    """Where one keyword of one theme stands."""

    rows: list[int] = field(default_factory=list)
    """The paragraph of each place, ascending."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Start and end of each place in the text of its paragraph."""
    forms: Counter[str] = field(default_factory=Counter)
    """How it is written there, and how often."""

    @property
    def paragraphs(self) -> np.ndarray:
        """The rows of the paragraphs that hold it."""
        return np.unique(np.array(self.rows, dtype=int))


def keyword_reach(fitted: FittedThemes) -> dict[tuple[int, str], Reach]:
    """Where each keyword of each theme stands; nothing for one that never occurs."""
    reach: dict[tuple[int, str], Reach] = {}
    for row, (tokens, matches) in enumerate(zip(fitted.corpus.tokens, fitted.matches, strict=True)):
        for theme, keyword, start, end in matches:
            found = reach.setdefault((theme, keyword), Reach())
            found.rows.append(row)
            found.spans.append((start, end))
            found.forms[shown_form(tokens.text[start:end], keyword)] += 1
    return reach


def shown_form(form: str, keyword: str) -> str:
    """A form as tables show it: lower-cased, unless the keyword is in capitals; white space as single blanks."""
    form = " ".join(form.split())
    return form if is_capitals(keyword) else form.lower()


def is_capitals(text: str) -> bool:
    """Whether a keyword or form is written in capitals, as an acronym."""
    return text.isupper() and sum(character.isalpha() for character in text) > 1


def is_broad(reach: Reach, keyword: str, lengths: np.ndarray, language: str) -> bool:
    """Whether a keyword stands in so many paragraphs, as an everyday word does, that it can hardly mean one theme.

    ``lengths``: words of each paragraph of the corpus.
    """
    n, share = len(lengths), len(reach.paragraphs) / len(lengths)
    if n < SMALL_SAMPLE or sum(reach.forms.values()) < MIN_OCCURRENCES or share < MIN_SHARE:
        return False
    # an acronym in capitals is not the word that it spells
    words = Counter({form: times for form, times in reach.forms.items() if not is_capitals(form)})
    stop = stop_words(language)
    if 2 * sum(times for form, times in words.items() if form in stop) > reach.forms.total():
        return True
    frequency = general_frequency(words, language)
    if frequency is None:
        return share >= MOST_PARAGRAPHS and bool(words) and pattern(keyword) is None
    expected = float(np.mean(1 - (1 - min(frequency, 1.0)) ** lengths))
    return frequency >= EVERYDAY and share <= MAX_LIFT * expected


def general_frequency(forms: Iterable[str], language: str) -> float | None:
    """Share of the words of a language that are one of the forms; None if there is no list for it.

    A phrase is at most as frequent as its rarest word.
    """
    words = load_lexicon(language)
    if not words.frequencies or language in _MORPHEMES:
        return None
    # the rarest word of each form, and each such word once: "company", "company's"
    rarest = {min(parts, key=words.frequency) for form in forms if (parts := _parts(form.lower()))}
    return sum(map(words.frequency, rarest))


def is_strange(reach: Reach, keyword: str, language: str) -> bool:
    """Whether the forms of a keyword are mostly other words than the keyword."""
    if reach.forms.total() < MIN_OCCURRENCES or not load_lexicon(language).has_dictionary:
        return False
    if pattern(keyword) is not None or "*" in keyword:
        families = word_families(reach.forms, keyword, language)
        largest = max(families) / sum(families)
        # many families, none of which dominates
        return (len(families) >= 3 and largest <= 0.4) or (len(families) >= 4 and largest <= 0.5)
    own = Counter({form: times for form, times in reach.forms.items() if is_form_of(form, keyword, language)})
    most = max(reach.forms.values())
    return 2 * own.total() < reach.forms.total() or max(own.values(), default=0) < most


def is_form_of(form: str, keyword: str, language: str) -> bool:
    """Whether the dictionary takes a form for an inflection of a keyword, or for a compound with it."""
    forms, words = _parts(form.lower()), _parts(keyword.lower())
    if len(forms) != len(words):  # "multi-polar", "multipolar"
        forms, words = ["".join(forms)], ["".join(words)]
    return all(_is_form_of(one, other, language) for one, other in zip(forms, words, strict=True))


def word_families(forms: Counter[str], keyword: str, language: str) -> list[int]:
    """How often each family of words stands among the forms of a wildcard or regular expression.

    Forms whose words a regular expression spells out were meant by whoever wrote it, and are one family.
    """
    regular = pattern(keyword) is not None
    spelt = _parts(re.sub(r"\\[a-zA-Z]", " ", keyword.lower())) if regular else []
    times: Counter[str] = Counter()
    words_known = load_lexicon(language)
    for form, number in forms.items():
        words = _parts(form.lower()) or [form.lower()]
        # "banks?" spells out "bank", too
        meant = all(any(word in (one, one[:-1]) for one in spelt) for word in words)
        # of a phrase, its first word
        times["" if meant else words_known.lemma(words[0]) or words[0]] += number
    families: list[int] = []
    head = last = ""
    # in alphabetical order, so that the words of a family follow each other, the shortest first
    for lemma, number in sorted(times.items()):
        prefixed = len(head) >= MIN_ALIKE and lemma.startswith(head)
        if families and (prefixed or (len(last) >= MIN_SHARED and lemma[:MIN_SHARED] == last[:MIN_SHARED])):
            families[-1] += number
        else:
            families.append(number)
            head = lemma
        last = lemma
    return families


def _is_form_of(form: str, word: str, language: str) -> bool:
    if form == word or not form or is_unspaced(form[0]):
        return True
    stop = stop_words(language)
    if form in stop and word not in stop:
        return False
    words = load_lexicon(language)
    if not (lemmas := words.lemmas(form)):
        return True
    own = {word, *words.lemmas(word)}
    # compounds: Energiepolitik
    return not own.isdisjoint({form, *lemmas}) or any(len(lemma) >= 4 and lemma in form for lemma in own)


def _parts(text: str) -> list[str]:
    """The words of a form without possessive endings; one in a script without spaces is whole."""
    return [re.sub(r"['’]s?$", "", part) or part for part in re.findall(r"[^\W_]+(?:['’][^\W_]+)*['’]?", text)]
