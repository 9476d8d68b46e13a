"""Paragraphs + codebook -> theme scores, assignments, evidence.

In four steps, each with its sources in its own file:

1. ``matching``: the words of a paragraph, and the keywords as people mean them.
2. ``model``: a seeded naive Bayes that the unlabelled corpus teaches. A paragraph speaks of
   a theme as far as its words are likelier under the theme than under the corpus as a
   whole; the paragraphs before and after in the article, and those nearest in the
   vectors, inform it.
3. ``calibration``: evidence becomes a probability. Each theme is scored on its own, so a
   paragraph can have several or none. No label is needed: whether a theme's keywords
   stand where the other words speak for it tells how far to trust either. Coded
   paragraphs, where there are some, correct what is left.
4. ``scoring``: what is assigned, and the sentence that speaks for it.

Chosen among tf-idf cosine, naive Bayes alone, self-trained ridge and logistic regression,
and label spreading, on BBC and AG News and parts of them, 20 Newsgroups, Reuters R8 and
R52, the sample study and two coded pages: 80 to 10,547 paragraphs, 4 to 20 themes.
``benchmarks/themes.py`` compares with the peers on those that are at hand.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from topics import tables
from topics.codebook import Codebook
from topics.reading import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.text import find_sentences
from topics.themes.calibration import SMALL, Fitness
from topics.themes.estimate import Counts, Scored, estimate
from topics.themes.matching import Matcher


@dataclass(frozen=True)
class Themes:
    """Scores, assignments and evidence of every paragraph for every theme."""

    table: pd.DataFrame
    """Long, in the columns of ``themes.csv``."""
    learned: pd.DataFrame
    """The words that speak most for each theme on this corpus: theme, word, weight."""
    fitness: Fitness
    """How well the codebook fits the corpus."""
    coded: int = 0
    """Paragraphs whose codes calibrated the scores."""
    notes: tuple[str, ...] = ()

    @property
    def unassigned_share(self) -> float:
        """Share of paragraphs without any theme."""
        return 1.0 - float(self.table.groupby("paragraph_id")["assigned"].any().mean())

    @property
    def primary(self) -> pd.Series:
        """The primary theme by paragraph id, ``unassigned`` where there is none."""
        chosen = self.table.loc[self.table["primary"]].set_index("paragraph_id")["theme"]
        return chosen.reindex(sorted(self.table["paragraph_id"].unique()), fill_value=UNASSIGNED)

    def words(self, theme: str, n: int = 10) -> list[str]:
        """The ``n`` words that speak most for ``theme`` on this corpus."""
        return self.learned.loc[self.learned["theme"] == theme, "word"].head(n).tolist()

    def _repr_html_(self) -> str:
        count = self.table[self.table["assigned"]].groupby("theme", sort=False).size()
        rows = "".join(f"<tr><td>{html.escape(str(k))}</td><td>{v}</td></tr>" for k, v in count.items())
        return (
            f"<p><b>Themes</b>: {self.table['paragraph_id'].nunique()} paragraphs,"
            f" {self.unassigned_share:.0%} without a theme</p>"
            f"<table><tr><th>theme</th><th>paragraphs</th></tr>{rows}</table>"
        )


def score(
    corpus: Corpus,
    codebook: Codebook,
    settings: Settings | None = None,
    vectors: np.ndarray | None = None,
    codes: Sequence[Mapping[str, frozenset[str]]] = (),
) -> Themes:
    """Score every paragraph against every theme of the codebook.

    Parameters
    ----------
    corpus
        Paragraphs as :func:`topics.reading.split` made them.
    codebook
        The themes.
    settings
        ``themes.threshold``, ``themes.rounds``, ``themes.neighbours`` and ``themes.nearest``.
    vectors
        One row per paragraph, of a pretrained model (:func:`topics.text.load_encoder`); without them, the
        nearest paragraphs have no say.
    codes
        What people say, one mapping per coder: paragraph id -> its themes (:mod:`topics.coding.sheets`).
        They calibrate the scores.

    Returns
    -------
    Themes
        ``score`` is a probability in 0…1; a theme is ``assigned`` where it
        reaches the threshold; ``primary`` is the assigned theme with the highest
        score. Evidence is the sentence whose deletion lowers the score most; a theme
        for which the paragraph itself has none is not assigned.
    """
    settings = settings or Settings()
    paragraphs = corpus.paragraphs
    matcher = Matcher(codebook, corpus.language)
    spans, counts, columns = count(corpus, matcher)
    seeds = matcher.seeds(columns)
    coded = _coded(paragraphs["paragraph_id"], codebook, codes)
    scored = estimate(counts, seeds, settings.themes, vectors, coded)
    table = _table(paragraphs, codebook, scored, spans)
    return Themes(
        table=table,
        learned=_learned(scored.weights, columns, counts.paragraphs, codebook, matcher),
        fitness=scored.fitness,
        coded=len(coded[0]),
        notes=_notes(table, codebook, counts, seeds.anchors, scored.fitness, [key for each in codes for key in each]),
    )


def count(corpus: Corpus, matcher: Matcher) -> tuple[list[list[tuple[int, int]]], Counts, dict[str, int]]:
    """Spans of the sentences of every paragraph, their counted terms, and the column of each term."""
    texts = corpus.paragraphs["text"].tolist()
    spans = [find_sentences(text, corpus.language) or [(0, len(text))] for text in texts]
    terms = [[matcher.terms(text[a:b]) for a, b in found] for text, found in zip(texts, spans, strict=True)]
    return spans, *Counts.of(terms, corpus.paragraphs["article_id"].to_numpy(), corpus.paragraphs["position"].to_numpy())


def _coded(
    ids: pd.Series, codebook: Codebook, codes: Sequence[Mapping[str, frozenset[str]]]
) -> tuple[np.ndarray, np.ndarray]:
    """Row of each coded paragraph, and the share of its coders that gave it each theme: coded × themes."""
    said = {row: [each[key] for each in codes if key in each] for row, key in enumerate(ids)}
    coded = [row for row, found in said.items() if found]
    marks = [[sum(name in one for one in said[row]) / len(said[row]) for name in codebook.names] for row in coded]
    return np.array(coded, dtype=int), np.array(marks)


def _table(paragraphs: pd.DataFrame, codebook: Codebook, scored: Scored, spans: list[list[tuple[int, int]]]) -> pd.DataFrame:
    scores, assigned = scored.scores, scored.assigned
    n, k = scores.shape
    primary = np.zeros_like(assigned)
    primary[np.arange(n), np.where(assigned, scores, -1.0).argmax(axis=1)] = assigned.any(axis=1)
    flat = [span for paragraph in spans for span in paragraph]
    chosen = [flat[row] if row >= 0 else (0, 0) for row in scored.best.ravel()]
    texts = np.repeat(paragraphs["text"].to_numpy(), k)
    frame = pd.DataFrame(
        {
            "paragraph_id": np.repeat(paragraphs["paragraph_id"].to_numpy(), k),
            "theme": np.tile(np.array(codebook.names, dtype=object), n),
            "score": scores.ravel(),
            "assigned": assigned.ravel(),
            "primary": primary.ravel(),
            "evidence": [text[start:end] for text, (start, end) in zip(texts, chosen, strict=True)],
            "evidence_start": [start for start, _ in chosen],
            "evidence_end": [end for _, end in chosen],
        }
    )
    return tables.check(frame, "themes")


def _learned(
    weights: np.ndarray,
    columns: dict[str, int],
    counts: sparse.csr_matrix,
    codebook: Codebook,
    matcher: Matcher,
) -> pd.DataFrame:
    """The 20 words per theme that carry most evidence on this corpus."""
    terms = list(columns)
    carried = weights * np.log1p(np.asarray(counts.sum(axis=0)).ravel())[: weights.shape[1]]
    rows = []
    for theme, weight in zip(codebook.themes, carried, strict=True):
        for column in np.argsort(-weight, kind="stable")[:20]:
            if terms and weight[column] > 0:
                shown = matcher.show(terms[column])
                rows.append({"theme": theme.name, "word": shown, "weight": float(weight[column])})
    return pd.DataFrame(rows, columns=["theme", "word", "weight"])


def _notes(
    table: pd.DataFrame,
    codebook: Codebook,
    counts: Counts,
    anchors: list[list[int]],
    fits: Fitness,
    coded: list[str],
) -> tuple[str, ...]:
    n = len(counts.articles)
    notes = []
    foreign = len(set(coded) - set(table["paragraph_id"]))
    if foreign:
        notes.append(
            f"{foreign} of {len(set(coded))} coded paragraphs are not in this corpus, and calibrated nothing; was the sheet"
            " drawn from another run?"
        )
    silent = [theme.label for theme, found in zip(codebook.themes, anchors, strict=True) if not found]
    if silent:
        notes.append(f"no word of the codebook occurs for: {', '.join(silent)}; these themes cannot be found here")
    if n < SMALL:
        notes.append(
            f"only {n} paragraph{'s' if n > 1 else ''}: theme scores rest on the codebook's own words, the corpus taught"
            " little, and whether the codebook fits it cannot be told"
        )
    elif fits.least < 1:
        met = [
            f"{measure:.1f} times as often as {than}"
            for measure, than in ((fits.cohesion, "chance has it"), (fits.distinction, "keywords of different themes do"))
            if measure is not None
        ]
        notes.append(
            f"keywords of one theme meet {' and '.join(met)} (1 = chance): the codebook hardly fits this corpus, and theme"
            f" scores were lowered (trust {fits.least:.2f} of 1 at least); see `topics audit`"
        )
    assigned = table.groupby("theme")["assigned"].mean()
    for theme, columns in zip(codebook.themes, anchors, strict=True):
        hit = float(counts.holding(columns).mean())
        if hit > 0.4 and assigned[theme.name] < hit / 3:
            notes.append(
                f"{theme.label}: its keywords stand in {100 * hit:.0f} % of the paragraphs, yet only"
                f" {100 * assigned[theme.name]:.0f} % are assigned it. Scores compare a paragraph with the corpus as a"
                " whole: a theme that most of it shares is not seen. Add articles on other subjects, or narrower keywords"
            )
    return tuple(notes)
