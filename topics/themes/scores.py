"""Paragraphs + codebook -> theme scores, assignments, evidence.

In five steps, each with its sources in its own file:

1. ``matching``: the words of a paragraph, and the keywords as people mean them.
2. ``vectors``: an encoder places sentences, descriptions and keywords in one space; how similar a
   paragraph is to a theme there is evidence for it. Without an encoder, words alone have to do.
3. ``model``: a seeded naive Bayes that the unlabelled corpus teaches. The evidence for a theme is
   how much likelier a paragraph's words are under the theme than under the corpus as a
   whole, and the similarity; the paragraphs before and after in the article, and those nearest in the
   vectors, inform it. Evidence is balanced within authors or outlets.
4. ``calibration``: evidence becomes a probability. Each theme is scored on its own, so a
   paragraph can have several or none. No label is needed: whether a theme's keywords
   stand where the other words suggest it tells how far to trust either. The keywords of the
   paragraph and of its neighbours are then weighed with it.
5. ``estimate`` puts these together. Coded paragraphs, where there are some, correct the scores (``gold``), and codes
   of other coders, such as a language model, are weighed by their agreement and added (``coders``).
   Here, what is assigned becomes a table, with the sentence that supports it.

``benchmarks/themes.py`` compares with other methods, first on corpora that had no part in any choice;
``benchmarks/combination.py`` learns the weights of step 4.
"""

import html
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from threadpoolctl import threadpool_limits

from topics import tables
from topics.codebook import Codebook
from topics.format import count
from topics.reading import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.text import Lsa, Pretrained
from topics.themes.calibration import COHERENT, SMALL_SAMPLE, Fitness
from topics.themes.coders import coder_evidence
from topics.themes.encoding import choose_encoder, encode_themes
from topics.themes.estimate import Counts, FittedModel, Scored, fit_model
from topics.themes.gold import f1_thresholds, logits_of, teach
from topics.themes.matching import Forms, KeywordMatch, Matchers, Seeds, read_sentences, written

Codes = Sequence[Mapping[str, frozenset[str]]]
"""What people coded, one mapping per coder: paragraph id -> its themes."""
Coders = Mapping[str, Mapping[str, Mapping[str, float]]]
"""What other coders gave, by the name of the coder: paragraph id -> theme -> score, 0…1; a theme that is missing has 0."""


@dataclass(frozen=True)
class CoderAgreement:
    """How far another coder agrees with people, or, where nobody coded, with the model."""

    name: str
    paragraphs: int
    """Coded by this coder, in this corpus."""
    sensitivity: float
    """Mean over themes: how often the coder gives a theme to paragraphs that have it."""
    specificity: float
    """Mean over themes: how often the coder does not give a theme to paragraphs without it."""
    by_chance: bool
    """Whether the coder agrees no better than chance; such codes are not used."""


@dataclass(frozen=True, repr=False)
class Themes:
    """Scores, assignments and evidence of every paragraph for every theme."""

    table: pd.DataFrame
    """Long, in the columns of ``themes.csv``."""
    learned: dict[str, list[str]]
    """By theme, the words with most evidence for it on this corpus, at most 20."""
    fitness: Fitness
    """How well the codebook fits the corpus."""
    coded: int = 0
    """Paragraphs whose codes calibrated the scores."""
    thresholds: tuple[float, ...] = ()
    """The score from which each theme is assigned, in the order of the codebook."""
    coders: tuple[CoderAgreement, ...] = ()
    """Agreement of each other coder."""
    without_codes: pd.DataFrame = field(default_factory=lambda: tables.empty("scores_without_codes"))
    """``scores_without_codes.csv``: the scores that no gold code taught; empty where none taught any."""
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        n = self.table["paragraph_id"].nunique()
        return (
            f"Themes: {count(n, 'paragraph')}, {count(len(self.learned), 'theme')}, {self.unassigned_share:.0%} unassigned"
        )

    def _repr_html_(self) -> str:
        assigned = self.table[self.table["assigned"]].groupby("theme").size()
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{assigned.get(name, 0)}</td>"
            f'<td style="text-align:left">{html.escape(", ".join(self.words(name)))}</td></tr>'
            for name in self.learned
        )
        head = "<tr><th>theme</th><th>paragraphs</th><th>words with most evidence</th></tr>"
        return f"<p><b>{html.escape(repr(self))}</b></p><table>{head}{rows}</table>"

    @property
    def unassigned_share(self) -> float:
        """Share of paragraphs without any theme."""
        return 1.0 - float(self.table.groupby("paragraph_id")["assigned"].any().mean())

    @property
    def primary(self) -> pd.Series:
        """The primary theme by paragraph id, ``unassigned`` where there is none."""
        primary = self.table.loc[self.table["primary"]].set_index("paragraph_id")["theme"]
        return primary.reindex(sorted(self.table["paragraph_id"].unique()), fill_value=UNASSIGNED)

    def words(self, theme: str, n: int = 10) -> list[str]:
        """The ``n`` words with most evidence for ``theme`` on this corpus."""
        return self.learned[theme][:n]


@dataclass(frozen=True, repr=False)
class FittedThemes:
    """A codebook fitted to a corpus: what its scores and its audit (:func:`topics.themes.audit.audit_fitted`) share."""

    corpus: Corpus
    codebook: Codebook
    settings: Settings
    matcher: Matchers
    counts: Counts
    spans: list[Sequence[tuple[int, int]]]
    """Of the sentences of each paragraph."""
    forms: Forms
    """How the corpus writes each term."""
    matches: tuple[tuple[KeywordMatch, ...], ...]
    """Where keywords stand in each paragraph, with offsets in its text."""
    seeds: Seeds
    model: FittedModel
    space: Pretrained | Lsa
    """What encoded sentences and keywords; latent semantic analysis of the words, where these are alone."""
    encoder_note: str = ""

    @property
    def encoder(self) -> Pretrained | None:
        """What encoded sentences and keywords; None for words alone."""
        return None if isinstance(self.space, Lsa) else self.space

    def __repr__(self) -> str:
        return f"FittedThemes: {self.codebook!r} on {self.corpus!r}"

    def score(self, codes: Codes = (), coders: Coders | None = None) -> Themes:
        """Score every paragraph against every theme of the codebook; see :func:`score_themes`."""
        coders = coders or {}
        rows, marks = self._coded(codes)
        scored = self.model.label_free
        thresholds = np.full(len(self.codebook.names), self.settings.themes.threshold)
        agreements: tuple[CoderAgreement, ...] = ()
        without_codes = tables.empty("scores_without_codes")
        if len(rows):
            # by these, the codes can tell the model's error, which they could not by scores that they have taught
            untaught = self._corrected(scored, *self._coded(()), coders)[0] if coders else scored
            without_codes = tables.check(self._long(score=untaught.scores.ravel()), "scores_without_codes")
        if len(rows) or coders:
            scored, thresholds, agreements = self._corrected(scored, rows, marks, coders)
        table = self._table(scored)
        notes = (*self.notes({key for coder in codes for key in coder}), *self._coder_notes(coders, agreements))
        return Themes(
            table,
            self._learned_words(),
            self.model.fitness,
            len(rows),
            tuple(thresholds.tolist()),
            agreements,
            without_codes,
            notes,
        )

    def _corrected(
        self, scored: Scored, rows: np.ndarray, marks: np.ndarray, coders: Coders
    ) -> tuple[Scored, np.ndarray, tuple[CoderAgreement, ...]]:
        """The scores with codes, the threshold of each theme, and the agreement of each other coder."""
        # the neighbours by words alone would say nothing that the words have not said
        vectors = None if self.encoder is None else self.model.vectors.paragraphs
        before = logits_of(scored.scores)
        taught = teach(before, vectors, rows, marks)
        gold = np.full(before.shape, np.nan)
        if len(rows):
            gold[rows] = marks
        # each coder is compared with what is known without any: their order changes nothing
        found = {name: coder_evidence(self._marks(coder), taught, gold) for name, coder in coders.items()}
        evidence = np.sum([one.evidence for one in found.values()], axis=0) if found else np.zeros_like(before)
        scores = expit(taught + evidence).round(tables.DECIMALS)
        threshold = self.settings.themes.threshold
        thresholds = f1_thresholds(scores, threshold) if len(rows) else np.full(scores.shape[1], threshold)
        # what speaks for a theme is a sentence of the paragraph, similar coded paragraphs, or another coder
        supported = (scored.best >= 0) | (evidence > 0)
        if vectors is not None:
            supported |= taught > before
        agreements = tuple(
            CoderAgreement(
                name,
                len(set(coders[name]) & set(self.corpus.paragraphs["paragraph_id"])),
                float(one.sensitivity.mean()),
                float(one.specificity.mean()),
                one.by_chance,
            )
            for name, one in found.items()
        )
        return Scored(scores, (scores >= thresholds) & supported, scored.best), thresholds, agreements

    def _marks(self, coder: Mapping[str, Mapping[str, float]]) -> np.ndarray:
        """What a coder gave, paragraphs × themes; NaN where the coder did not see the paragraph."""
        names, unseen = self.codebook.names, [np.nan] * len(self.codebook.names)
        keys = self.corpus.paragraphs["paragraph_id"]
        return np.array([[coder[key].get(name, 0.0) for name in names] if key in coder else unseen for key in keys])

    def _coder_notes(self, coders: Coders, agreements: Sequence[CoderAgreement]) -> list[str]:
        known = set(self.corpus.paragraphs["paragraph_id"])
        notes = []
        for one in agreements:
            if foreign := sorted(set(coders[one.name]) - known):
                notes.append(
                    f"{one.name}: {len(foreign)} of {len(coders[one.name])} paragraphs are not in this corpus and were not"
                    f" used ({_listed(foreign)})"
                )
            if one.by_chance and one.paragraphs:
                notes.append(
                    f"{one.name}: agrees no better than chance with the gold codes or the model on"
                    f" {one.paragraphs} paragraphs; its codes were not used"
                )
        return notes

    def _coded(self, codes: Codes) -> tuple[np.ndarray, np.ndarray]:
        """Row of each coded paragraph, and the share of its coders that gave it each theme: coded × themes."""
        rows, marks = [], []
        for row, key in enumerate(self.corpus.paragraphs["paragraph_id"]):
            opinions = [coder[key] for coder in codes if key in coder]
            if opinions:
                rows.append(row)
                marks.append([sum(name in themes for themes in opinions) / len(opinions) for name in self.codebook.names])
        return np.array(rows, dtype=int), np.array(marks)

    def _table(self, scored: Scored) -> pd.DataFrame:
        scores, assigned = scored.scores, scored.assigned
        paragraphs = self.corpus.paragraphs
        n, k = scores.shape
        # of the assigned themes, the one with the highest score; of equals, the first in the codebook
        primary = np.zeros_like(assigned)
        primary[np.arange(n), np.where(assigned, scores, -1.0).argmax(axis=1)] = assigned.any(axis=1)
        sentences = [span for own in self.spans for span in own]
        texts = np.repeat(paragraphs["text"].to_numpy(), k)
        # a theme that codes assign has the whole paragraph as evidence where no sentence stands out
        evidence = [
            sentences[row] if row >= 0 else (0, len(text)) if is_assigned else (0, 0)
            for row, text, is_assigned in zip(scored.best.ravel(), texts, assigned.ravel(), strict=True)
        ]
        frame = self._long(
            score=scores.ravel(),
            assigned=assigned.ravel(),
            primary=primary.ravel(),
            evidence=[text[start:end] for text, (start, end) in zip(texts, evidence, strict=True)],
            evidence_start=[start for start, _ in evidence],
            evidence_end=[end for _, end in evidence],
        )
        return tables.check(frame, "themes")

    def _long(self, **columns: Any) -> pd.DataFrame:
        """A row for every paragraph and theme."""
        keys, names = self.corpus.paragraphs["paragraph_id"].to_numpy(), self.codebook.names
        themes = np.tile(np.array(names, dtype=object), len(keys))
        return pd.DataFrame({"paragraph_id": np.repeat(keys, len(names)), "theme": themes, **columns})

    def _learned_words(self) -> dict[str, list[str]]:
        terms = list(self.counts.columns)
        totals = np.asarray(self.counts.paragraphs.sum(axis=0)).ravel()
        # a word of one paragraph may have a great weight, but tells a reader little
        evidence = self.model.naive_bayes.weights * np.log1p(totals)
        return {
            name: [written(terms[i], self.forms) for i in np.argsort(-row, kind="stable")[:20] if row[i] > 0]
            for name, row in zip(self.codebook.names, evidence, strict=True)
        }

    def notes(self, coded: Set[str] = frozenset()) -> tuple[str, ...]:
        """What a reader of the scores must know; ``coded``: the ids of coded paragraphs."""
        n, themes, anchors, fitness = len(self.spans), self.codebook.themes, self.seeds.anchors, self.model.fitness
        notes = [*self.matcher.notes, *filter(None, [self.encoder_note])]
        if foreign := sorted(coded - set(self.corpus.paragraphs["paragraph_id"])):
            notes.append(
                f"{len(foreign)} of {len(coded)} coded paragraphs are not in this corpus and were not used for calibration"
                f" ({_listed(foreign)}); was the sheet drawn from another run?"
            )
        if silent := [theme.label for theme, columns in zip(themes, anchors, strict=True) if not columns]:
            notes.append(
                f"no word of the codebook occurs for: {', '.join(silent)}; these themes cannot be detected in this corpus"
            )
        if n < SMALL_SAMPLE:
            notes.append(
                f"only {n} paragraph{'s' if n > 1 else ''}: theme scores depend on the codebook alone, and whether it fits"
                " the corpus cannot be determined"
            )
        elif fitness.trust < 1:
            notes.append(
                f"{describe_misfit(fitness)}: the codebook fits this corpus poorly; scores were reduced (weight"
                f" {fitness.trust:.2f}); see `topics audit`"
            )
        return tuple(notes)


def _listed(keys: Sequence[str], n: int = 3) -> str:
    """The first ``n`` keys."""
    return ", ".join(keys[:n]) + (", …" if len(keys) > n else "")


def describe_misfit(fitness: Fitness) -> str:
    """In which way a codebook fits its corpus poorly."""
    if fitness.coherence is not None and fitness.coherence < COHERENT[1]:
        return "keywords of the same theme mean no more alike than keywords of different themes"
    if fitness.cohesion is None:
        return "hardly any paragraph has a keyword near another of the same theme"
    return (
        f"keywords of the same theme occur near each other {fitness.cohesion:.1f} times as often as expected by chance, and"
        " seldom"
    )


def fit_themes(
    corpus: Corpus,
    codebook: Codebook,
    settings: Settings | None = None,
    progress: Callable[[float], None] | None = None,
) -> FittedThemes:
    """Count the words and keywords of a corpus, encode its sentences, and fit the themes of the codebook.

    ``progress`` is called with the completed share, 0…1, while the encoder works.
    """
    settings = settings or Settings()
    paragraphs = corpus.paragraphs
    matcher = Matchers(codebook, corpus.tokens)
    codebook = codebook.for_language(corpus.language, *sorted(set(corpus.languages) - {corpus.language}))
    forms: Forms = defaultdict(Counter)
    spans, terms, matches = read_sentences(matcher, corpus.tokens.own, forms)
    articles, positions = paragraphs["article_id"].to_numpy(), paragraphs["position"].to_numpy()
    counts = Counts.of(terms, articles, positions, _groups(corpus, settings))
    seeds = matcher.seeds(counts.columns)
    encoder, note = choose_encoder(corpus, settings)
    # on one thread, for the order of summation changes the last digits
    with threadpool_limits(limits=1):
        space = encoder or Lsa.fit(corpus.tokens)
        vectors = encode_themes(corpus, codebook, space, spans, matches, progress)
        model = fit_model(counts, seeds, vectors, settings.themes)
    return FittedThemes(corpus, codebook, settings, matcher, counts, spans, forms, tuple(matches), seeds, model, space, note)


def _groups(corpus: Corpus, settings: Settings) -> np.ndarray:
    """The author of each paragraph's article; or its outlet, or what the study compares; "" where that is not known.

    The first that tells groups of several articles apart, and is known for most.
    """
    articles = corpus.articles.set_index("article_id")
    for column in ("author", "outlet", *settings.groups.by):
        if column not in articles:
            continue
        named = articles[column].fillna("").astype(str)
        names = named[named != ""]
        if len(names) > len(named) / 2 and 2 <= names.nunique() <= len(names) / 2:
            return corpus.paragraphs["article_id"].map(named).to_numpy(dtype=str)
    return np.full(len(corpus.paragraphs), "")


def score_themes(
    corpus: Corpus,
    codebook: Codebook,
    settings: Settings | None = None,
    codes: Codes = (),
    coders: Coders | None = None,
) -> Themes:
    """Score every paragraph against every theme of the codebook.

    Parameters
    ----------
    corpus
        Paragraphs as :func:`topics.reading.split` makes them.
    codebook
        The themes.
    settings
        The section ``themes``.
    codes
        What people coded, one mapping per coder: paragraph id -> its themes (:mod:`topics.coding.sheets`).
        They calibrate the scores, and those of similar paragraphs, and set the threshold of each theme
        (:mod:`topics.themes.gold`).
    coders
        Codes of other coders, by their names, which count as far as they agree (:mod:`topics.themes.coders`).

    Returns
    -------
    Themes
        ``score`` is a probability in 0…1; a theme is ``assigned`` where it
        reaches the threshold; ``primary`` is the assigned theme with the highest
        score. Evidence is the sentence that speaks most for the theme; a theme
        for which the paragraph itself has none is not assigned, unless codes of similar paragraphs or of another
        coder speak for it: then it is the whole paragraph.
    """
    return fit_themes(corpus, codebook, settings).score(codes, coders)
