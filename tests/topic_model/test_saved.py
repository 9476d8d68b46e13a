"""A fitted model as plain data: the same topics for the same paragraphs, and nothing else is read."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.errors import InputError
from topics.manual import TopicEdit
from topics.settings import Settings, override
from topics.text import Embeddings, Lsa, Pretrained, embed
from topics.topic_model import OUTLIER, Topics, fit_topics, saved
from topics.topic_model.saved import SavedModel

TEXTS = [*BREAD, *STARS, *BOATS]
CORPUS = make_corpus(TEXTS, [f"a{i:02d}" for i in range(30)])
KNOWN = override(Settings(), ["stability.runs=3", "topics.granularity=3", "topics.outliers=0.1"])


@pytest.fixture(scope="module")
def embedded() -> Embeddings:
    return embed(CORPUS.tokens)


@pytest.fixture(scope="module")
def topics(embedded: Embeddings) -> Topics:
    """Three topics, one of them split by hand and one called otherwise."""
    bread, stars = (f"a{i:02d}-p0001" for i in (0, 10))
    edits = [TopicEdit("split", ((bread,),)), TopicEdit("rename", ((stars,),), "Sky, “stars” & =co")]
    found = fit_topics(CORPUS, embedded, KNOWN, edits=edits)
    assert found.edited == 2
    assert found.outlier_share > 0
    return found


@pytest.fixture(scope="module")
def folder(topics: Topics, embedded: Embeddings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved.save(tmp_path_factory.mktemp("saved") / "model", topics, embedded, KNOWN)


@pytest.fixture(scope="module")
def model(folder: Path) -> SavedModel:
    return saved.load(folder)


def one_line(error: pytest.ExceptionInfo[InputError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


# the same answer


def test_what_was_saved_comes_back(topics: Topics, model: SavedModel, embedded: Embeddings) -> None:
    for name in ("centroids", "topics", "parent", "outlier_distance", "bandwidth"):
        assert np.array_equal(getattr(model.model, name), getattr(topics.model, name)), name
    assert model.lsa is not None
    assert model.lsa.sha256 == embedded.model_sha256 == model.record.embedding.sha256
    assert (model.record.embedding.name, model.record.settings["topics"]["granularity"]) == ("lsa", 3)
    table = topics.topics.query("topic_id >= 0")
    assert [topic.topic_id for topic in model.record.topics] == table["topic_id"].tolist()
    for one, row in zip(model.record.topics, table.itertuples(), strict=True):
        assert (one.label, one.size, list(one.words)) == (row.label, row.size, topics.words(row.topic_id))
        assert one.stability == (None if np.isnan(row.stability) else pytest.approx(row.stability, abs=1e-4))
    assert [topic.stability for topic in model.record.topics].count(None) == 2
    assert "Sky, “stars” & =co" in model.labels.values()


def test_the_paragraphs_that_taught_the_model_have_their_topics_to_the_last_bit(topics: Topics, model: SavedModel) -> None:
    found = model.assign(CORPUS.paragraphs["text"])
    assert found["topic_id"].tolist() == topics.paragraph_topics["topic_id"].tolist()
    assert found["probability"].tolist() == topics.paragraph_topics["probability"].tolist()
    names = topics.topics.set_index("topic_id")["label"]
    assert found["label"].tolist() == names[found["topic_id"]].tolist()


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.integers(0, 29), min_size=1, max_size=12), vectors=st.booleans())
def test_in_any_company_and_order_and_as_text_or_vector_a_paragraph_has_the_same_topic(
    topics: Topics, model: SavedModel, embedded: Embeddings, rows: list[int], vectors: bool
) -> None:
    given_rows = embedded.vectors[rows] if vectors else [CORPUS.paragraphs["text"][row] for row in rows]
    found = model.assign(given_rows)
    assert found["topic_id"].tolist() == topics.paragraph_topics["topic_id"].iloc[rows].tolist()
    assert found["probability"].tolist() == topics.paragraph_topics["probability"].iloc[rows].tolist()


def test_new_texts_go_to_the_topic_that_speaks_like_them_and_foreign_ones_to_none(model: SavedModel) -> None:
    texts = ["A telescope shows the comet, a star and the galaxy.", "The crew and its boat left the harbour.", "Qwertz!", ""]
    known = model.assign([STARS[0], BOATS[2]])
    found = model.assign(texts)
    assert found["topic_id"].tolist() == [*known["topic_id"], OUTLIER, OUTLIER]
    assert found["label"].tolist()[2:] == ["Outliers"] * 2
    assert found["probability"].tolist()[2:] == [0, 0]
    assert (found["probability"][:2] > 0.5).all()


@pytest.mark.parametrize("nothing", [[], (), np.zeros((0, 10))])
def test_nothing_is_assigned_to_nothing(model: SavedModel, nothing: Any) -> None:
    found = model.assign(nothing)
    assert list(found.columns) == ["topic_id", "label", "probability"]
    assert found.empty


# what is in the folder


def test_the_same_model_gives_the_same_bytes(topics: Topics, embedded: Embeddings, folder: Path, tmp_path: Path) -> None:
    again = saved.save(tmp_path / "again", topics, embedded, KNOWN)
    names = sorted(path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file())
    parts = ("config.json", "ctfidf.safetensors", "ctfidf_config.json", "topic_embeddings.safetensors", "topics.json")
    assert names == [*(f"bertopic/{part}" for part in parts), "topics.json", "topics.npz"]
    for name in names:
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_it_holds_no_text_no_vector_of_a_paragraph_and_nothing_that_could_be_executed(
    folder: Path, embedded: Embeddings
) -> None:
    with np.load(folder / "topics.npz", allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    others = [(folder / "topics.json").read_bytes(), *(path.read_bytes() for path in (folder / "bertopic").iterdir())]
    everything = b"".join([*others, *(array.tobytes() for array in arrays.values())])
    units = embedded.vectors.astype(np.float64)
    assert not [text for text in TEXTS if " ".join(text.split()[:4]).encode() in everything]
    for vector in (*embedded.vectors, *units, *(units / np.linalg.norm(units, axis=1, keepdims=True))):
        assert vector.tobytes() not in everything
    assert {array.dtype.kind for array in arrays.values()} <= set("fiuU")
    assert sum(array.size for name, array in arrays.items() if not name.startswith("lsa_")) < embedded.vectors.size


def test_a_model_is_not_written_over_another(folder: Path, topics: Topics, embedded: Embeddings) -> None:
    before = (folder / "topics.npz").read_bytes()
    with pytest.raises(InputError, match="exists already"):
        saved.save(folder, topics, embedded, KNOWN)
    assert (folder / "topics.npz").read_bytes() == before


# vectors from elsewhere


class Fake:
    """A pretrained model: three dimensions, by what a text speaks of."""

    weights = np.eye(3)

    def encode(self, texts: list[str], **_: object) -> np.ndarray:
        return np.array([[sum(word in text.lower() for word in words) + 0.01 for words in SAID] for text in texts])


SAID = (("dough", "oven", "loaf", "flour", "bread", "bak"), ("star", "galaxy", "comet", "planet", "telescope"),
        ("boat", "sail", "hull", "wind", "harbour", "mast"))  # fmt: skip
OTHER = {
    "array": lambda: Fake().encode(CORPUS.paragraphs["text"].tolist()),
    "callable": lambda: Fake().encode,
    "object": Fake,
    "by name": lambda: Pretrained("model2vec:mine/fake", Fake(), "ab" * 32),
}


@pytest.fixture(scope="module", params=OTHER)
def elsewhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, SavedModel, Topics]:
    vectors = embed(CORPUS.tokens, source=OTHER[request.param]())
    found = fit_topics(CORPUS, vectors, KNOWN)
    return request.param, saved.load(saved.save(tmp_path_factory.mktemp("own") / "m", found, vectors, KNOWN)), found


def test_with_the_same_encoder_or_its_vectors_paragraphs_have_their_topics(
    elsewhere: tuple[str, SavedModel, Topics], monkeypatch: pytest.MonkeyPatch
) -> None:
    how, model, found = elsewhere
    texts = CORPUS.paragraphs["text"].tolist()
    monkeypatch.setattr(saved, "load_encoder", lambda name: Pretrained(name, Fake(), "ab" * 32))
    answers = [model.assign(Fake().encode(texts)), model.assign(texts, Fake()), model.assign(texts, Fake().encode)]
    if how == "by name":
        answers.append(model.assign(texts))
    for answer in answers:
        assert answer["topic_id"].tolist() == found.paragraph_topics["topic_id"].tolist()
        assert answer["probability"].tolist() == found.paragraph_topics["probability"].tolist()
    assert model.assign([TEXTS[12], TEXTS[3]], Fake())["topic_id"].tolist() == [
        found.paragraph_topics["topic_id"][12], found.paragraph_topics["topic_id"][3],
    ]  # fmt: skip


def test_without_what_made_the_vectors_texts_are_refused(elsewhere: tuple[str, SavedModel, Topics]) -> None:
    how, model, _ = elsewhere
    with pytest.raises(InputError) as error:
        model.assign(TEXTS)
    said = one_line(error)
    if how == "by name":
        assert "model2vec" in said
        assert "mine/fake" in said or "not installed" in said
    else:
        assert "vectors of the caller" in said
        assert "encoder=" in said


def test_another_model_under_the_same_name_is_refused(
    elsewhere: tuple[str, SavedModel, Topics], monkeypatch: pytest.MonkeyPatch
) -> None:
    how, model, _ = elsewhere
    monkeypatch.setattr(saved, "load_encoder", lambda name: Pretrained(name, Fake(), "cd" * 32))
    with pytest.raises(InputError) as error:
        model.assign(TEXTS)
    if how == "by name":
        assert [part for part in ("model2vec:mine/fake", "cdcdcd", "expected ababab") if part not in one_line(error)] == []
        with pytest.raises(InputError, match="efefef"):
            model.assign(TEXTS, Pretrained("model2vec:mine/fake", Fake(), "ef" * 32))
    if how == "object":
        other = Fake()
        other.weights = 2 * Fake.weights
        with pytest.raises(InputError, match="Fake is not the model"):
            model.assign(TEXTS, other)


@pytest.mark.parametrize(
    ("given_rows", "said"),
    [
        ("one text", ["one string", "list of texts"]),
        (["a text", None], ["1 of 2 texts", "no strings"]),
        (["a text", 3.5, 4], ["2 of 3 texts"]),
        (np.ones((4, 3)), ["3 dimensions", "expected 10"]),
        (np.ones((2, 2, 10)), ["(2, 2, 10)", "paragraphs × dimensions"]),
        (np.full((2, 10), np.nan), ["2 of 2 vectors", "NaN"]),
        ([[1.0, 2.0], [3.0]], ["expected", "paragraphs × dimensions"]),
        ([1.0, 2.0], ["(2,)", "paragraphs × dimensions"]),
    ],
)  # fmt: skip
def test_what_is_neither_texts_nor_fitting_vectors_is_refused(model: SavedModel, given_rows: Any, said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        model.assign(given_rows)
    assert [part for part in said if part not in one_line(error)] == []


# damage


@pytest.fixture
def damaged(folder: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(folder, tmp_path / "model"))


def arrays_of(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "topics.npz") as held:
        return {name: held[name] for name in held.files}


def sign(folder: Path, packed: bytes) -> None:
    """Put other arrays in place, with a digest to match: what a forger would do."""
    (folder / "topics.npz").write_bytes(packed)
    record = json.loads((folder / "topics.json").read_text(encoding="utf-8"))
    record["arrays_sha256"] = hashlib.sha256(packed).hexdigest()
    (folder / "topics.json").write_text(json.dumps(record), encoding="utf-8")


def pack(arrays: dict[str, Any]) -> bytes:
    held = io.BytesIO()
    np.savez(held, **arrays)
    return held.getvalue()


def test_arrays_packed_anew_are_read_so_that_a_refusal_is_for_what_is_in_them(damaged: Path, folder: Path) -> None:
    sign(damaged, pack(arrays_of(folder)))
    assert saved.load(damaged).assign(TEXTS).equals(saved.load(folder).assign(TEXTS))


def nan(array: np.ndarray) -> np.ndarray:
    changed = array.astype(float)
    changed.flat[0] = np.nan
    return changed


FORGED: dict[str, Callable[[dict[str, np.ndarray]], dict[str, Any]]] = {
    "a pickle": lambda a: {"centres": np.array([{"code": "evil"}], dtype=object)},
    "a pickle among what is not needed": lambda a: {"more": np.array([{"code": "evil"}], dtype=object)},
    "NaN": lambda a: {"centres": nan(a["centres"])},
    "infinity": lambda a: {"centres": np.where(a["centres"] == a["centres"].max(), np.inf, a["centres"])},
    "fewer centres": lambda a: {"centres": a["centres"][:-1]},
    "no centre": lambda a: {"centres": a["centres"][:0], "topics": a["topics"][:0], "within": a["within"][:0]},
    "other dimensions": lambda a: {"centres": a["centres"][:, :-1]},
    "a cube": lambda a: {"centres": a["centres"][None]},
    "whole numbers": lambda a: {"centres": a["centres"].astype(int)},
    "complex numbers": lambda a: {"centres": a["centres"].astype(complex)},
    "text": lambda a: {"centres": a["centres"].astype(str)},
    "topics without a name": lambda a: {"topics": a["topics"] + 5},
    "topics below none": lambda a: {"topics": a["topics"] - 2},
    "topics that are no numbers": lambda a: {"topics": a["topics"].astype(float)},
    "fewer topics": lambda a: {"topics": a["topics"][:-1]},
    "a centre within itself": lambda a: {"within": np.where(a["within"] >= 0, len(a["within"]) - 1, -1)},
    "a first centre within another": lambda a: {"within": np.where(np.arange(len(a["within"])) == 0, 1, a["within"])},
    "a centre within none": lambda a: {"within": a["within"] - 1},
    "a negative reach": lambda a: {"reach": np.array(-1.0)},
    "no reach": lambda a: {"reach": np.array(np.nan)},
    "many reaches": lambda a: {"reach": np.array([1.0, 2.0])},
    "no scale": lambda a: {"scale": np.array(0.0)},
    "an endless scale": lambda a: {"scale": np.array(np.inf)},
    "other weights of words": lambda a: {"lsa_idf": a["lsa_idf"] * 2},
    "weights that are nothing": lambda a: {"lsa_idf": a["lsa_idf"] * 0},
    "fewer words": lambda a: {"lsa_terms": a["lsa_terms"][:-9]},
    "words that are no text": lambda a: {"lsa_terms": a["lsa_terms"] | 0x80},
    "another language": lambda a: {"lsa_language": np.array("de")},
    "no language": lambda a: {"lsa_language": np.array("../../etc")},
    "words of other dimensions": lambda a: {"lsa_components": a["lsa_components"][:, :-1]},
    "words with NaN": lambda a: {"lsa_components": nan(a["lsa_components"])},
}


@pytest.mark.parametrize("what", FORGED)
def test_forged_arrays_are_refused(damaged: Path, what: str) -> None:
    held = arrays_of(damaged)
    sign(damaged, pack(held | FORGED[what](held)))
    with pytest.raises(InputError) as error:
        saved.load(damaged)
    one_line(error)


@pytest.mark.parametrize("what", ["weights that are nothing", "no language", "words of other dimensions"])
def test_a_forged_lsa_model_is_refused_even_under_its_own_digest(damaged: Path, what: str) -> None:
    held = arrays_of(damaged)
    held |= FORGED[what](held)
    sign(damaged, pack(held))
    lsa = Lsa.from_arrays({name.removeprefix("lsa_"): array for name, array in held.items()})
    record = json.loads((damaged / "topics.json").read_text(encoding="utf-8"))
    record["embedding"]["sha256"] = lsa.sha256
    (damaged / "topics.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InputError, match="LSA model"):
        saved.load(damaged)


@pytest.mark.parametrize("name", ["centres", "topics", "within", "reach", "scale", "lsa_terms", "lsa_idf", "lsa_components"])
def test_a_missing_array_is_refused(damaged: Path, name: str) -> None:
    held = arrays_of(damaged)
    del held[name]
    sign(damaged, pack(held))
    with pytest.raises(InputError, match=name.removeprefix("lsa_")) as error:
        saved.load(damaged)
    assert "expected" in one_line(error)


def test_a_file_that_is_no_archive_or_holds_other_files_is_refused(damaged: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("centres.npy", b"import os")
    npy = io.BytesIO()
    np.save(npy, np.ones(3))
    for packed in (b"", b"PK\x03\x04", b"no archive", held.getvalue(), npy.getvalue(), b"\x80\x04K\x01."):
        sign(damaged, packed)
        with pytest.raises(InputError) as error:
            saved.load(damaged)
        one_line(error)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_archives_are_refused_or_read_as_they_were(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Cut off or with other bytes: unsigned never read; signed by a forger, refused or harmless."""
    packed = bytearray((folder / "topics.npz").read_bytes())
    if data.draw(st.booleans()):
        packed = packed[: data.draw(st.integers(0, len(packed) - 1))]
    else:
        at = data.draw(st.integers(0, len(packed) - 1))
        packed[at] ^= data.draw(st.integers(1, 255))
    copy = Path(shutil.copytree(folder, tmp_path_factory.mktemp("damaged") / "m"))
    (copy / "topics.npz").write_bytes(packed)
    with pytest.raises(InputError, match="not the file described"):
        saved.load(copy)
    sign(copy, bytes(packed))
    with contextlib.suppress(InputError):
        assert len(saved.load(copy).assign(TEXTS[:3])) == 3


RECORDS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a newer format": (lambda r: r | {"format": 2}, "format 2; this version of topics reads up to 1: update it"),
    "an older format": (lambda r: r | {"format": 0}, "format 0"),
    "a format of text": (lambda r: r | {"format": "1"}, "format '1'"),
    "no format": (lambda r: {key: r[key] for key in r if key != "format"}, "format None"),
    "a list": (lambda r: [r], "format None"),
    "no digest": (lambda r: r | {"arrays_sha256": None}, "contains no topics"),
    "no name": (lambda r: r | {"embedding": {"sha256": ""}}, "contains no topics"),
    "no settings": (lambda r: r | {"settings": []}, "contains no topics"),
    "topics by name": (lambda r: r | {"topics": {"gas": 1}}, "contains no topics"),
    "topics of text": (lambda r: r | {"topics": ["gas"]}, "contains no topics"),
    "a label that is none": (lambda r: changed(r, label=3), "contains no topics"),
    "a topic of no number": (lambda r: changed(r, topic_id=True), "contains no topics"),
    "a topic below none": (lambda r: changed(r, topic_id=-1), "contains no topics"),
    "a topic twice": (lambda r: changed(r, topic_id=1), "contains no topics"),
    "words that are none": (lambda r: changed(r, words=["gas", 3]), "contains no topics"),
    "a stability beyond": (lambda r: changed(r, stability=1.5), "contains no topics"),
    "a topic without a label": (lambda r: r | {"topics": r["topics"][1:]}, "do not fit each other"),
    "another digest": (lambda r: r | {"embedding": {"name": "lsa", "sha256": "0" * 64}}, "LSA model is not the one"),
}


def changed(record: dict[str, Any], **values: Any) -> dict[str, Any]:
    return record | {"topics": [record["topics"][0] | values, *record["topics"][1:]]}


@pytest.mark.parametrize("what", RECORDS)
def test_a_record_that_is_foreign_newer_or_wrong_is_refused(damaged: Path, what: str) -> None:
    change, said = RECORDS[what]
    path = damaged / "topics.json"
    path.write_text(json.dumps(change(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    with pytest.raises(InputError) as error:
        saved.load(damaged)
    assert said in one_line(error)


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b'{"format": 1}'])
def test_a_record_that_is_no_record_is_refused(damaged: Path, text: bytes) -> None:
    (damaged / "topics.json").write_bytes(text)
    with pytest.raises(InputError) as error:
        saved.load(damaged)
    assert "topics.json" in one_line(error)


@pytest.mark.parametrize("name", ["topics.json", "topics.npz"])
def test_a_folder_without_a_model_is_refused(damaged: Path, name: str) -> None:
    (damaged / name).unlink()
    with pytest.raises(InputError, match=f"no {name}; expected the folder model/"):
        saved.load(damaged)


def test_a_corpus_of_one_paragraph_can_be_saved_and_assigned(tmp_path: Path) -> None:
    corpus = make_corpus([BREAD[0]])
    vectors = embed(corpus.tokens)
    found = fit_topics(corpus, vectors, KNOWN)
    model = saved.load(saved.save(tmp_path / "m", found, vectors, KNOWN))
    assert isinstance(vectors.encoder, Lsa)
    assert model.assign([BREAD[0], STARS[0], ""])["topic_id"].tolist() == [0, 0, 0]
