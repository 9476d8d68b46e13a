"""The themes of a codebook as a classifier of scikit-learn: ``ThemeModel(codebook).fit(texts).predict_proba(texts)``.

Each text is one paragraph, taken as it is: nothing is cleaned, split or left out, as :func:`topics.run` does with pages.
"""

import warnings
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from topics import tables
from topics.codebook import Codebook, as_codebook
from topics.errors import InputError, TopicsWarning
from topics.reading import Corpus
from topics.settings import Settings, ThemeSettings
from topics.tables import UNASSIGNED
from topics.text import count_words, detect_language, tokenise_all
from topics.themes.estimate import Scored
from topics.themes.others import Scorer
from topics.themes.scores import fit_themes

_USUAL = ThemeSettings()


class ThemeModel(ClassifierMixin, BaseEstimator):
    """A multilabel classifier of scikit-learn for the themes of a codebook, which needs no labels.

    It learns from the codebook and from the texts themselves, as :func:`topics.run` does (the steps are in
    :mod:`topics.themes.scores`): a text can have several themes, or none. Nothing in it is random.

    Parameters
    ----------
    codebook : dict, Codebook, Path or str
        Keywords by theme, ``{"energy": ["gas", "oil"]}`` (:meth:`topics.Codebook.from_dict`); a :class:`topics.Codebook`;
        or the path of ``codebook.toml`` or of a dictionary of another tool.
    threshold : float
        A theme is predicted if its score is at least this. With codes, each theme has its own threshold, moved by as much
        as this one is moved from its default.
    language : str
        ISO 639-1 code of the texts' language; ``auto``: that of most of them.
    encoder : str
        Vectors of sentences and keywords: ``auto``, the bundled encoder where it is installed and knows the language;
        ``none``, words alone; or a model as in the setting ``themes.encoder``.
    neighbours : float
        Weight of the text before and after in the same group.
    nearest : float
        Weight of the nearest texts by the vectors of the encoder.
    rounds : int
        Rounds of expectation-maximisation; 0: 3, or 10 from 1,000 texts.

    Attributes
    ----------
    classes_ : ndarray of shape (n_themes,)
        The names of the themes: the columns of what is predicted.
    codebook_ : Codebook
        The themes that were fitted, with the keywords of the texts' language.
    language_ : str
        The language of the texts.
    thresholds_ : ndarray of shape (n_themes,)
        The score from which each theme is predicted.
    notes_ : tuple of str
        What a reader of the scores must know, such as that there were few texts. ``fit`` warns of each
        (:class:`topics.TopicsWarning`).

    Notes
    -----
    Scores are calibrated probabilities, those of :func:`topics.run` on the same paragraphs (``reading.unit = "paragraph"``
    with a column ``article_id`` in place of ``groups``). Texts that the model was fitted to keep the score that they had
    there; others are scored by what the fit has taught, without changing it. Scores of themes do not sum to 1.

    Examples
    --------
    >>> from itertools import permutations
    >>> themes = {"bread": ["dough", "oven", "flour", "yeast", "loaf"], "boats": ["sail", "hull", "mast", "keel", "crew"]}
    >>> texts = [f"The {a}, the {b} and the {c}." for words in themes.values() for a, b, c in permutations(words, 3)]
    >>> model = topics.ThemeModel(themes).fit(texts)
    >>> model.predict(["The crew set sail.", "Flour and yeast.", "The crew eats a loaf below the mast."])
    array([[0, 1],
           [1, 0],
           [1, 1]])
    >>> model.classes_
    array(['bread', 'boats'], dtype=object)
    """

    def __init__(
        self,
        codebook: Codebook | Mapping[str, Any] | Path | str,
        *,
        threshold: float = _USUAL.threshold,
        language: str = "auto",
        encoder: str = _USUAL.encoder,
        neighbours: float = _USUAL.neighbours,
        nearest: float = _USUAL.nearest,
        rounds: int = _USUAL.rounds,
    ) -> None:
        self.codebook = codebook
        self.threshold = threshold
        self.language = language
        self.encoder = encoder
        self.neighbours = neighbours
        self.nearest = nearest
        self.rounds = rounds

    def fit(self, X: Any, y: Any = None, groups: Any = None) -> Self:
        """Learn from texts, and from the codes of some of them.

        Parameters
        ----------
        X : list, Series, array or column of str
            The texts.
        y : optional
            What people coded. An indicator matrix (texts × themes in the order of the codebook, or a DataFrame with a column
            for each theme) of 0 and 1, or of the share of the coders who gave the theme; a row of NaN is not coded. Or a
            list with the themes of each text, as a set, a list or one name; None is not coded. As few as 50 codes, drawn at
            random, correct the scores of all texts.
        groups : optional
            The article of each text. Texts of an article are its paragraphs in this order, and inform their neighbours.
            By default each text is an article of its own.

        Raises
        ------
        InputError
            If texts are missing or not str, a length is wrong, or the codebook, a code or a setting cannot be used; before
            any work begins.
        """
        texts = _texts(X)
        articles, positions = _articles(groups, len(texts))
        codebook, settings = as_codebook(self.codebook), self._settings()
        rows, marks = _codes(y, codebook, len(texts))
        language = settings.language if settings.language != "auto" else _language(texts, articles)
        fitted = fit_themes(_corpus(texts, articles, positions, language), codebook, settings)
        self._scorer = Scorer.of(fitted, rows, marks)
        self._articles: dict[tuple[str, ...], list[int]] = {}
        for own in _rows_by_article(articles):
            self._articles.setdefault(tuple(texts[row] for row in own), own)
        self.codebook_ = fitted.codebook
        self.classes_ = np.array(fitted.codebook.names, dtype=object)
        self.language_ = language
        self.thresholds_ = self._scorer.thresholds
        self.notes_ = (*fitted.codebook.notes, *fitted.notes())
        for note in self.notes_:
            warnings.warn(note, TopicsWarning, stacklevel=2)
        return self

    def predict_proba(self, X: Any, groups: Any = None) -> np.ndarray:
        """The score of each theme for each text.

        Parameters
        ----------
        X, groups
            As in :meth:`fit`.

        Returns
        -------
        ndarray of shape (n_texts, n_themes)
            Calibrated probabilities, 0…1, each theme by itself; columns as in ``classes_``.
        """
        return self._score(X, groups).scores

    def predict(self, X: Any, groups: Any = None) -> np.ndarray:
        """The themes of each text.

        Parameters
        ----------
        X, groups
            As in :meth:`fit`.

        Returns
        -------
        ndarray of int, of shape (n_texts, n_themes)
            1 where the score reaches the threshold of the theme, and the text itself supports it; columns as in
            ``classes_``.
        """
        return self._score(X, groups).assigned.astype(int)

    def fit_predict(self, X: Any, y: Any = None, groups: Any = None) -> np.ndarray:
        """Fit, and return the themes of the same texts; see :meth:`fit` and :meth:`predict`."""
        return self.fit(X, y, groups).predict(X, groups)

    def score(self, X: Any, y: Any, groups: Any = None) -> float:
        """The share of the coded texts whose themes are all predicted, and no other (subset accuracy, as in scikit-learn).

        Parameters
        ----------
        X, y, groups
            As in :meth:`fit`.
        """
        check_is_fitted(self)
        rows, marks = _codes(y, self.codebook_, len(_texts(X)))
        if not len(rows):
            raise InputError("no text is coded in y; expected the themes of at least one")
        return float((self.predict(X, groups)[rows] == (marks >= 0.5)).all(axis=1).mean())

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array, tags.input_tags.two_d_array, tags.input_tags.string = True, False, True
        tags.target_tags.required = False
        tags.target_tags.two_d_labels = True
        tags.classifier_tags.multi_label, tags.classifier_tags.multi_class = True, False
        return tags

    def _settings(self) -> Settings:
        given = {name: getattr(self, name) for name in ("threshold", "encoder", "neighbours", "nearest", "rounds")}
        plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
        return Settings(language=self.language, themes=ThemeSettings(**plain))

    def _score(self, X: Any, groups: Any) -> Scored:
        check_is_fitted(self)
        texts = _texts(X)
        articles, positions = _articles(groups, len(texts))
        shape = len(texts), len(self.classes_)
        scored = Scored(np.zeros(shape), np.zeros(shape, dtype=bool), np.full(shape, -1))
        new: list[int] = []
        for rows in _rows_by_article(articles):
            known = self._articles.get(tuple(texts[row] for row in rows))
            if known is None:
                new += rows
            else:
                scored.scores[rows], scored.assigned[rows] = (
                    values[known] for values in (self._scorer.own.scores, self._scorer.own.assigned)
                )
        if new:
            new.sort()
            tokens = tokenise_all([texts[row] for row in new], self.language_)
            found = self._scorer.score(tokens, articles[new], positions[new])
            scored.scores[new], scored.assigned[new] = found.scores, found.assigned
        return scored


def _texts(X: Any) -> list[str]:
    """The texts of a list, Series, array or DataFrame of one column."""
    if isinstance(X, str | bytes | Mapping) or not isinstance(X, Iterable):
        kind = "one string" if isinstance(X, str) else type(X).__name__
        raise InputError(f"X is {kind}; expected a list, Series or array of texts (str)")
    table = pd.DataFrame(X) if isinstance(X, pd.DataFrame | np.ndarray) and X.ndim > 1 else None
    if table is not None and table.shape[1] != 1:
        raise InputError(f"X has {table.shape[1]} columns; expected one column of texts, as in X['text']")
    texts = list(X if table is None else table.iloc[:, 0])
    if not texts:
        raise InputError("X has no texts; expected at least one")
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            found = "missing" if _is_missing(text) else f"{type(text).__name__}, {str(text)[:40]!r}"
            raise InputError(f"X: text {number} (counted from 0) is {found}; expected str; leave out what is no text")
        if not _is_encodable(text):
            raise InputError(
                f"X: text {number} (counted from 0) has half a surrogate pair; expected text that UTF-8 can hold"
            )
    return [str(text) for text in texts]  # not of a subclass, such as that of numpy


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _articles(groups: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The number of each text's article, in the order of first appearance, and its place there, from 1."""
    if groups is None:
        return np.arange(n), np.ones(n, dtype=int)
    if isinstance(groups, str | Mapping) or not isinstance(groups, Iterable):
        raise InputError(f"groups is {type(groups).__name__}; expected the article of each of {n} texts, as a list")
    named = list(groups)
    if len(named) != n:
        raise InputError(f"{len(named)} groups for {n} texts; expected the article of each text")
    numbers: dict[Hashable, int] = {}
    places: Counter[Hashable] = Counter()
    articles, positions = np.empty(n, dtype=int), np.empty(n, dtype=int)
    for row, name in enumerate(named):
        if not isinstance(name, Hashable) or _is_missing(name):
            found = "missing" if isinstance(name, Hashable) else type(name).__name__
            raise InputError(f"groups: item {row} (counted from 0) is {found}; expected the name or number of an article")
        places[name] += 1
        articles[row], positions[row] = numbers.setdefault(name, len(numbers)), places[name]
    return articles, positions


def _rows_by_article(articles: np.ndarray) -> Iterator[list[int]]:
    """The rows of each article, in order."""
    rows: dict[int, list[int]] = {}
    for row, article in enumerate(articles.tolist()):
        rows.setdefault(article, []).append(row)
    yield from rows.values()


def _language(texts: Sequence[str], articles: np.ndarray) -> str:
    """The language of most words, each article being in one."""
    counts: Counter[str] = Counter()
    for rows in _rows_by_article(articles):
        own = [texts[row] for row in rows]
        counts[detect_language("\n\n".join(own))] += sum(map(count_words, own))
    del counts[""]
    return min(counts, key=lambda name: (-counts[name], name), default="en")


def _corpus(texts: Sequence[str], articles: np.ndarray, positions: np.ndarray, language: str) -> Corpus:
    """The texts as a corpus, whose paragraphs keep their order."""
    ids = np.array([f"{number:07d}" for number in range(len(texts))], dtype=object)
    paragraphs = pd.DataFrame({"paragraph_id": ids, "article_id": ids[articles], "position": positions, "text": texts})
    known = pd.DataFrame({"article_id": ids[np.unique(articles)], "author": "", "outlet": ""})
    return Corpus(known, paragraphs, tables.empty("dropped"), language=language)


def _codes(y: Any, codebook: Codebook, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows that are coded, and for each the share of the coders who gave each theme: coded × themes."""
    names = codebook.names
    if y is None:
        return np.arange(0), np.zeros((0, len(names)))
    if isinstance(y, str | Mapping) or not isinstance(y, Iterable):
        raise InputError(f"y is {type(y).__name__}; expected the codes of each of {n} texts: {_EXPECTED_CODES}")
    if isinstance(y, pd.DataFrame):
        if sorted(map(str, y.columns)) != sorted(names):
            raise InputError(f"y has columns {list(y.columns)}; expected one for each theme: {', '.join(names)}")
        y = y[names].to_numpy()
    coded = list(y.toarray() if issparse(y) else y)
    if len(coded) != n:
        raise InputError(f"y has {len(coded)} rows for {n} texts; expected the codes of each text, None where not coded")
    theme_of = {theme.label.casefold(): theme.name for theme in codebook.themes}
    theme_of |= {theme.name.casefold(): theme.name for theme in codebook.themes} | {UNASSIGNED: UNASSIGNED}
    found = {}
    for row, code in enumerate(coded):
        mark = _mark(code, f"y: row {row} (counted from 0)", names, theme_of)
        if mark is not None:
            found[row] = mark
    return np.array(list(found), dtype=int), np.array(list(found.values())).reshape(-1, len(names))


_EXPECTED_CODES = "0 or 1 for each theme, or a list of themes; a row of NaN, or None, where not coded"


def _mark(code: Any, where: str, names: Sequence[str], theme_of: Mapping[str, str]) -> list[float] | None:
    """The mark of each theme in one code; None where the text is not coded."""
    if _is_missing(code):
        return None
    if isinstance(code, bytes | Mapping) or not isinstance(code, Iterable):
        raise InputError(f"{where} is {code!r}; expected {_EXPECTED_CODES}")
    given = [code] if isinstance(code, str) else list(code)
    if given and not any(isinstance(item, str) for item in given):
        return _numbers(given, where, names)
    themes = set()
    for item in given:
        theme = theme_of.get(item.strip().casefold()) if isinstance(item, str) else None
        if theme is None:
            raise InputError(f"{where} has the theme {item!r}; expected some of {', '.join(names)}")
        themes.add(theme)
    return [float(name in themes) for name in names]


def _numbers(given: Sequence[Any], where: str, names: Sequence[str]) -> list[float] | None:
    """The marks in a row of an indicator matrix."""
    if len(given) != len(names):
        raise InputError(f"{where} has {len(given)} values; expected one for each of {len(names)} themes")
    missing = [_is_missing(item) for item in given]
    if all(missing):
        return None
    try:
        marks = [float(item) for item in given]
    except (TypeError, ValueError):
        marks = []
    if not marks or not all(0 <= mark <= 1 for mark in marks):
        raise InputError(f"{where} is {given}; expected {_EXPECTED_CODES}")
    return marks
