"""Each theme: whether its keywords occur and meet, and whether two themes land on the same paragraphs."""

from itertools import combinations

import pandas as pd

from topics.codebook import Codebook
from topics.themes.audit.keywords import FEWEST_PARAGRAPHS
from topics.themes.calibration import FEWEST_PAIRS, MANY_KEYWORDS, meetings
from topics.themes.estimate import Counts, Scored
from topics.themes.matching import Seeds

FEWEST_ALIKE, OVERLAP = 5, 0.8


def about_themes(counts: Counts, codebook: Codebook, seeds: Seeds, scored: Scored, keywords: pd.DataFrame) -> pd.DataFrame:
    """A row per theme; scattered are many keywords that meet less than chance has it, unless most paragraphs hold one."""
    carried = set(keywords.loc[keywords["verdict"] == "carries", "theme"])
    each, met, chance = meetings(counts.paragraphs, seeds.anchors)
    rows = []
    for k, (name, anchors) in enumerate(zip(codebook.names, seeds.anchors, strict=True)):
        held, alive = int((each[k] > 0).sum()), len(anchors)
        scattered = alive >= MANY_KEYWORDS and chance[k, k] >= FEWEST_PAIRS and met[k, k] < chance[k, k]
        verdicts = {
            "unsupported": not (seeds.listed[k].any() or seeds.described[k].any()),
            "hardly supported": held < FEWEST_PARAGRAPHS or alive < 2,
            "rests on one keyword": name in carried,
            "scattered": scattered and 2 * held <= len(counts.articles),
            "": True,
        }
        cohesion = float((met[k, k] + 1) / (chance[k, k] + 1)) if alive > 1 else float("nan")
        verdict = next(verdict for verdict, holds in verdicts.items() if holds)
        rows.append((name, seeds.sizes[k], alive, held, int(scored.assigned[:, k].sum()), cohesion, verdict))
    return pd.DataFrame(rows, columns=["theme", "keywords", "alive", "held", "assigned", "cohesion", "verdict"])


def alike(codebook: Codebook, scored: Scored) -> pd.DataFrame:
    """Each two themes that share most paragraphs of the smaller, and more than the size of the larger explains.

    ``overlap`` is the overlap coefficient (Szymkiewicz 1934, Simpson 1960).
    """
    rows = []
    for (one, a), (other, b) in combinations(zip(codebook.names, scored.assigned.T, strict=True), 2):
        both, few, many = int((a & b).sum()), min(a.sum(), b.sum()), max(a.sum(), b.sum())
        if few >= FEWEST_ALIKE and both / few >= max(OVERLAP, 1.5 * many / len(a)):
            rows.append((one, other, both, float(both / few)))
    return pd.DataFrame(rows, columns=["theme", "other", "both", "overlap"])
