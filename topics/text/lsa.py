"""Latent semantic analysis (Deerwester et al. 1990), an encoder without a pretrained model."""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, eigsh
from threadpoolctl import threadpool_limits

from topics.errors import InputError
from topics.text.tokens import TokenisedTexts, Tokens, tokenise_all
from topics.text.words import stop_stems

_EPSILON = 1e-6
"""Relative lengths and singular values below this are rounding errors."""
_FULL_SVD = 200
"""Up to this number of texts or terms, all singular vectors are computed."""


@dataclass(frozen=True, eq=False)
class Lsa:
    """Tf-idf of stems, truncated SVD, unit length.

    The vector of a text depends only on the text, to the last bit; it is zero without known words.
    """

    terms: tuple[str, ...] = field(repr=False)
    """Stems, sorted."""
    idf: np.ndarray = field(repr=False)
    """Inverse document frequency of each term."""
    components: np.ndarray = field(repr=False)
    """Terms × dimensions."""
    language: str = "en"

    @classmethod
    def fit(
        cls, texts: Sequence[str] | TokenisedTexts, language: str = "auto", *, dimensions: int = 0, min_count: int = 0
    ) -> Self:
        """Compute terms and dimensions; the order of texts does not matter.

        Parameters
        ----------
        texts
            The texts, or their tokens.
        language
            ISO 639-1 code of their language, or ``auto`` (see :func:`topics.text.tokens.tokenise_all`).
            Tokens keep their language.
        dimensions
            At most so many. 0: the square root of the number of texts, 10 to 100. A small corpus has
            few dimensions, because further ones are noise: on the sample study, the mean stability of
            topics was 0.37 with 100 dimensions, and over 0.65 with the default of 14.
        min_count
            Minimum number of texts with a term. 0: 1 below 30 texts, then 2, and from 90,000 texts a
            hundredth of the square root of their number.

        Raises
        ------
        InputError
            If ``min_count`` is set and no word occurs in so many texts.
        """
        if not isinstance(texts, TokenisedTexts):
            texts = tokenise_all(texts, language)
        n = len(texts)
        documents = _documents(texts)
        # the order of rows must not change the last digits
        documents = [documents[i] for i in sorted(range(n), key=lambda i: texts.rows[i].text)]
        frequencies = Counter(stem for document in documents for stem in set(document))
        terms = _frequent_terms(frequencies, n, min_count)
        idf = np.array([math.log((1 + n) / (1 + frequencies[term])) + 1 for term in terms])
        wanted = dimensions or min(max(round(math.sqrt(n)), 10), 100)
        k = max(min(wanted, n - 1, len(terms) - 1), min(2, n, len(terms)))
        model = cls(terms, idf, np.zeros((len(terms), max(k, 2))), texts.language)
        if terms:
            model.components[:, :k] = _singular_vectors(model._tf_idf(documents), k)
        return model

    def encode(self, texts: Sequence[str] | TokenisedTexts) -> np.ndarray:
        """Texts -> float32, texts × dimensions; rows of unit length, or zero."""
        if not isinstance(texts, TokenisedTexts):
            texts = tokenise_all(texts, self.language)
        elif texts.language != self.language:
            texts = tokenise_all(texts.texts, self.language)
        vectors = self._tf_idf(_documents(texts)) @ self.components
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > _EPSILON).astype(np.float32)

    @cached_property
    def sha256(self) -> str:
        """Digest of language, terms, their weights and components."""
        numbers = [np.ascontiguousarray(array, dtype="<f8").tobytes() for array in (self.idf, self.components)]
        return hashlib.sha256(b"".join([json.dumps([self.language, self.terms]).encode(), *numbers])).hexdigest()

    def to_arrays(self) -> dict[str, np.ndarray]:
        """The model as plain arrays, for ``numpy.savez``."""
        # Bytes, because in an array of str numpy pads every term to the longest.
        terms = np.frombuffer("\n".join(self.terms).encode(), dtype=np.uint8)
        return {"language": np.array(self.language), "terms": terms, "idf": self.idf, "components": self.components}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """The inverse of :meth:`to_arrays`; also accepts ``numpy.load(file)``.

        Raises
        ------
        InputError
            If an array is missing or does not fit the others.
        """
        try:
            terms = tuple(arrays["terms"].tobytes().decode().split("\n")) if arrays["terms"].size else ()
            idf, components = (np.array(arrays[name], dtype=np.float64, order="C") for name in ("idf", "components"))
            language = str(arrays["language"])
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(f"the arrays are not an LSA model ({error}); expected those of Lsa.to_arrays") from None
        fits = idf.shape == (len(terms),) and components.ndim == 2 and len(components) == len(terms)
        if not fits or not np.isfinite(idf).all() or not np.isfinite(components).all():
            raise InputError(
                f"an LSA model of {len(terms)} terms has idf {idf.shape} and components {components.shape};"
                " expected a finite weight and a row for each term"
            )
        return cls(terms, idf, components, language)

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {term: column for column, term in enumerate(self.terms)}

    def _tf_idf(self, documents: Sequence[Sequence[str]]) -> csr_array:
        """Tf-idf, rows of unit length."""
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        idf = self.idf.tolist()
        # Rows are computed one by one: in sums over the whole matrix, a row would depend on the others.
        for document in documents:
            counts = sorted(Counter(self._columns[stem] for stem in document if stem in self._columns).items())
            row = [(1 + math.log(count)) * idf[column] for column, count in counts]
            length = math.sqrt(sum(value * value for value in row))
            columns += [column for column, _ in counts]
            values += [value / length for value in row]
            ends.append(len(columns))
        csr = np.array(values, dtype=np.float64), np.array(columns, dtype=np.int64), np.array(ends)
        return csr_array(csr, shape=(len(documents), len(self.terms)))


def _documents(texts: TokenisedTexts) -> list[list[str]]:
    """The stems of each text without the stop words of its own language."""
    languages = texts.languages or [texts.language] * len(texts)
    return [_content_stems(tokens, own) for tokens, own in zip(texts, languages, strict=True)]


def _content_stems(tokens: Tokens, own: str) -> list[str]:
    stop = stop_stems(tokens.language, own)
    return [stem for stem in tokens.segmented.stems if stem not in stop and not stem.isdigit()]


def _frequent_terms(frequencies: Counter[str], n: int, min_count: int) -> tuple[str, ...]:
    """Stems that occur in at least ``min_count`` of ``n`` texts; all stems if none do.

    By default (0) the minimum is 1 below 30 texts, then 2, and from 90,000 texts a hundredth of the square
    root of their number, which excludes rare names and misspellings and saves memory.
    """
    least = min_count or (max(2, math.isqrt(n) // 100) if n >= 30 else 1)
    terms = tuple(sorted(stem for stem, count in frequencies.items() if count >= least))
    if min_count and frequencies and not terms:
        raise InputError(
            f"embeddings.min_count is {min_count}, but no word occurs in so many of {n} paragraphs;"
            f" expected at most {max(frequencies.values())}, or 0 (automatic)"
        )
    return terms or tuple(sorted(frequencies))


def _singular_vectors(weighted: csr_array, k: int) -> np.ndarray:
    """The first ``k`` right singular vectors as columns, the largest entry of each positive; zero beyond the rank.

    They are exact: randomised ones differ between seeds (on the sample study by up to 0.66 in the
    cosine of two paragraphs), and gave topics that agree less with its coders.
    """
    wide = weighted.shape[0] < weighted.shape[1]
    tall = weighted.T if wide else weighted
    size = min(weighted.shape)
    # A single thread: the order of summation changes the last digits.
    with threadpool_limits(limits=1):
        if size <= _FULL_SVD or k == size:
            _, singular, axes = np.linalg.svd(weighted.toarray(), full_matrices=False)
        else:
            # Eigenvectors of the Gram matrix span the space; an SVD within it restores full precision.
            gram = LinearOperator((size, size), matvec=lambda x: tall.T @ (tall @ x), dtype=np.float64)
            rng = np.random.default_rng(0)
            basis, _ = np.linalg.qr(eigsh(gram, k, v0=rng.standard_normal(size), rng=rng, tol=1e-12)[1])
            left, singular, right = np.linalg.svd(tall @ basis, full_matrices=False)
            axes = left.T if wide else right @ basis.T
    first = np.argsort(-singular, kind="stable")[:k]
    axes = axes[first] * np.sign(axes[first, np.abs(axes[first]).argmax(axis=1)])[:, None]
    return np.where(singular[first] > _EPSILON * singular.max(), axes.T, 0.0)
