"""Settings: what a user may write, and what is said when it is wrong."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import settings as rooms
from topics.errors import InputError
from topics.files import replace_file
from topics.settings import Settings, from_dict, load, override

whole = st.integers(0, 2**32 - 1)
text = st.text(max_size=20)
above_0_below_1 = st.floats(0, 1, exclude_min=True, exclude_max=True)
automatic = st.just(0) | st.integers(2, 500)

any_settings = st.builds(
    Settings,
    title=text,
    articles=text,
    codebook=text,
    corrections=text,
    topic_edits=text,
    language=st.sampled_from(["auto", "en", "ru", "zh", "deu"]),
    seed=whole,
    reading=st.builds(
        rooms.ReadingSettings,
        unit=st.sampled_from(rooms.UNITS),
        min_words=st.integers(1, 50),
        short=st.sampled_from(["join", "drop"]),
        max_words=st.integers(50, 5000),
        boilerplate=st.lists(text, max_size=3).map(tuple),
        mend=st.booleans(),
        repair=st.booleans(),
        duplicates=st.sampled_from(["drop", "keep"]),
        other_languages=st.sampled_from(["drop", "keep"]),
        columns=st.dictionaries(st.sampled_from(rooms.COLUMN_FIELDS), text, max_size=3),
    ),
    embeddings=st.builds(rooms.EmbeddingSettings, name=text, dimensions=st.integers(2, 500)),
    themes=st.builds(
        rooms.ThemeSettings,
        threshold=above_0_below_1,
        rounds=st.integers(0, 20),
        encoder=text,
        neighbours=st.floats(0, 1, exclude_max=True),
    ),
    topics=st.builds(
        rooms.TopicSettings,
        neighbours=automatic,
        components=st.integers(1, 50),
        min_size=automatic,
        words=st.integers(1, 50),
    ),
    stability=st.builds(rooms.StabilitySettings, runs=st.integers(0, 50), fraction=st.floats(0.5, 1)),
    profiles=st.builds(
        rooms.ProfileSettings,
        draws=st.integers(100, 9999),
        level=above_0_below_1,
        period=st.sampled_from(["auto", *rooms.PERIODS]),
    ),
)


@given(any_settings)
def test_settings_come_back_from_their_dict_and_from_json(settings: Settings):
    assert from_dict(settings.to_dict()) == settings
    assert from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def every_key() -> list[tuple[str, object]]:
    found = []
    for name, value in Settings().to_dict().items():
        found += [(f"{name}.{key}", inner) for key, inner in value.items()] if isinstance(value, dict) else [(name, value)]
    return [(key, value) for key, value in found if key != "reading.columns"]  # each field of it is a key


@pytest.mark.parametrize(("key", "default"), every_key())
def test_every_key_can_be_set_from_the_command_line_and_changes_nothing_else(key: str, default: object):
    new = {
        "reading.unit": "paragraph",
        "reading.short": "drop",
        "reading.mend": False,
        "reading.repair": True,
        "reading.duplicates": "keep",
        "reading.other_languages": "keep",
        "reading.boilerplate": ("^Sponsored",),
        "themes.threshold": 0.7,
        "themes.neighbours": 0.5,
        "themes.encoder": "none",
        "themes.nearest": 0.1,
        "themes.coding": ("sheet-anna.xlsx",),
        "themes.coders": ("model.csv",),
        "topics.guided": True,
        "topics.outliers": 0.25,
        "topics.phrases": False,
        "stability.fraction": 0.75,
        "profiles.level": 0.8,
        "profiles.population": "articles like these",
        "profiles.period": "quarter",
        "groups.by": ("party", "wave"),
        "figures.columns": 1,
        "figures.text": "text",
        "figures.formats": ("svg", "pdf"),
        "deposit.text": False,
        "deposit.ro_crate": True,
        "deposit.authors": ("A. Writer", "B. Reader"),
        "language": "ru",
    }.get(key, f"other {default}" if isinstance(default, str) else 100 if isinstance(default, tuple) else int(default) + 100)
    written = json.dumps(new)
    before = Settings()
    after = override(before, [f"{key}={written}"])
    changed = {name for name, value in _flat(after).items() if value != _flat(before)[name]}
    assert changed == {key}
    assert _flat(after)[key] == new
    assert before == Settings(), "the settings handed in were changed"


def _flat(settings: Settings) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in settings.to_dict().items():
        flat |= {f"{name}.{key}": inner for key, inner in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def test_a_value_that_is_not_toml_is_a_string_and_the_last_assignment_wins():
    settings = override(Settings(), ["embeddings.name=model2vec:some/model", "seed=1", "seed=2", "title=a = b"])
    assert settings.embeddings.name == "model2vec:some/model"
    assert settings.seed == 2
    assert settings.title == "a = b"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("party,wave", ("party", "wave")),
        ("party, wave , ", ("party", "wave")),
        ("party", ("party",)),
        ('"party"', ("party",)),
        ("2024", ("2024",)),
        ("true", ("true",)),
        ('["a,b", "wave"]', ("a,b", "wave")),
        ("", ()),
    ],
)
def test_names_may_be_separated_by_commas(text: str, names: tuple[str, ...]):
    assert override(Settings(), ["groups.by=year", f"groups.by={text}"]).groups.by == names


def test_a_pattern_is_not_split_at_its_commas():
    assert override(Settings(), ['reading.boilerplate=["a{1,2}"]']).reading.boilerplate == ("a{1,2}",)
    with pytest.raises(InputError, match=r"reading\.boilerplate is 'a\{1,2\}'; expected a list of str"):
        override(Settings(), ["reading.boilerplate=a{1,2}"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"groups": {"by": "party"}}, 'groups.by is \'party\'; expected a list of names, as in ["party", "wave"]'),
        ({"sead": 1}, "unknown key sead; did you mean seed?"),
        ({"themes": {"treshold": 0.5}}, "unknown key themes.treshold; did you mean themes.threshold?"),
        ({"reading": {"zzz": 1}}, "unknown key reading.zzz; known keys: unit, min_words, short, "),
        ({"seed": "42"}, "seed is '42'; expected int"),
        ({"seed": True}, "seed is True; expected int"),
        ({"seed": -1}, "seed is -1; expected at least 0 and at most 4294967295"),
        ({"themes": 3}, "themes is 3; expected a table [themes]"),
        ({"themes": {"threshold": 1.5}}, "themes.threshold is 1.5; expected above 0 and below 1"),
        ({"themes": {"threshold": float("nan")}}, "themes.threshold is nan; expected above 0 and below 1"),
        ({"reading": {"unit": "word"}}, "reading.unit is 'word'; expected auto or paragraph or sentence or article"),
        ({"reading": {"short": "keep"}}, "reading.short is 'keep'; expected join or drop"),
        ({"reading": {"duplicates": True}}, "reading.duplicates is True; expected str"),
        ({"reading": {"other_languages": "no"}}, "reading.other_languages is 'no'; expected drop or keep"),
        ({"reading": {"max_words": 49}}, "reading.max_words is 49; expected at least 50"),
        ({"reading": {"repair": 1}}, "reading.repair is 1; expected bool"),
        ({"language": "English"}, "language is 'English'; expected auto, or an ISO 639-1 code such as en or ru"),
        ({"reading": {"boilerplate": "^Ad"}}, "reading.boilerplate is '^Ad'; expected a list of str"),
        (
            {"profiles": {"period": "week"}},
            "profiles.period is 'week'; expected auto or day or month or quarter or year or decade",
        ),
        ({"topics": {"min_size": 1}}, "topics.min_size is 1; expected 0 (automatic) or at least 2"),
        ({"topics": {"min_size": -1}}, "topics.min_size is -1; expected 0 (automatic) or at least 2"),
        ({"seed": {"value": 1}}, "seed is {'value': 1}; expected int"),
        ({"reading": {"unit": {}}}, "reading.unit is {}; expected str"),
        ({"deposit": {"authors": ["A.", 2]}}, "deposit.authors is ['A.', 2]; expected a list of str"),
        ({"figures": {"columns": 3}}, "figures.columns is 3; expected 1 or 2"),
        ({"figures": {"formats": ["svg", "gif"]}}, "figures.formats is ['svg', 'gif']; expected some of svg, pdf, png"),
        ({"figures": {"formats": ["pdf"]}}, "figures.formats is ('pdf',); expected svg among them"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_was_got_and_what_was_expected(data: dict, said: str):
    with pytest.raises(InputError) as refusal:
        from_dict(data, "study.toml")
    assert said in str(refusal.value)


def test_settings_constructed_in_python_are_checked_too():
    with pytest.raises(InputError, match="setting seed is -1; expected at least 0"):
        Settings(seed=-1)
    with pytest.raises(InputError, match=r"setting themes\.threshold is 2; expected above 0 and below 1"):
        Settings(themes=rooms.ThemeSettings(threshold=2))
    with pytest.raises(InputError, match=r"setting topics\.min_size is 1; expected 0"):
        msgspec.structs.replace(Settings(), topics=rooms.TopicSettings(min_size=1))


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("seed", "expected section.key=value, as in --set themes.threshold=0.6"),
        ("themse.threshold=0.5", "did you mean themes?"),
        ("seed.value=1", "seed is a value, not a section"),
        ("themes.threshold=high", "themes.threshold is 'high'; expected float"),
    ],
)
def test_a_wrong_assignment_is_refused_with_a_remedy(assignment: str, said: str):
    with pytest.raises(InputError) as refusal:
        override(Settings(), [assignment])
    assert said in str(refusal.value)
    assert "--set" in str(refusal.value)


def test_study_toml_is_read_whole_numbers_do_for_decimals_and_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text('title = "Хлеб"\n[stability]\nfraction = 1\n[reading]\nboilerplate = ["^Ad"]\n', encoding="utf-8-sig")
    settings = load(path)
    assert (settings.title, settings.stability.fraction, settings.reading.boilerplate) == ("Хлеб", 1.0, ("^Ad",))
    assert isinstance(settings.stability.fraction, float)
    assert settings.themes == Settings().themes


def test_a_missing_or_broken_study_toml_is_named(tmp_path):
    with pytest.raises(InputError, match=r"study\.toml does not exist; expected a TOML file"):
        load(tmp_path / "study.toml")
    (tmp_path / "study.toml").write_text("seed = = 3", encoding="utf-8")
    with pytest.raises(InputError, match=r"study\.toml is not valid TOML"):
        load(tmp_path / "study.toml")
    (tmp_path / "study.toml").write_bytes("title = 'é'".encode("cp1252"))
    with pytest.raises(InputError, match=r"study\.toml is not valid TOML"):
        load(tmp_path / "study.toml")


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(AttributeError):
        Settings().themes.threshold = 0.1  # type: ignore[misc]


def test_a_file_is_replaced_whole_or_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "codebook.toml"
    path.write_text("mine", encoding="utf-8")
    path.chmod(0o600)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    replace_file(link, b"yours")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink()) == (b"yours", 0o600, True)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        replace_file(path, b"half")
    assert path.read_bytes() == b"yours"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["codebook.toml", "link.toml"]
