"""Vectors: LSA of any size, pretrained models from a folder, and whatever the user brings."""

import hashlib
import io
import random
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import example, given, settings
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading import Corpus
from topics.settings import Settings, override
from topics.text import Encoder, Lsa, Pretrained, embed, encoders, load_encoder, lsa, tokenise_all

THIRTY = [*BREAD, *STARS, *BOATS]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of this room may ask the hub, or anything else."""

    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("something went to the network")

    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def cosine(vectors: np.ndarray) -> np.ndarray:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit @ unit.T


def named(name: str) -> Settings:
    return override(Settings(), [f"embeddings.name='''{name}'''"])


# ---- LSA


def fit_lsa(texts: list[str], language: str = "en", **options: int) -> Lsa:
    return Lsa.fit(texts, language, **options)


def test_lsa_brings_like_paragraphs_together() -> None:
    corpus = make_corpus(THIRTY, [f"a{i:02d}" for i in range(30)])
    near = cosine(embed(corpus.tokens).vectors)
    label = np.repeat([0, 1, 2], 10)
    same = label[:, None] == label[None, :]
    off = ~np.eye(30, dtype=bool)
    assert near[same & off].mean() > near[~same].mean() + 0.15


def test_lsa_places_new_texts_beside_their_like() -> None:
    found = embed(make_corpus(THIRTY).tokens)
    assert found.encoder is not None
    new = found.encoder.encode(["Flour and yeast make a dough.", "The sails of the boat caught the wind."])
    near = (new @ found.vectors.T).reshape(2, 3, 10).mean(axis=2)
    assert near.argmax(axis=1).tolist() == [0, 2]


def test_lsa_is_the_same_every_time_and_follows_the_seedless_rule(corpus: Corpus) -> None:
    first, again = embed(corpus.tokens), embed(corpus.tokens)
    assert first.sha256 == again.sha256
    assert first.model_sha256 == again.model_sha256 != ""
    assert first.name == "lsa"
    assert first.vectors.shape == (len(corpus.paragraphs), 10)
    assert embed(corpus.tokens, override(Settings(), ["embeddings.dimensions=4"])).vectors.shape[1] == 4


def test_lsa_does_not_see_rows_ids_or_cores() -> None:
    from threadpoolctl import threadpool_limits

    texts = [*THIRTY, BREAD[0], BREAD[0]]
    first = embed(make_corpus(texts).tokens)
    vector = dict(zip(texts, first.vectors, strict=True))
    order = texts.copy()
    for seed in range(3):
        random.Random(seed).shuffle(order)
        with threadpool_limits(limits=seed + 1):
            corpus = make_corpus(order, [f"z{i % 7}" for i in range(len(order))])
            again = embed(corpus.tokens)
        assert again.model_sha256 == first.model_sha256
        for text, row in zip(corpus.paragraphs["text"], again.vectors, strict=True):
            assert np.array_equal(row, vector[text])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_lsa_never_raises_and_is_finite(texts: list[str]) -> None:
    vectors = embed(make_corpus(texts).tokens).vectors
    assert len(vectors) == len(texts)
    assert vectors.shape[1] >= 2
    assert np.isfinite(vectors).all()


SENTENCES = st.lists(
    st.lists(st.sampled_from("dough oven crust star comet boat sail wind Öl 石油".split()), max_size=12), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, st.lists(st.text(max_size=30), max_size=3), st.integers(1, 7))
@example([["dough"]], ["dough star"], 1)
@example([["dough", "oven"]] * 40, ["oven", ""], 3)
def test_a_vector_is_the_same_to_the_bit_wherever_its_text_stands(known: list[list[str]], new: list[str], size: int) -> None:
    texts = [" ".join(sentence) for sentence in known] or ["dough"]
    found = embed(make_corpus(texts).tokens)
    assert isinstance(found.encoder, Lsa)
    file = io.BytesIO()
    np.savez(file, **found.encoder.to_arrays())
    with np.load(io.BytesIO(file.getvalue()), allow_pickle=False) as arrays:
        kept = Lsa.from_arrays(arrays)
    assert kept.sha256 == found.model_sha256
    assert (kept.terms, kept.language) == (found.encoder.terms, "en")
    every = [*new, *texts]
    whole = kept.encode(every)
    parts = [found.encoder.encode(every[start : start + size]) for start in range(0, len(every), size)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert np.array_equal(whole[len(new) :], found.vectors)
    length = np.linalg.norm(whole, axis=1)
    assert np.all((length == 0) | (abs(length - 1) < 1e-6))


def many(n: int) -> list[str]:
    """Sentences of twelve words of 400, at random."""
    draw = random.Random(1)
    known = [f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]
    return [" ".join(draw.choices(known, k=12)) for _ in range(n)]


def test_both_ways_to_the_components_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    for texts in (many(450), many(250)):
        few = fit_lsa(texts)
        with monkeypatch.context() as patch:
            patch.setattr(lsa, "_FULL_SVD", 1000)
            every = fit_lsa(texts)
        assert np.allclose(few.components, every.components, atol=1e-7)
        assert np.allclose(few.components.T @ few.components, np.eye(few.components.shape[1]))


@pytest.mark.parametrize(
    ("texts", "dimensions"),
    [(many(60) * 5, 0), (many(60) * 5, 100), ([word for text in many(40) for word in text.split()], 0), (many(250), 249)],
)
def test_components_are_the_same_to_the_bit_where_few_or_all_matter_alike(texts: list[str], dimensions: int) -> None:
    assert len({fit_lsa(texts, dimensions=dimensions).sha256 for _ in range(3)}) == 1


def test_a_text_without_a_known_word_has_a_zero_vector() -> None:
    model = fit_lsa(THIRTY)
    assert not model.encode(["", "the and of", "Quasar 1999", "石油"]).any()
    assert model.encode([]).shape == (0, 10)
    assert not embed(make_corpus(["...", "", "12"]).tokens).vectors.any()


def test_paragraphs_that_say_the_same_leave_no_dimensions_of_rounding_errors() -> None:
    model = fit_lsa(["The baker kneads dough."] * 20 + ["The crew furls sails."] * 20)
    assert (np.abs(model.components).sum(axis=0) > 0).sum() == 2
    assert np.allclose(model.encode(["Baker"]), model.encode(["The baker kneads dough."]))


def test_two_long_paragraphs_keep_their_cosine() -> None:
    vectors = embed(make_corpus(["dough oven crust", "dough star comet"]).tokens).vectors
    assert vectors.shape == (2, 2)
    assert 0.1 < vectors[0] @ vectors[1] < 0.5
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


@pytest.mark.parametrize(("n", "least"), [(29, 1), (30, 2), (89_999, 2), (90_000, 3), (1_000_000, 10)])
def test_rare_words_count_by_a_rule_that_follows_the_corpus(n: int, least: int) -> None:
    from collections import Counter

    spread = Counter({f"w{count:02d}": count for count in range(1, 20)})
    assert lsa._frequent_terms(spread, n, 0)[0] == f"w{least:02d}"


def test_the_rule_gives_way_to_a_setting_and_to_a_corpus_of_rare_words() -> None:
    assert "quich" in fit_lsa([*BREAD[:5], "Quiche"]).terms
    assert "quich" not in fit_lsa([*THIRTY, "Quiche"]).terms
    found = embed(tokenise_all(THIRTY), override(Settings(), ["embeddings.min_count=5"]))
    assert isinstance(found.encoder, Lsa)
    assert found.encoder.sha256 == fit_lsa(THIRTY, min_count=5).sha256
    assert {*found.encoder.terms} < {*fit_lsa(THIRTY).terms}
    alone = [f"{word}ish" for word in ["abc" + chr(97 + i) for i in range(26)] + ["xyza", "xyzb", "xyzc", "xyzd"]]
    assert len(fit_lsa(alone).terms) == 30


def test_a_min_count_that_leaves_nothing_says_what_would() -> None:
    with pytest.raises(InputError, match=r"min_count is 99, but no word .* of 30 paragraphs; expected at most \d+, or 0"):
        fit_lsa(THIRTY, min_count=99)
    with pytest.raises(InputError, match=r"min_count is -1; expected 0"):
        override(Settings(), ["embeddings.min_count=-1"])


def test_lsa_reads_its_own_language() -> None:
    model = fit_lsa(["Die Häuser stehen am Fluss.", "Das Haus steht am Berg."], "de")
    assert model.language == "de"
    assert "haus" in model.terms
    assert model.encode(["Häuser"]).any()
    assert Lsa.fit(["Die Häuser stehen am Fluss.", "Das Haus steht am Berg."]).sha256 == model.sha256, "which is detected"


def test_a_fitted_lsa_serves_another_corpus() -> None:
    model = fit_lsa(THIRTY)
    found = embed(make_corpus([BREAD[0], "Nothing known"]).tokens, source=model)
    assert (found.name, found.model_sha256, found.encoder) == ("lsa", model.sha256, model)
    assert np.array_equal(found.vectors[0], embed(make_corpus(THIRTY).tokens).vectors[0])


def broken(model: Lsa, **change: Any) -> dict[str, Any]:
    return {name: array for name, array in {**model.to_arrays(), **change}.items() if array is not None}


@pytest.mark.parametrize(
    "change",
    [
        {"idf": None},
        {"terms": None},
        {"components": np.ones((3, 2))},
        {"components": np.ones(9)},
        {"idf": np.array([np.nan] * 9)},
        {"idf": np.array(["a"] * 9)},
        {"terms": np.frombuffer(b"\xff", dtype=np.uint8)},
    ],
)
def test_arrays_that_hold_no_model_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="expected"):
        Lsa.from_arrays(broken(fit_lsa(["dough oven"]), **change))


# ---- what the user brings


class Letters:
    """An encoder of eight lines."""

    def encode(self, texts: list[str]) -> np.ndarray:
        return np.array([[text.count(letter) for letter in "aeiou"] for text in texts], dtype=float)


def test_encoders_callables_and_arrays_are_first_class(corpus: Corpus) -> None:
    texts = corpus.paragraphs["text"].tolist()
    array = Letters().encode(texts)
    before = array.copy()
    sources: list[Any] = [Letters(), Letters().encode, array, array.tolist()]
    for source in sources:
        found = embed(corpus.tokens, source=source)
        assert np.array_equal(found.vectors, array.astype(np.float32))
        assert found.model_sha256 == ""
        if callable(source) or hasattr(source, "encode"):
            assert found.encoder is not None
            assert np.array_equal(found.encoder.encode(["aeia", ""]), [[2, 1, 1, 0, 0], [0] * 5])
        else:
            assert found.encoder is None
    assert np.array_equal(array, before)
    assert embed(corpus.tokens, source=Letters()).name == "Letters"
    assert embed(corpus.tokens, source=Letters().encode).name == "encode"
    assert embed(corpus.tokens, source=array).name == "precomputed"


def test_an_array_that_is_taken_stays_its_owners(corpus: Corpus) -> None:
    mine = np.ones((len(corpus.paragraphs), 3), dtype=np.float32)
    embed(corpus.tokens, source=mine).vectors[0] = 7
    assert (mine == 1).all()


def test_a_callable_sees_the_texts_as_they_stand_and_an_encoder_each_once() -> None:
    seen: list[list[str]] = []

    class Spy(Letters):
        def encode(self, texts: list[str]) -> np.ndarray:
            seen.append(list(texts))
            return super().encode(texts)

    corpus = make_corpus(["aa", "eeee", "aa", "o"])
    embed(corpus.tokens, source=Spy().encode)
    embed(corpus.tokens, source=Spy())
    assert seen == [["aa", "eeee", "aa", "o"], ["eeee", "aa", "o"]]


def test_vectors_are_checked(corpus: Corpus) -> None:
    n = len(corpus.paragraphs)
    with pytest.raises(InputError, match=f"3 vectors for {n} paragraphs"):
        embed(corpus.tokens, source=np.ones((3, 4)))
    with pytest.raises(InputError, match="1 of"):
        embed(corpus.tokens, source=np.array([[np.nan, 1.0]] + [[0.0, 1.0]] * (n - 1)))
    with pytest.raises(InputError, match=f"{n} of {n} vectors contain NaN or infinity"):
        embed(corpus.tokens, source=np.full((n, 2), 1e300))
    for shape in [(n,), (n, 0), (n, 2, 2), ()]:
        with pytest.raises(InputError, match="paragraphs × dimensions"):
            embed(corpus.tokens, source=np.ones(shape))
    for wrong in (np.full((n, 2), None), np.full((n, 2), "1.0"), np.full((n, 2), 1j), {"a": 1}, 3 + 1j):
        with pytest.raises(InputError, match="expected an array of numbers"):
            embed(corpus.tokens, source=wrong)
    with pytest.raises(InputError, match="embeddings are not an array"):
        embed(corpus.tokens, source=[[1.0, 2.0]] * (n - 1) + [[1.0]])


def test_a_callable_or_encoder_that_answers_wrongly_is_named(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    n = len(corpus.paragraphs)
    with pytest.raises(InputError, match=f"2 vectors for {n} paragraphs"):
        embed(corpus.tokens, source=lambda texts: np.ones((2, 2)))

    class Odd:
        def encode(self, texts: list[str]) -> np.ndarray:
            return np.ones((len(texts), len(texts)))

    monkeypatch.setattr(encoders, "CHUNK", n - 1)
    with pytest.raises(InputError, match=rf"Odd returned vectors of \[1, {n - 1}\] dimensions; expected the same"):
        embed(corpus.tokens, source=Odd())


def test_long_work_reports_its_progress_and_keeps_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    from threadpoolctl import threadpool_info

    class Watched(Letters):
        def encode(self, texts: list[str]) -> np.ndarray:
            assert {pool["num_threads"] for pool in threadpool_info()} == {1}
            return super().encode(texts)

    monkeypatch.setattr(encoders, "CHUNK", 4)
    corpus, parts = make_corpus(THIRTY), []
    chunked = embed(corpus.tokens, source=Watched(), progress=parts.append)
    assert len(parts) == 8
    assert parts == sorted(parts)
    assert 0 < parts[0] < parts[-1] == 1
    assert np.array_equal(chunked.vectors, Letters().encode(THIRTY).astype(np.float32))
    parts.clear()
    embed(make_corpus(["", ""]).tokens, source=Letters(), progress=parts.append)
    assert parts == [1.0]
    assert Pretrained("letters", Letters()).encode([]).shape == (0, 5)


# ---- pretrained models


@pytest.fixture(scope="module")
def static() -> Any:
    """A Model2Vec model of the words of the three subjects."""
    from model2vec import StaticModel
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    known = sorted({word.strip(".,").lower() for text in THIRTY for word in text.split()})
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(["[UNK]", *known])}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.random.default_rng(1).standard_normal((len(known) + 1, 16)).astype(np.float32)
    return StaticModel(vectors, tokenizer, normalize=True)


@pytest.fixture
def saved(static: Any, tmp_path: Path) -> Path:
    static.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def file_digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_static_model_is_loaded_from_its_folder(static: Any, saved: Path, capfd: pytest.CaptureFixture[str]) -> None:
    name = f"model2vec:{saved}"
    found = embed(make_corpus(THIRTY).tokens, named(name))
    assert found.name == name
    assert found.model_sha256 == file_digest(saved / "model.safetensors")
    assert np.allclose(found.vectors, static.encode(THIRTY), atol=1e-6)
    assert found.encoder is not None
    assert np.array_equal(found.encoder.encode([BREAD[3]])[0], found.vectors[3])
    assert not found.encoder.encode(["Ωmega"]).any()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("folder", ["model@v1", "a model", "C:\\models\\mine", "модель", "org/name", "x@y/z@w"])
@pytest.mark.parametrize("how", ["absolute", "relative", "home"])
def test_an_existing_folder_wins_over_every_other_reading(
    static: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, how: str
) -> None:
    static.save_pretrained(tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    path = {"absolute": str(tmp_path / folder), "relative": folder, "home": f"~/{folder}"}[how]
    found = embed(make_corpus(BREAD[:2]).tokens, named(f"model2vec:{path}"))
    assert found.name == f"model2vec:{path}"
    assert found.model_sha256 == file_digest(tmp_path / folder / "model.safetensors")


def test_a_pretrained_model_does_not_see_rows_or_chunks(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*THIRTY, BREAD[0], ""]
    first = embed(make_corpus(texts).tokens, source=f"model2vec:{saved}")
    order = random.Random(1).sample(range(len(texts)), len(texts))
    again = embed(make_corpus([texts[i] for i in order]).tokens, source=f"model2vec:{saved}")
    assert np.array_equal(again.vectors, first.vectors[order])
    monkeypatch.setattr(encoders, "CHUNK", 3)
    assert np.allclose(embed(make_corpus(texts).tokens, source=f"model2vec:{saved}").vectors, first.vectors, atol=1e-6)


def test_a_loaded_model_that_is_handed_over_has_a_digest_of_its_parameters(static: Any, saved: Path) -> None:
    corpus = make_corpus(BREAD[:3])
    mine = embed(corpus.tokens, source=static)
    assert mine.name == "StaticModel"
    assert len(mine.model_sha256) == 64
    assert embed(corpus.tokens, source=load_encoder(f"model2vec:{saved}").model).model_sha256 == mine.model_sha256
    other = load_encoder(f"model2vec:{saved}").model
    other.embedding = other.embedding * 2
    assert embed(corpus.tokens, source=other).model_sha256 != mine.model_sha256
    loaded = load_encoder(f"model2vec:{saved}")
    assert embed(corpus.tokens, source=loaded).name == f"model2vec:{saved}"
    assert embed(corpus.tokens, source=loaded).encoder is loaded


def test_weights_in_several_files_have_a_digest_of_their_parameters(static: Any, saved: Path) -> None:
    (saved / "2_Dense").mkdir()
    (saved / "2_Dense" / "model.safetensors").write_bytes((saved / "model.safetensors").read_bytes())
    assert load_encoder(f"model2vec:{saved}").sha256 == embed(make_corpus(BREAD[:3]).tokens, source=static).model_sha256


@pytest.fixture
def hub(static: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the hub's own library keeps of minishlab/tiny, revision v1; its commit."""
    import huggingface_hub.constants

    commit = "0123456789abcdef" * 2 + "01234567"
    repository = tmp_path / "hub" / "models--minishlab--tiny"
    static.save_pretrained(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "v1").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return commit


def test_a_hub_name_and_its_revision_are_found_in_the_cache(hub: str) -> None:
    for name in ("minishlab/tiny@v1", "tiny@v1", f"minishlab/tiny@{hub}"):
        found = embed(make_corpus(BREAD[:3]).tokens, named(f"model2vec:{name}"))
        assert found.name == f"model2vec:{name}"
        assert found.vectors.shape == (3, 16)
    for name in ("minishlab/tiny", "tiny@v2", "other/tiny@v1"):
        with pytest.raises(
            InputError, match=f"model2vec cannot load '{name}' .* expected a folder, or a hub name while online"
        ):
            load_encoder(f"model2vec:{name}")


@pytest.mark.parametrize(
    "model", ["./tiny", "../tiny", "~/tiny", "/tiny", "a/b/c", "C:\\tiny", "tiny model", "tiny/", "tiny@", "@v1"]
)
def test_what_looks_like_a_path_never_goes_to_the_hub(hub: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: pytest.fail("asked the hub"))
    with pytest.raises(InputError, match=r"is neither a folder nor a hub name; expected a folder or OWNER/MODEL"):
        load_encoder(f"model2vec:{model}")


def test_only_weights_and_plain_data_are_fetched(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    asked = []

    def fetch(repository: str, revision: str | None, allow_patterns: list[str]) -> str:
        asked.append((repository, revision, allow_patterns))
        return str(saved)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    load_encoder("model2vec:potion-base-8M")
    load_encoder("model2vec:somebody/m.1@main")
    assert [call[:2] for call in asked] == [("minishlab/potion-base-8M", None), ("somebody/m.1", "main")]
    assert not {"*.bin", "*.pkl", "*.py", "*"} & set(asked[0][2])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20))
@example("~nobody-of-this-name/model")
@example("a\0b")
@example("x" * 5000)
@example("org/" + "-")
@example("..")
def test_any_name_is_loaded_or_refused_with_a_reason(model: str) -> None:
    with pytest.raises(InputError, match="expected"):
        load_encoder(f"model2vec:{model}")


@pytest.mark.parametrize("name", ["glove", "model2vec", "model2vec:", "model2vec: ", "word2vec:x", "", "LSA"])
def test_unknown_backends_are_refused(corpus: Corpus, name: str) -> None:
    with pytest.raises(InputError, match="expected lsa"):
        embed(corpus.tokens, named(name))
    with pytest.raises(InputError, match="expected lsa"):
        embed(corpus.tokens, source=name)


@pytest.mark.parametrize(("name", "extra"), [("model2vec:x", "static"), ("sentence-transformers:x", "transformers")])
def test_a_backend_that_is_not_installed_names_its_extra(
    corpus: Corpus, name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name.split(":")[0].replace("-", "_"), None)
    with pytest.raises(InputError, match=rf"is not installed .* run pip install 'article-topics\[{extra}\]'"):
        embed(corpus.tokens, named(name))


def remove(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def pickle_(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def pickle_in_a_module(folder: Path) -> None:
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"")


def damage(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"no weights")


def untold(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def unfit(folder: Path) -> None:
    (folder / "config.json").write_text("[")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (remove, "has no weights; expected model.safetensors"),
        (pickle_, "has its weights in pytorch_model.bin; expected model.safetensors"),
        (pickle_in_a_module, "has its weights in pytorch_model.bin"),
        (damage, "model2vec cannot load .* expected a folder"),
        (untold, "model2vec cannot load .* expected a folder"),
        (unfit, "model2vec cannot load .* expected a folder"),
    ],
)
def test_a_folder_that_holds_no_model_is_refused(saved: Path, harm: Callable[[Path], None], said: str) -> None:
    harm(saved)
    with pytest.raises(InputError, match=said):
        load_encoder(f"model2vec:{saved}")


def test_a_file_and_a_folder_with_a_revision_are_refused(saved: Path) -> None:
    with pytest.raises(InputError, match="is a file; expected the folder of a model"):
        load_encoder(f"model2vec:{saved / 'model.safetensors'}")
    with pytest.raises(InputError, match="is a folder and has no revision 'main'; remove @main"):
        load_encoder(f"model2vec:{saved}@main")


def test_lsa_and_pretrained_models_are_encoders() -> None:
    encoders: list[Encoder] = [fit_lsa(THIRTY), Pretrained("letters", Letters()), Letters()]
    assert all(len(encoder.encode(["a", "b"])) == 2 for encoder in encoders)
