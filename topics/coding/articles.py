"""Gold codes of some paragraphs -> shares of words of single articles, which borrow strength from all codes.

A sheet of 100 paragraphs holds few of any one article, and none of most. The share of an article is therefore a small-area
estimate under a model, not an unbiased one (Rao and Molina 2015): expected from all codes, and moved by its own.

1. The memberships that the model predicts are made sharper or flatter, and then raked until they add up to the corrected
   shares of the corpus, theme by theme (prior shift: Saerens, Latinne and Decaestecker 2002; raking: Deming and Stephan
   1940)::

       q[d, k] is proportional to predicted[d, k] ** sharpness * ratio[k]
       sum over d: words[d] * q[d, k] = share of the corpus[k] * sum over d: words[d]

   ``sharpness`` has the highest likelihood of the codes, with a lognormal prior around 1.
2. A coded paragraph has its code. Those that nobody coded in its article move by the article's mean error, shrunk as in
   the unit-level model of Battese, Harter and Fuller (1988); errors have variance ``dispersion * q * (1 - q)`` and
   correlation ``rho`` within an article. Few codes have a neighbour in their article, so ``rho`` is estimated from pairs
   of coded paragraphs and, as if from ``PRIOR_PAIRS`` more, from how alike the predictions of an article are: where all
   paragraphs of an article are about one theme, the model errs for all of them or for none.
3. The interval is that of a beta distribution with the mean and the variance of the share given the codes; it includes 0
   (or 1) where the chance of no (or nothing but) words on the theme is above the tail. An article all of whose paragraphs
   are coded has an interval of width 0, but for disagreement of coders.

The constants were chosen on the sample and BBC; ``benchmarks/uncertainty.py`` shows the coverage. Where a theme is frequent
in few articles and the model does not see it, intervals of just these articles are too narrow.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from topics.coding.correction import CodedSample, CorrectedShares
from topics.measures import beta_interval, error_spread, likeness, normalised, pair_sums, rake, sums

PRIOR_PAIRS = 30.0
"""Pairs of coded paragraphs that the correlation of predictions counts for."""
THEME_PAIRS = 100.0
"""Pairs that the correlation of all names counts for in that of one, which is never taken to be lower."""
PRIOR_CODES = 2.0
"""Coded paragraphs that the model's own share of the corpus counts for: what no code has may yet occur."""
PRIOR_EVENTS = 5.0
"""Errors that the dispersion of all names counts for in that of one."""
LEAST_REST = 0.05
"""What the uncoded paragraphs have of a theme at least, as a part of its share in the corpus."""
SHARPNESS_WIDTH = 0.5
"""Standard deviation of the logarithm of the sharpness."""
_LOWEST = 1e-4


@dataclass(frozen=True)
class ArticleShares:
    """Shares of words, articles × names, and their intervals."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_coded: np.ndarray
    """Coded paragraphs of each article."""
    sharpness: float
    rho: np.ndarray
    """Per name: the correlation of errors within articles."""
    dispersion: np.ndarray
    """Per name: the variance of errors, as a part of q * (1 - q)."""


def article_shares(
    predicted: np.ndarray,
    words: np.ndarray,
    articles: np.ndarray,
    sample: CodedSample,
    corpus: CorrectedShares,
    *,
    held_out: np.ndarray | None = None,
    level: float = 0.95,
) -> ArticleShares:
    """Shares of words of every article, whose mean weighted by words is the corrected share of the corpus.

    Parameters
    ----------
    predicted, words, sample, held_out
        As in :func:`topics.coding.correct_shares`.
    articles
        The article of each paragraph, 0, 1, ….
    corpus
        The corrected shares of the corpus.
    level
        Of the interval.

    Examples
    --------
    The model sees no difference between two articles; their codes do:

    >>> from topics.coding import correct_shares
    >>> articles = np.repeat([0, 1], 50)
    >>> predicted, words = np.full((100, 2), 0.5), np.ones(100)
    >>> coded = CodedSample.of(np.arange(0, 100, 5), np.repeat(np.eye(2)[[0, 1, 0, 1]], [8, 2, 2, 8], axis=0), 100)
    >>> shares = article_shares(predicted, words, articles, coded, correct_shares(predicted, words, coded))
    >>> shares.share[:, 0].round(2).tolist()
    [0.74, 0.26]
    """
    model_share, n = words @ predicted / words.sum(), len(sample.rows)
    target = (n * corpus.share[0] + PRIOR_CODES * model_share) / (n + PRIOR_CODES)
    sharpness = _sharpness(predicted, words, sample, target, held_out)
    raked = rake(_sharpened(predicted, sharpness), words, target)
    own = raked[sample.rows]
    if held_out is not None:
        ratio = raked[sample.rows] / np.maximum(_sharpened(predicted[sample.rows], sharpness), _LOWEST)
        own = normalised(_sharpened(held_out, sharpness) * ratio)
    spread = error_spread(raked, target)
    errors, own_spread = sample.coded - own, np.sqrt(np.maximum(own * (1 - own), _LOWEST))
    dispersion = _dispersion(errors, own_spread)
    rho = _correlation(predicted, errors, own_spread * np.sqrt(dispersion), articles, sample.rows)

    n_articles = int(articles.max(initial=0)) + 1
    coded_articles = articles[sample.rows]
    n_coded = np.bincount(coded_articles, minlength=n_articles)
    # what the codes of an article say about its other paragraphs, in standard deviations
    shrink = rho / (1 + np.maximum(n_coded[:, None] - 1, 0) * rho)
    moved = sums(errors / own_spread, coded_articles, n_articles) * shrink
    mean = normalised(np.clip(raked + moved[articles] * spread, _LOWEST, 1))
    is_coded = np.zeros(len(words), dtype=bool)
    is_coded[sample.rows] = True
    mean[sample.rows] = sample.coded
    if not is_coded.all():
        # the codes of the sample are known, so the other paragraphs make up the rest of the corpus
        rest = target * words.sum() - words[is_coded] @ mean[is_coded]
        rest = np.maximum(rest / words[~is_coded].sum(), LEAST_REST * target)
        mean[~is_coded] = rake(mean[~is_coded], words[~is_coded], rest / rest.sum())
    # the words of each paragraph as a part of its article's
    part = words / np.bincount(articles, words, n_articles)[articles]
    share = np.clip(sums(part[:, None] * mean, articles, n_articles), 0, 1)
    loose = part[:, None] * spread * ~is_coded[:, None]
    together = rho * (1 - n_coded[:, None] * shrink)
    variance = dispersion * (
        (1 - rho) * sums(loose**2, articles, n_articles) + together * sums(loose, articles, n_articles) ** 2
    )
    # how far the corpus may be off, on the scale of logits
    uncoded = np.bincount(articles, part * ~is_coded, n_articles)[:, None]
    off = corpus.standard_error[0] / np.maximum(target * (1 - target), _LOWEST)
    variance = variance + (off * uncoded * share * (1 - share)) ** 2 + sample.coder_variance * share * (1 - share)
    low, high = beta_interval(share, variance, level)
    return ArticleShares(share, low, high, n_coded, sharpness, rho, dispersion)


def _sharpened(predicted: np.ndarray, sharpness: float) -> np.ndarray:
    return normalised(np.maximum(predicted, _LOWEST) ** sharpness)


def _sharpness(
    predicted: np.ndarray, words: np.ndarray, sample: CodedSample, target: np.ndarray, held_out: np.ndarray | None
) -> float:
    weights = sample.weights / sample.weights.mean()

    def loss(logarithm: float) -> float:
        sharpened = _sharpened(predicted, float(np.exp(logarithm)))
        raked = rake(sharpened, words, target, 50)[sample.rows]
        if held_out is not None:
            raked = normalised(
                _sharpened(held_out, float(np.exp(logarithm))) * raked / np.maximum(sharpened[sample.rows], _LOWEST)
            )
        likelihood = weights @ (sample.coded * np.log(np.maximum(raked, _LOWEST))).sum(axis=1)
        return -likelihood + (logarithm / SHARPNESS_WIDTH) ** 2 / 2

    return float(np.exp(minimize_scalar(loss, bounds=(-1.2, 1.2), method="bounded", options={"xatol": 0.02}).x))


def _dispersion(errors: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """The mean squared standardised error per name, shrunk towards that of all."""
    squares, expected = (errors**2).sum(axis=0), (spread**2).sum(axis=0)
    pooled = squares.sum() / expected.sum()
    prior = PRIOR_EVENTS
    return np.clip((squares + prior * pooled) / (expected + prior), 0.2, 3)


def _correlation(
    predicted: np.ndarray, errors: np.ndarray, spread: np.ndarray, articles: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """The correlation of errors within articles, per name, 0…1, shrunk towards that of all."""
    coded, possible = pair_sums(errors, articles[rows]), pair_sums(spread, articles[rows])
    one_pair = 2 * (spread**2).mean(axis=0)
    prior = PRIOR_PAIRS * one_pair.sum()
    pooled = max((coded.sum() + prior * likeness(predicted, articles)) / (possible.sum() + prior), 0.0)
    own = (coded + THEME_PAIRS * one_pair * pooled) / (possible + THEME_PAIRS * one_pair)
    return np.clip(np.maximum(own, pooled), 0, 0.98)
