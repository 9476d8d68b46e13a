"""Each theme: whether its keywords occur and co-occur, and whether two themes are assigned to the same paragraphs."""

from itertools import combinations

import pandas as pd

from topics.themes.audit.keywords import MIN_PARAGRAPHS
from topics.themes.calibration import MANY_KEYWORDS, MIN_PAIRS, cooccurrence
from topics.themes.scores import FittedThemes

MIN_ALIKE, MIN_OVERLAP = 5, 0.8


def about_themes(fitted: FittedThemes, keywords: pd.DataFrame) -> pd.DataFrame:
    """A row per theme.

    Scattered are many keywords that co-occur less than by chance, unless most paragraphs hold one.
    """
    carried = set(keywords.loc[keywords["verdict"] == "carries", "theme"])
    seeds, assigned = fitted.seeds, fitted.model.label_free.assigned
    hits, observed, expected = cooccurrence(fitted.counts.paragraphs, seeds.anchors)
    rows = []
    for k, (name, anchors) in enumerate(zip(fitted.codebook.names, seeds.anchors, strict=True)):
        n_paragraphs, alive = int((hits[k] > 0).sum()), len(anchors)
        scattered = alive >= MANY_KEYWORDS and expected[k, k] >= MIN_PAIRS and observed[k, k] < expected[k, k]
        # the first that holds, the gravest first
        verdicts = {
            "unsupported": not (seeds.listed[k].any() or seeds.described[k].any()),
            "hardly supported": n_paragraphs < MIN_PARAGRAPHS or alive < 2,
            "rests on one keyword": name in carried,
            "scattered": scattered and 2 * n_paragraphs <= hits.shape[1],
            "": True,
        }
        cohesion = float((observed[k, k] + 1) / (expected[k, k] + 1)) if alive > 1 else float("nan")
        verdict = next(verdict for verdict, holds in verdicts.items() if holds)
        rows.append((name, seeds.sizes[k], alive, n_paragraphs, int(assigned[:, k].sum()), cohesion, verdict))
    return pd.DataFrame(rows, columns=["theme", "keywords", "alive", "held", "assigned", "cohesion", "verdict"])


def indistinct_pairs(fitted: FittedThemes) -> pd.DataFrame:
    """Each two themes that share most paragraphs of the smaller, and more than the size of the larger explains.

    ``overlap`` is the overlap coefficient (Szymkiewicz 1934, Simpson 1960).
    """
    assigned = fitted.model.label_free.assigned
    rows = []
    for (one, a), (other, b) in combinations(zip(fitted.codebook.names, assigned.T, strict=True), 2):
        both, smaller, larger = int((a & b).sum()), min(a.sum(), b.sum()), max(a.sum(), b.sum())
        # two themes that fill a corpus overlap without being the same
        if smaller >= MIN_ALIKE and both / smaller >= max(MIN_OVERLAP, 1.5 * larger / len(a)):
            rows.append((one, other, both, float(both / smaller)))
    return pd.DataFrame(rows, columns=["theme", "other", "both", "overlap"])
