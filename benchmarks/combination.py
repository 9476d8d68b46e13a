"""Learn how the signs of a theme are combined (:class:`topics.themes.calibration.Combination`), and show what that is worth.

python benchmarks/combination.py                 learn with the encoder and for words alone; print both
python benchmarks/combination.py --encoder none  one of them

The weights are those of a logistic regression over pairs of paragraph and theme, none of them of the wrong sign, learnt
on draws of labelled corpora: BBC, AG News, SIB-200 (English and Spanish) and the sample study. Beside each draw of whole
articles stands one under a codebook that lacks some of the themes, and one with mostly one theme, so that subjects that no
theme covers, and corpora about one subject, have a part in it. Each corpus has the same weight in all. For each corpus the
log-loss is printed that weights learnt on the other three have on it, beside that of the evidence alone. Party manifestos
have no part, and are judged at the end.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from corpora import SHARED, as_corpus, codes_of, rows_of, sample, skewed, whole_articles
from scipy.optimize import minimize
from scipy.special import expit
from vectors import keep_vectors

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.settings import Settings, ThemeSettings
from topics.themes import calibration, fit_themes
from topics.themes.calibration import CEILING, Combination, signs

CORPORA = {"bbc": ("bbc_paragraphs", "bbc", "en"), "agnews": ("agnews_test", "agnews", "en"),
           "sib-en": ("sib_en", "sib_en", "en"), "sib-es": ("sib_es", "sib_es", "es")}  # fmt: skip
FAMILY = {"sib-en": "sib", "sib-es": "sib"}
SIZES = {60: 4, 150: 4, 400: 4, 1200: 2}
UNCOVERED = 3.0
"""A draw with subjects that no theme covers counts so many times as much as one without."""
SIGN = np.array([1, 1, 1, 1, -1])
"""Of each weight."""

Episode = tuple[str, float, np.ndarray, np.ndarray]
"""Family, weight, signs (signs × pairs), codes (pairs)."""


def main() -> None:
    """Learn, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", choices=("auto", "none"), action="append")
    for encoder in parser.parse_args().encoder or ["auto", "none"]:
        report(encoder)


def report(encoder: str) -> None:
    """Learn the weights with or without the encoder, and print them and their loss on corpora that had no part in it."""
    keep_vectors()
    known, held_out = list(episodes(encoder)), list(manifestos(encoder))
    families = sorted({family for family, *_ in known})
    print(f"encoder {encoder}: mean log-loss of a pair of paragraph and theme, evidence alone -> combined")
    for family in families:
        weights = learn([one for one in known if one[0] != family])
        print(f"  {family.ljust(8)} {show(weights, [one for one in known if one[0] == family])}")
    weights = learn(known)
    print(f"  manifesto {show(weights, held_out)}")
    print(f"  {weights}\n", flush=True)


def show(weights: Combination, on: list[Episode]) -> str:
    """The loss of the evidence alone, and of the combination."""
    alone = Combination(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return f"{loss(alone, on, 1.0):.4f} -> {loss(weights, on, CEILING):.4f}   {weights}"


def learn(known: list[Episode]) -> Combination:
    """The weights with the least log-loss, each family counting the same."""
    total = {family: sum(weight for other, weight, *_ in known if other == family) for family, *_ in known}
    share = np.concatenate([np.full(codes.size, weight / total[family] / codes.size) for family, weight, _, codes in known])
    x = np.concatenate([found for _, _, found, _ in known], axis=1)
    codes = np.concatenate([codes for *_, codes in known])
    scale = np.append(SIGN * np.maximum(x.std(axis=1), 1e-9) ** -1, 1.0)
    x = np.vstack([x, np.ones(x.shape[1])])

    def objective(weights: np.ndarray) -> tuple[float, np.ndarray]:
        plain = expit((weights * scale) @ x)
        score = np.clip(CEILING * plain, 1e-9, 1 - 1e-9)
        value = -(share * (codes * np.log(score) + (1 - codes) * np.log1p(-score))).sum()
        slope = -(codes / score - (1 - codes) / (1 - score)) * score * (1 - plain)
        return float(value) + 1e-4 * float(weights[:-1] @ weights[:-1]), scale * (x @ (share * slope)) + np.append(
            2e-4 * weights[:-1], 0
        )

    bounds = [(0, None)] * (len(scale) - 1) + [(None, None)]
    found = minimize(objective, np.zeros(len(scale)), jac=True, method="L-BFGS-B", bounds=bounds).x * scale
    return Combination(*(round(float(weight), 2) + 0.0 for weight in found))


def loss(weights: Combination, on: list[Episode], ceiling: float) -> float:
    """Mean log-loss over episodes."""
    losses = []
    for _, _, found, codes in on:
        score = np.clip(ceiling * expit(weights.intercept + np.array(weights[:-1]) @ found), 1e-9, 1 - 1e-9)
        losses.append(-(codes * np.log(score) + (1 - codes) * np.log1p(-score)).mean())
    return float(np.mean(losses))


def episodes(encoder: str) -> Iterator[Episode]:
    """Draws of the corpora that the weights are learnt on."""
    choose = random.Random(7)
    for name, (data, book, language) in CORPORA.items():
        rows, codebook = rows_of(SHARED / "data" / f"{data}.jsonl"), codebooks.load(SHARED / "codebooks" / f"{book}.toml")
        family = FAMILY.get(name, name)
        for size, draws in SIZES.items():
            if size > len(rows):
                continue
            for seed in range(draws):
                drawn = whole_articles(rows, size, 1000 * seed + size)
                yield family, 1.0, *measured(drawn, codebook, language, encoder)
                absent = choose.sample(codebook.names, choose.choice([1, 2] if len(codebook.names) < 6 else [1, 2, 3]))
                yield family, UNCOVERED, *measured(drawn, less(codebook, absent), language, encoder)
                main_theme = choose.choice(codebook.names)
                mostly = skewed(rows, main_theme, size, seed)
                absent = [] if seed % 2 else [choose.choice([name for name in codebook.names if name != main_theme])]
                yield family, UNCOVERED, *measured(mostly, less(codebook, absent), language, encoder)
    sport = [row for row in rows_of(SHARED / "data" / "agnews_test.jsonl") if row["label"] == "Sports"]
    for coder in ("coder-1", "coder-2"):
        bench = sample(coder)
        corpus, coded = bench.draws[0]
        yield "sample", 1.0, *signs_of(corpus, bench.codebook, coded, "en", encoder)
        for seed in range(4):
            absent = random.Random(seed).sample(bench.codebook.names, 3)
            kept = [i for i, name in enumerate(bench.codebook.names) if name not in absent]
            yield "sample", UNCOVERED, *signs_of(corpus, less(bench.codebook, absent), coded[:, kept], "en", encoder)
        for n in (30, 60, 150):
            mixed = [{"group": row.article_id, "text": row.text} for row in corpus.paragraphs.itertuples()]
            off = [row | {"group": f"zz{row['group']}"} for row in random.Random(n).sample(sport, n)]
            codes = np.vstack([coded, np.zeros((n, coded.shape[1]), dtype=bool)])
            yield "sample", UNCOVERED, *signs_of(as_corpus([*mixed, *off], "en"), bench.codebook, codes, "en", encoder)


def manifestos(encoder: str) -> Iterator[Episode]:
    """Draws of the corpus that the weights are judged on."""
    rows, codebook = rows_of(SHARED / "data" / "manifesto.jsonl"), codebooks.load(SHARED / "codebooks" / "manifesto.toml")
    for size, seed in ((100, 0), (100, 1), (100, 2), (300, 3), (300, 4), (1000, 5), (2000, 6)):
        yield "manifesto", 1.0, *measured(whole_articles(rows, size, seed), codebook, "en", encoder)


def measured(rows: list[dict[str, str]], codebook: Codebook, language: str, encoder: str) -> tuple[np.ndarray, np.ndarray]:
    """Signs and codes of labelled rows."""
    return signs_of(as_corpus(rows, language), codebook, codes_of(rows, codebook), language, encoder)


def signs_of(
    corpus: object, codebook: Codebook, coded: np.ndarray, language: str, encoder: str
) -> tuple[np.ndarray, np.ndarray]:
    """Signs × pairs, and the codes of the pairs."""
    fitted = fit_themes(corpus, codebook, Settings(language=language, themes=ThemeSettings(encoder=encoder)))
    model = fitted.model
    found = signs(model.evidence, model.hits, model.vectors.neighbours)
    return found.reshape(len(found), -1), coded.ravel().astype(float)


def less(codebook: Codebook, absent: list[str]) -> Codebook:
    """A codebook without some themes."""
    return replace(codebook, themes=tuple(theme for theme in codebook.themes if theme.name not in absent))


if __name__ == "__main__":
    assert calibration.CEILING == CEILING
    main()
