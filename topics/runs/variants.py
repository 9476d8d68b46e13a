"""A run folder -> the shares of its articles under other choices, for :func:`topics.comparison.check_robustness`.

From the tables: other thresholds; scores in place of assignments, or with gold codes assignments in place of scores; other
weights of articles. From the texts and the codebook: each keyword left out, and other settings of the themes. For these the
themes are fitted again; first with nothing changed, which has to give the scores of the run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd

from topics.codebook import Codebook
from topics.coding import ThemeShares
from topics.comparison import KEYWORD, SCORES, SETTING, THRESHOLD, WEIGHTS, Variant
from topics.errors import InputError
from topics.measures import assigned_membership, assigned_themes, expected_membership
from topics.reading import Corpus
from topics.settings import Settings, ThemeSettings
from topics.text import bundled_encoder
from topics.themes import FittedThemes, OccurringKeyword, fit_themes, occurring_keywords, scores_with, scores_without

if TYPE_CHECKING:
    from topics.runs.run import Run

THRESHOLD_STEPS = (-0.10, -0.05, 0.05, 0.15)
"""From the threshold of the run."""
MAX_WORK = 20_000_000
"""Left-out keywords × themes × paragraphs: some five minutes on one core."""
LAST_DIGITS = 1e-4
"""Scores of a run of another machine may differ by so much (``platform_dependent`` in ``run.json``)."""
Tell = Callable[[float], None]


@dataclass(frozen=True)
class Variants:
    """Shares of articles under other choices."""

    variants: tuple[Variant, ...]
    notes: tuple[str, ...]
    """Which choices were not varied, and why."""


def variants_of(run: "Run", shares: ThemeShares, tell: Tell = lambda part: None) -> Variants:
    """The variants of a run.

    Parameters
    ----------
    run
        A finished run.
    shares
        Its shares as they are compared, with or without gold codes; these correct every variant in the same way.
    tell
        Called with the completed share, 0…1.
    """
    base = _Base.of(run, shares)
    found = [*base.by_threshold(), base.by_other_memberships(), *base.by_weight()]
    try:
        fitted = _refitted(run, base)
    except _NotRefittedError as reason:
        return Variants(tuple(found), (f"keywords and settings of the themes were not varied: {reason}",))
    keywords, notes = _affordable(fitted)
    found += base.by_setting(fitted, run.codebook)
    for done, one in enumerate(keywords):
        tell(done / len(keywords))
        scored = scores_without(fitted, one.theme, one.keyword)
        found.append(base.variant(KEYWORD, one.keyword, base.memberships(scored.scores, scored.assigned), one.theme))
    tell(1.0)
    return Variants(tuple(found), notes)


@dataclass(frozen=True)
class _Base:
    """What the tables say of each paragraph (rows) and theme (columns)."""

    shares: ThemeShares
    scores: np.ndarray
    """Those that the shares are of: without gold codes as the run has them, with them those that no code taught."""
    supported: np.ndarray
    """Whether something in the paragraph speaks for the theme, without which it is not assigned."""
    assigned: np.ndarray
    manual: np.ndarray
    """Paragraphs of which a person set the themes."""
    thresholds: np.ndarray
    threshold: float
    """As set, of all themes."""

    @classmethod
    def of(cls, run: "Run", shares: ThemeShares) -> "_Base":
        themes, names = run.themes, run.codebook.names
        ids = shares.paragraphs["paragraph_id"]
        without_codes = run.scores_without_codes

        def wide(table: pd.DataFrame, values: pd.Series) -> np.ndarray:
            long = table[["paragraph_id", "theme"]].assign(value=values)
            return long.pivot(index="paragraph_id", columns="theme", values="value").loc[ids, names].to_numpy()

        assigned = assigned_themes(shares.paragraphs, themes, run.codebook) > 0
        untaught = without_codes if shares.sample is not None and len(without_codes) else themes
        threshold = run.settings.themes.threshold
        own = np.array(run.record.results.thresholds)
        return cls(
            shares,
            wide(untaught, untaught["score"]).astype(float),
            wide(themes, themes["evidence_end"] > themes["evidence_start"]).astype(bool) | assigned,
            assigned,
            ids.isin([one.paragraph_id for one in run.record.assignments]).to_numpy(),
            own if len(own) and untaught is themes else np.full(len(names), threshold),
            threshold,
        )

    @property
    def is_corrected(self) -> bool:
        """Whether gold codes correct the shares, which are then of scores, not of assignments."""
        return self.shares.sample is not None

    def memberships(self, scores: np.ndarray, assigned: np.ndarray) -> np.ndarray:
        """What the shares of the run count, of other scores and assignments: paragraphs × names."""
        return expected_membership(scores) if self.is_corrected else self.by_assignments(assigned)

    def by_assignments(self, assigned: np.ndarray) -> np.ndarray:
        """Memberships by assignments, those of a person unchanged."""
        return assigned_membership(np.where(self.manual[:, None], self.assigned, assigned))

    def variant(self, kind: str, name: str, memberships: np.ndarray, theme: str = "") -> Variant:
        """The shares of articles by other memberships."""
        other = replace(self.shares, assigned=memberships, expected=memberships)
        return Variant(kind, name, other.article_outcomes(), other.article_weights, theme)

    def at_threshold(self, step: float) -> np.ndarray:
        """Assignments at thresholds so much higher."""
        return self.supported & (self.scores >= (self.thresholds + step).round(6))

    def by_threshold(self) -> Iterator[Variant]:
        """Other thresholds."""
        for step in THRESHOLD_STEPS:
            if 0 < self.threshold + step < 1:
                assigned = self.at_threshold(step)
                yield self.variant(THRESHOLD, f"{self.threshold + step:.2f}", self.by_assignments(assigned))

    def by_other_memberships(self) -> Variant:
        """Scores in place of assignments, or the other way round."""
        if self.is_corrected:
            return self.variant(SCORES, "shares by assignments", self.by_assignments(self.at_threshold(0.0)))
        return self.variant(SCORES, "shares by scores", expected_membership(self.scores))

    def by_weight(self) -> Iterator[Variant]:
        """Paragraphs or articles that count alike, however many words they have."""
        paragraphs = replace(self.shares, paragraphs=self.shares.paragraphs.assign(n_words=1))
        yield Variant(WEIGHTS, "paragraphs count alike", paragraphs.article_outcomes(), paragraphs.article_weights)
        outcomes = self.shares.article_outcomes()
        yield Variant(WEIGHTS, "articles count alike", outcomes, np.ones(len(outcomes)))

    def by_setting(self, fitted: FittedThemes, codebook: Codebook) -> Iterator[Variant]:
        """Other settings of the themes: without what is near a paragraph, or with it; with another encoder or none."""
        usual, own = ThemeSettings(), fitted.settings.themes
        # without an encoder there are no nearest paragraphs to weigh
        for name in ("neighbours", "nearest") if fitted.encoder else ("neighbours",):
            value = 0.0 if getattr(own, name) else getattr(usual, name)
            scored = scores_with(fitted, msgspec.structs.replace(own, **{name: value}))
            yield self.variant(SETTING, f"{name} {value:g}", self.memberships(scored.scores, scored.assigned))
        other = "none" if fitted.encoder else "use"
        languages = {fitted.corpus.language, *fitted.corpus.languages}
        if fitted.encoder or all(bundled_encoder(language) is not None for language in languages):
            scored = fit_themes(fitted.corpus, codebook, _with_encoder(fitted.settings, other)).model.label_free
            yield self.variant(SETTING, f"encoder {other}", self.memberships(scored.scores, scored.assigned))


class _NotRefittedError(Exception):
    """Why the themes of a run cannot be fitted again."""


def _refitted(run: "Run", base: _Base) -> FittedThemes:
    """The themes of a run, fitted again to its own texts; they give its scores."""
    inputs, results = run.record.inputs, run.record.results
    if not run.settings.deposit.text:
        raise _NotRefittedError("the run is without text (--no-text)")
    if inputs.coders:
        raise _NotRefittedError("other coders taught its scores, and their codes are not in the run folder")
    if results.coded_paragraphs and not base.is_corrected:
        raise _NotRefittedError("a few gold codes taught its scores, too few to correct the shares of other scores")
    encoder = inputs.theme_encoder.name if inputs.theme_encoder else "none"
    # a name in a file is no wish to download a model
    if encoder not in ("none", "use") and not Path(encoder.partition(":")[2]).expanduser().is_dir():
        raise _NotRefittedError(f"its encoder {encoder} is not a folder on this machine, and nothing is downloaded for it")
    settings = _with_encoder(run.settings, encoder)
    try:
        fitted = fit_themes(_corpus(run), run.codebook, settings)
    except InputError as error:
        raise _NotRefittedError(str(error)) from None
    difference = float(np.abs(fitted.model.label_free.scores - base.scores).max(initial=0))
    if difference > LAST_DIGITS:
        raise _NotRefittedError(
            f"fitted again with nothing changed, scores differ from the run's by up to {difference:.2g}; expected none: it"
            f" was made with another version (topics {run.record.environment.topics}) or changed: run the study again"
        )
    return fitted


def _corpus(run: "Run") -> Corpus:
    """The texts of a run, from its tables."""
    is_mixed = run.settings.reading.other_languages == "keep"
    return Corpus(run.articles, run.paragraphs, run.dropped, language=run.record.results.language, is_mixed=is_mixed)


def _with_encoder(settings: Settings, name: str) -> Settings:
    return msgspec.structs.replace(settings, themes=msgspec.structs.replace(settings.themes, encoder=name))


def _affordable(fitted: FittedThemes) -> tuple[list[OccurringKeyword], tuple[str, ...]]:
    """The keywords to leave out, in the order of the codebook: all, or of each theme those in most paragraphs."""
    keywords = occurring_keywords(fitted)
    most = max(len(fitted.codebook.names), MAX_WORK // max(fitted.model.logits.size, 1))
    if len(keywords) <= most:
        return keywords, ()
    ranks: dict[OccurringKeyword, int] = {}
    for theme in fitted.codebook.names:
        own = sorted((one for one in keywords if one.theme == theme), key=lambda one: -one.n_paragraphs)
        ranks |= {one: rank for rank, one in enumerate(own)}
    chosen = set(sorted(keywords, key=ranks.__getitem__)[:most])
    note = f"of {len(keywords)} keywords that occur, {most} were left out in turn: of each theme those in most paragraphs"
    return [one for one in keywords if one in chosen], (note,)
