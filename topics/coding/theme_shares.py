"""Tables of a run, with gold codes or without -> shares of words of themes, of articles, groups and the corpus.

**What a share says**: which part of its words coders with this codebook would give to a theme. A paragraph of several
themes gives each an equal part of its words, one of none gives them to ``unassigned``.

**How it is estimated** (``basis``):

- ``corrected``: gold codes of a random sample correct the model's error; unbiased whatever the model does
  (:mod:`topics.coding.correction`).
- ``borrowed``: too few codes of this article or group for that; its share is expected from all codes, and moved by its own
  (:mod:`topics.coding.articles`).
- ``uncorrected``: no codes; the share counts the assignments, and the interval carries how far such shares were from what
  coders said on other corpora (:mod:`topics.measures.uncorrected`).
- ``not estimable``: as before, and the scores hardly tell the paragraphs of the theme from others.

**What its interval covers**: the model's error, with gold codes also which paragraphs were coded, and how far several coders
differ. The articles are taken as they are. With the setting ``profiles.population = "articles like these"``, it also covers
which paragraphs an article has, drawn in contiguous blocks, and which articles a group has, drawn whole.

Differences of groups always cover which articles there are. Uncorrected, they say by how much assignments differ, and are
differences of what coders would say only if the model errs alike in all groups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd

from topics import measures, tables
from topics.codebook import Codebook
from topics.coding.articles import article_shares
from topics.coding.basis import BORROWED, CORRECTED, NOT_ESTIMABLE, UNCORRECTED
from topics.coding.correction import CodedSample, CorrectedShares, correct_shares, gold_sample, share_differences
from topics.coding.planning import planned_size, planned_sizes
from topics.coding.sheets import Coding
from topics.format import count
from topics.settings import Settings
from topics.tables import UNASSIGNED

MIN_CODES = 10
"""Coded paragraphs from which shares are corrected, and that of a group by its own."""
WANTED = 0.05
"""The half-width for which ``codes_needed`` is given."""


@dataclass(frozen=True, repr=False)
class ThemeShares:
    """Shares of words of themes, with intervals, of articles and of any groups of them.

    Examples
    --------
    >>> shares = run.theme_shares  # doctest: +SKIP
    >>> shares.of_articles().query("theme == 'energy'")  # doctest: +SKIP
    """

    articles: pd.DataFrame
    """Rows of ``articles.csv`` that have paragraphs, with the index of the whole table."""
    paragraphs: pd.DataFrame
    """``paragraphs.csv``."""
    names: list[str]
    """The themes of the codebook, then ``unassigned``."""
    assigned: np.ndarray
    """Paragraphs × names: memberships by assignments; rows sum to 1."""
    expected: np.ndarray
    """Paragraphs × names: memberships by scores before gold codes; rows sum to 1."""
    sample: CodedSample | None
    """Gold codes; None without, or if there are fewer than 10."""
    settings: Settings
    n_given: int = 0
    """Coded paragraphs, also if they are too few."""

    @classmethod
    def of_tables(
        cls,
        articles: pd.DataFrame,
        paragraphs: pd.DataFrame,
        themes: pd.DataFrame,
        codebook: Codebook,
        settings: Settings,
        codings: Sequence[Coding] = (),
        without_codes: pd.DataFrame | None = None,
    ) -> Self:
        """The shares of a run.

        Parameters
        ----------
        articles, paragraphs, themes
            Tables of the run.
        codebook, settings
            Of the run.
        codings
            Gold codes, one for each coder.
        without_codes
            ``scores_without_codes.csv`` of the run: the scores that no gold code taught. If it is empty or missing, those of
            ``themes``.
        """
        articles = articles[articles["n_paragraphs"] > 0]
        untaught = themes if without_codes is None or without_codes.empty else without_codes
        scores = untaught.pivot(index="paragraph_id", columns="theme", values="score")
        wide = scores.reindex(paragraphs["paragraph_id"])[codebook.names].to_numpy(dtype=float)
        found = wide >= settings.themes.threshold
        best = np.where(found, wide, -1.0).argmax(axis=1)
        primary = np.where(found.any(axis=1), np.array(codebook.names, dtype=object)[best], UNASSIGNED).astype(str)
        sample = gold_sample(codings, paragraphs["paragraph_id"].tolist(), codebook, primary)
        return cls(
            articles=articles,
            paragraphs=paragraphs,
            names=[*codebook.names, UNASSIGNED],
            assigned=measures.assigned_membership(measures.assigned_themes(paragraphs, themes, codebook)),
            expected=measures.expected_membership(wide),
            sample=sample if sample is not None and len(sample.rows) >= MIN_CODES else None,
            settings=settings,
            n_given=0 if sample is None else len(sample.rows),
        )

    @cached_property
    def words(self) -> np.ndarray:
        """Words of each paragraph, at least 1."""
        return self.paragraphs["n_words"].to_numpy(dtype=float).clip(min=1)

    @cached_property
    def article_of(self) -> np.ndarray:
        """The row in ``articles`` of each paragraph."""
        return pd.Index(self.articles["article_id"]).get_indexer(self.paragraphs["article_id"])

    @cached_property
    def article_weights(self) -> np.ndarray:
        """Words of each article."""
        return np.bincount(self.article_of, self.words, len(self.articles))

    @property
    def notes(self) -> list[str]:
        """What became of codes that are too few."""
        if self.sample is not None or not self.n_given:
            return []
        return [
            f"shares are uncorrected: {count(self.n_given, 'paragraph')} coded, and at least {MIN_CODES} are needed;"
            f" {int(self.codes_needed.max())} would bring the shares of the corpus to ± 5 points"
        ]

    @cached_property
    def codes_needed(self) -> np.ndarray:
        """How many coded paragraphs would bring the share of each theme in the corpus to ± 5 points, by name."""
        return planned_sizes(WANTED, self.expected, self.words, level=self._level)

    def planned_codes(self, half: float, by: str | None = None) -> "PlannedCodes":
        """How many paragraphs to code for intervals of ± ``half``, of the corpus or of each group.

        Parameters
        ----------
        half
            0…1 exclusive: 0.05 for ± 5 points.
        by
            A column of ``articles.csv``; by default the corpus is one group, ``""``.

        Raises
        ------
        InputError
            If ``half`` is not between 0 and 1, or there is no such column.
        """
        groups = pd.Series("", self.articles.index)
        if by is not None:
            groups = measures.groups_of(self.articles, by)
        values, codes = self._coded(groups)
        parts = codes[self.article_of]
        sizes = {
            value: max(planned_size(half, self.expected[own], self.words[own], level=self._level), min(MIN_CODES, own.sum()))
            for value, own in ((value, parts == number) for number, value in enumerate(values))
        }
        group_of = pd.Series([values[part] if part >= 0 else None for part in parts], self.paragraphs["paragraph_id"])
        return PlannedCodes(sizes, group_of)

    def of_corpus(self) -> pd.DataFrame:
        """``overall.csv``: shares of the corpus, and how many coded paragraphs would bring them to ± 5 points."""
        whole = self._by(pd.Series("", self.articles.index, name="corpus"))
        return tables.check(whole.assign(codes_needed=self.codes_needed), "overall")

    def of_articles(self) -> pd.DataFrame:
        """``profiles.csv``: shares of an article sum to 1; ``n_paragraphs`` counts those that were assigned the theme."""
        found = self._shares_of(self.article_of, len(self.articles))
        frame = found.frame(self.articles["article_id"].tolist(), "article_id", self.names)
        n_paragraphs = measures.sums((self.assigned > 0).astype(float), self.article_of, len(self.articles))
        return tables.check(frame.assign(n_paragraphs=n_paragraphs.astype(int).ravel()), "profiles")

    def of_groups(self, table: str, groups: pd.Series) -> pd.DataFrame:
        """Shares of groups of articles, such as outlets or periods.

        Parameters
        ----------
        table
            The table that it makes: ``outlets``, ``themes_over_time``.
        groups
            By row of ``articles.csv``, its group; the column of groups gets the series' name. Articles whose group is
            missing are left out.
        """
        return tables.check(self._by(groups), table)

    def by_column(self, groups: Mapping[str, pd.Series]) -> pd.DataFrame:
        """``groups.csv``: shares of the groups of each column (:func:`topics.measures.article_groups`)."""
        parts = [self._by(values.rename("group")).assign(column=column) for column, values in groups.items()]
        return _joined(parts, "groups")

    def outlet_differences(self) -> pd.DataFrame:
        """``outlet_differences.csv``; without a row where fewer than two outlets have an article."""
        return _joined([self._differences(self.articles["outlet"])], "outlet_differences")

    def differences_by_column(self, groups: Mapping[str, pd.Series]) -> pd.DataFrame:
        """``group_differences.csv``: how much more of its words a group gives to a theme than the others of its column."""
        parts = [self._differences(values.rename("group")).assign(column=column) for column, values in groups.items()]
        return _joined(parts, "group_differences")

    def article_outcomes(self) -> np.ndarray:
        """What a regression of shares on columns of articles takes, articles × names.

        Without gold codes the share of each article by assignments. With codes the mean over its words of the
        pseudo-outcomes of design-based supervised learning (Egami, Hinck, Stewart and Wei 2023), ``slope * predicted +
        weight * (coded - slope * predicted)``, with a weight of 0 where nobody coded: far off for a single article, unbiased
        in a regression weighted by :attr:`article_weights`, whatever the model does.
        """
        memberships = self.assigned
        if self.sample is not None:
            slope = self._corrected_corpus.slope
            memberships = slope * self.expected
            rows, weights = self.sample.rows, self.sample.weights
            # the weights add up to the words of the corpus, as in Hájek's estimator
            weights = weights * self.words.sum() / (weights @ self.words[rows])
            memberships[rows] += weights[:, None] * (self.sample.coded - slope * self.expected[rows])
        return self._means(memberships, self.article_of, len(self.articles))

    @property
    def _level(self) -> float:
        return self.settings.profiles.level

    @property
    def _clusters(self) -> np.ndarray | None:
        """The articles as clusters, if intervals are to hold for articles like these."""
        return self.article_of if self.settings.profiles.population == "articles like these" else None

    @cached_property
    def _corrected_corpus(self) -> CorrectedShares:
        assert self.sample is not None
        return correct_shares(self.expected, self.words, self.sample, articles=self._clusters, level=self._level)

    def _by(self, groups: pd.Series) -> pd.DataFrame:
        values, codes = self._coded(groups)
        found = self._shares_of(codes[self.article_of], len(values))
        used = measures.sums(
            (self._assigned_shares > 0).astype(float), np.where(codes < 0, len(values), codes), len(values) + 1
        )
        return found.frame(values, str(groups.name), self.names).assign(n_articles=used[:-1].astype(int).ravel())

    def _coded(self, groups: pd.Series) -> tuple[list[str], np.ndarray]:
        """The groups, and the number of that of each article that has paragraphs; −1 for none."""
        known = groups[self.articles.index]
        values = sorted(known.dropna().unique())
        return values, pd.Index(values, dtype=object).get_indexer(known.astype(object))

    @cached_property
    def _assigned_shares(self) -> np.ndarray:
        """Articles × names."""
        return self._means(self.assigned, self.article_of, len(self.articles))

    def _means(self, memberships: np.ndarray, parts: np.ndarray, n_parts: int) -> np.ndarray:
        totals = measures.sums(self.words[:, None] * memberships, parts, n_parts)
        return totals / np.bincount(parts, self.words, n_parts)[:, None]

    def _shares_of(self, parts: np.ndarray, n_parts: int) -> "_Shares":
        """Shares of parts of the corpus; ``parts``: that of each paragraph, −1 for none."""
        # paragraphs of no part are a part of their own, which is dropped
        every = np.where(parts < 0, n_parts, parts)
        is_corpus = n_parts == 1 and not every.any()
        shares = (
            self._uncorrected(every, is_corpus) if self.sample is None else self._by_codes(self.sample, every, is_corpus)
        )
        return shares.first(n_parts)

    def _uncorrected(self, parts: np.ndarray, is_corpus: bool) -> "_Shares":
        inputs = self.assigned, self.expected, self.words
        if is_corpus:
            found = measures.uncorrected_shares(*inputs, level=self._level)
        else:
            found = measures.uncorrected_parts(*inputs, parts, self.article_of, level=self._level)
        low, high = self._widened(found.share, found.low, found.high, parts)
        basis = np.where(found.estimable, UNCORRECTED, NOT_ESTIMABLE)
        return _Shares(found.share, low, high, found.share, np.zeros(len(low), dtype=int), basis)

    def _by_codes(self, sample: CodedSample, parts: np.ndarray, is_corpus: bool) -> "_Shares":
        sizes = np.bincount(parts)
        counted = self._means(self.assigned, parts, len(sizes))
        n_coded = np.bincount(parts[sample.rows], minlength=len(sizes))
        if is_corpus:
            corpus, basis = self._corrected_corpus, np.full(counted.shape, CORRECTED)
            return _Shares(corpus.share, corpus.low, corpus.high, counted, n_coded, basis)
        inputs = self.expected, self.words
        borrowed = article_shares(*inputs, parts, sample, self._corrected_corpus, level=self._level)
        share, enough = borrowed.share, n_coded >= MIN_CODES
        low, high = self._widened(share, borrowed.low, borrowed.high, parts)
        if enough.any():
            corrected = correct_shares(*inputs, sample, parts, articles=self._clusters, level=self._level)
            share, low, high = (
                np.where(enough[:, None], better, other)
                for better, other in ((corrected.share, share), (corrected.low, low), (corrected.high, high))
            )
        known = enough | (n_coded == sizes)
        basis = np.repeat(np.where(known, CORRECTED, BORROWED)[:, None], len(self.names), axis=1)
        return _Shares(share, low, high, counted, n_coded, basis)

    def _widened(
        self, share: np.ndarray, low: np.ndarray, high: np.ndarray, parts: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Intervals that also cover which paragraphs or articles there are, where asked; the two errors are independent."""
        if self._clusters is None:
            return low, high
        below, above = np.zeros_like(share), np.zeros_like(share)
        for part in range(len(share)):
            rows = np.flatnonzero(parts == part)
            articles = np.unique(self.article_of[rows])
            if len(articles) == 1:
                base = self.assigned
                units = measures.contiguous_blocks(self.assigned[rows], self.words[rows])
                key = str(self.articles["article_id"].iat[articles[0]])
            else:
                base = self._assigned_shares
                units, key = (base[articles], self.article_weights[articles]), f"group {part}"
            below[part], above[part] = measures.sampling_distances(*units, base, key, self.settings)
        low, high = share - np.hypot(share - low, below), share + np.hypot(high - share, above)
        return np.clip(low, 0, 1), np.clip(high, 0, 1)

    def _differences(self, groups: pd.Series) -> pd.DataFrame:
        """How much more of its words each group gives to a theme than the other groups together do."""
        values, codes = self._coded(groups)
        parts = [pd.DataFrame(columns=[groups.name, "theme", "difference", "low", "high", "n_articles", "n_coded", "basis"])]
        for number, value in enumerate(values if len(values) > 1 else []):
            sides = np.where(codes < 0, -1, (codes != number).astype(int))
            difference, low, high, n_coded = self._difference(sides, str(value))
            frame = pd.DataFrame({"theme": self.names, "difference": difference, "low": low, "high": high})
            basis = CORRECTED if n_coded else UNCORRECTED
            parts.append(
                frame.assign(**{groups.name: value}, n_articles=int((sides == 0).sum()), n_coded=n_coded, basis=basis)
            )
        return pd.concat(parts[1:] or parts, ignore_index=True)

    def _difference(self, sides: np.ndarray, key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
        """Side 0 minus side 1 in articles like these, with the interval and, if it is corrected, the number of codes."""
        if self.sample is not None:
            found = correct_shares(
                self.expected, self.words, self.sample, sides[self.article_of], articles=self.article_of, level=self._level
            )
            if len(found.n_coded) == 2 and found.n_coded.min() >= MIN_CODES:
                corrected = share_differences(found)
                return corrected.share[0], corrected.low[0], corrected.high[0], int(found.n_coded.sum())
        shares, weights = self._assigned_shares, self.article_weights
        first, second = ((shares[sides == side], weights[sides == side]) for side in (0, 1))
        return *measures.drawn_difference(first, second, shares, key, self.settings), 0


@dataclass(frozen=True)
class PlannedCodes:
    """How many paragraphs of each group to code."""

    sizes: dict[str, int]
    group_of: pd.Series
    """The group of each paragraph, by id; missing for none."""


@dataclass(frozen=True)
class _Shares:
    """Arrays, parts × names; ``n_coded`` by part."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    counted: np.ndarray
    n_coded: np.ndarray
    basis: np.ndarray

    def first(self, n_parts: int) -> Self:
        """Without the parts that follow."""
        return type(self)(*(getattr(self, field.name)[:n_parts] for field in fields(self)))

    def frame(self, parts: Sequence[str], name: str, names: Sequence[str]) -> pd.DataFrame:
        """A row for each part and name; the parts are in the column ``name``."""
        n_parts, n = self.share.shape
        return pd.DataFrame(
            {
                name: np.repeat(np.array(parts, dtype=object), n),
                "theme": np.tile(np.array(names, dtype=object), n_parts),
                "share": self.share.ravel(),
                "low": self.low.ravel(),
                "high": self.high.ravel(),
                "uncorrected": self.counted.ravel(),
                "n_coded": np.repeat(self.n_coded, n),
                "basis": self.basis.ravel(),
            }
        )


def _joined(parts: list[pd.DataFrame], table: str) -> pd.DataFrame:
    parts = [part for part in parts if not part.empty]
    return tables.check(pd.concat(parts, ignore_index=True) if parts else tables.empty(table), table)
