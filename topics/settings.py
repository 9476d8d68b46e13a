"""Every knob and the seed: frozen data, read from ``study.toml``, unknown keys refused."""

import dataclasses
import difflib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from topics.errors import InputError
from topics.files import read_toml

UNITS = ("auto", "paragraph", "sentence", "article")
FORMATS = ("svg", "pdf", "png")
PERIODS = ("day", "month", "quarter", "year")
_CHOICES = {
    "unit": UNITS,
    "short": ("join", "drop"),
    "duplicates": ("drop", "keep"),
    "other_languages": ("drop", "keep"),
}


@dataclass(frozen=True)
class ReadingSettings:
    """How pages become articles and paragraphs."""

    unit: str = "auto"
    """``auto``: the paragraphs of each article; ``sentence`` or ``article``: units of that size;
    ``paragraph``: each row of a table is a paragraph already, neither cleaned nor split."""
    min_words: int = 5
    """Body lines with fewer words are short."""
    short: str = "join"
    """``join``: a short line becomes part of its neighbour; ``drop``: it is dropped with reason ``short``."""
    max_words: int = 300
    """A paragraph with more words is split at sentences into parts of like length."""
    boilerplate: tuple[str, ...] = ()
    """Regular expressions; a line in which one is found is boilerplate."""
    mend: bool = True
    """Undo mojibake ("â€™" for "’")."""
    repair: bool = False
    """Part glued words ("technology,tourism"), each place recorded in ``tables/repairs.csv``."""
    duplicates: str = "drop"
    """``drop``: of articles that say nearly the same, one is kept; ``keep``: all are, but for pages alike to the letter."""
    other_languages: str = "drop"
    """``drop``: paragraphs in another language than the study's are left out; ``keep``: they stay."""


@dataclass(frozen=True)
class EmbeddingSettings:
    """How paragraphs become vectors."""

    name: str = "lsa"
    """``lsa``, ``model2vec:MODEL`` or ``sentence-transformers:MODEL``, where ``MODEL`` is a folder, or the name of a
    model on the hub, ``OWNER/MODEL[@REVISION]`` (see :func:`topics.text.embeddings.load`)."""
    dimensions: int = 0
    """Dimensions of LSA; 0: the root of the number of paragraphs, 10 to 100."""
    min_count: int = 0
    """A word counts for LSA from this many paragraphs on; 0: 1 below 30 paragraphs, then 2, and from 90,000 on a
    hundredth of the root of their number."""


@dataclass(frozen=True)
class ThemeSettings:
    """How paragraphs are scored against the codebook."""

    threshold: float = 0.35
    """A theme is assigned where its score reaches this. Half the F1 that can be had is
    the threshold that maximises F1 (Lipton, Elkan and Naryanaswamy 2014)."""
    rounds: int = 0
    """Rounds of expectation-maximisation over the unlabelled corpus; 0: 3, or 10 from 1,000 paragraphs."""
    neighbours: float = 0.2
    """Weight of the paragraph before and after in the same article."""
    nearest: float = 0.5
    """Weight of the paragraphs that are nearest in the vectors of a pretrained model; LSA knows no more than
    the words do, and has none."""
    coding: tuple[str, ...] = ()
    """Coded sheets (:mod:`topics.coding.sheets`) that calibrate the scores, relative to ``study.toml``, or to the current
    folder for loose input."""


@dataclass(frozen=True)
class TopicSettings:
    """BERTopic's topics; 0 means: a rule that follows the size of the corpus (:mod:`topics.topic_model.clusters`)."""

    granularity: int = 0
    """How many topics; 0: as many as are most stable and coherent, of a small grid."""
    outliers: float = 0.0
    """Share of paragraphs that stay in no topic, those least like theirs first; 0: each goes to the topic nearest to it."""
    neighbours: int = 0
    """Nearest paragraphs that UMAP looks at; 0: 15."""
    components: int = 5
    """Dimensions that UMAP reduces to."""
    min_size: int = 0
    """Paragraphs in the smallest group that HDBSCAN may find; 0: a fifth of the root of all, at least 3."""
    words: int = 10
    """Words kept per topic."""
    phrases: bool = True
    """Phrases and names ("natural gas", "Power of Siberia") count as one word."""
    min_count: int = 0
    """A word may describe a topic if it is in this many paragraphs; 0: 1 below 30 paragraphs, then 2, or one in 5,000."""
    guided: bool = False
    """Paragraphs of one primary theme are drawn together before they are clustered (semi-supervised)."""


@dataclass(frozen=True)
class StabilitySettings:
    """How often the topics are fitted again, and on how much of the corpus."""

    runs: int = 10
    fraction: float = 0.7


@dataclass(frozen=True)
class ProfileSettings:
    """Shares of articles, outlets and periods, and their intervals."""

    draws: int = 2000
    level: float = 0.95
    period: str = "auto"
    """``day``, ``month``, ``quarter`` or ``year``; ``auto``: the finest that makes at most 20 of the articles' dates
    (:func:`topics.measures.shares.period`)."""


@dataclass(frozen=True)
class FigureSettings:
    """How figures are drawn."""

    columns: int = 2
    """Width: 1 for one column of a page (3.5 inches), 2 for both (7.2 inches)."""
    text: str = "path"
    """Letters in SVG: ``path``, alike on every machine, or ``text``, which can be edited and searched."""
    formats: tuple[str, ...] = FORMATS
    """What each figure is written as; the report needs the SVG."""


@dataclass(frozen=True)
class DepositSettings:
    """What of a run is published, and how it is described."""

    text: bool = True
    """Whether tables, figures and report hold sentences of the articles."""
    ro_crate: bool = False
    """Whether the run folder describes itself for a repository (``ro-crate-metadata.json``)."""
    authors: tuple[str, ...] = ()
    """Who made the study."""
    licence: str = ""
    """Of the run, as the repository asks for it: ``CC-BY-4.0``."""


@dataclass(frozen=True)
class Settings:
    """Everything that a run depends on besides its pages and its codebook."""

    title: str = ""
    articles: str = "articles"
    """Folder of pages or a table, relative to ``study.toml``."""
    codebook: str = "codebook.toml"
    corrections: str = "corrections.csv"
    """What a line of a page is where the rules err (see :mod:`topics.reading.corrections`); need not exist."""
    topic_edits: str = "topic_edits.csv"
    """Topics merged, split, renamed and dropped by hand (see :mod:`topics.topic_model.edits`); need not exist."""
    assignments: str = "assignments.csv"
    """Themes of single paragraphs, set by hand (see :mod:`topics.themes.assignments`); need not exist."""
    language: str = "auto"
    """ISO 639-1 code of the language that the articles are written in; ``auto``: the one that most of their text is in."""
    seed: int = 42
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    embeddings: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    themes: ThemeSettings = field(default_factory=ThemeSettings)
    topics: TopicSettings = field(default_factory=TopicSettings)
    stability: StabilitySettings = field(default_factory=StabilitySettings)
    profiles: ProfileSettings = field(default_factory=ProfileSettings)
    figures: FigureSettings = field(default_factory=FigureSettings)
    deposit: DepositSettings = field(default_factory=DepositSettings)

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            value = getattr(self.reading, name)
            _check(f"reading.{name}", value, value in known, " or ".join(known))
        _check("reading.min_words", self.reading.min_words, self.reading.min_words >= 1, "at least 1")
        _check("reading.max_words", self.reading.max_words, self.reading.max_words >= 50, "at least 50")
        dimensions = self.embeddings.dimensions
        _check("embeddings.dimensions", dimensions, dimensions == 0 or dimensions >= 2, "0 (automatic) or at least 2")
        _check("embeddings.min_count", self.embeddings.min_count, self.embeddings.min_count >= 0, "0 (automatic) or more")
        _check("themes.threshold", self.themes.threshold, 0 < self.themes.threshold < 1, "between 0 and 1")
        _check("themes.rounds", self.themes.rounds, self.themes.rounds >= 0, "0 or more")
        _check("themes.neighbours", self.themes.neighbours, 0 <= self.themes.neighbours < 1, "0 or more, below 1")
        _check("themes.nearest", self.themes.nearest, 0 <= self.themes.nearest < 1, "0 or more, below 1")
        for name in ("neighbours", "min_size"):
            value = getattr(self.topics, name)
            _check(f"topics.{name}", value, value == 0 or value >= 2, "0 (automatic) or at least 2")
        for name in ("granularity", "min_count"):
            _check(f"topics.{name}", getattr(self.topics, name), getattr(self.topics, name) >= 0, "0 (automatic) or more")
        _check("topics.outliers", self.topics.outliers, 0 <= self.topics.outliers < 1, "0 or more, below 1")
        _check("topics.components", self.topics.components, self.topics.components >= 1, "at least 1")
        _check("topics.words", self.topics.words, self.topics.words >= 1, "at least 1")
        _check("stability.runs", self.stability.runs, self.stability.runs >= 0, "0 or more")
        _check("stability.fraction", self.stability.fraction, 0.5 <= self.stability.fraction <= 1, "0.5 to 1")
        _check("profiles.draws", self.profiles.draws, self.profiles.draws >= 100, "at least 100")
        _check("profiles.level", self.profiles.level, 0 < self.profiles.level < 1, "between 0 and 1")
        periods = ("auto", *PERIODS)
        _check("profiles.period", self.profiles.period, self.profiles.period in periods, " or ".join(periods))
        _check("figures.columns", self.figures.columns, self.figures.columns in (1, 2), "1 or 2")
        _check("figures.text", self.figures.text, self.figures.text in ("path", "text"), "path or text")
        good = "svg" in self.figures.formats and set(self.figures.formats) <= set(FORMATS)
        _check("figures.formats", self.figures.formats, good, f"some of {', '.join(FORMATS)}, svg among them")
        code = re.fullmatch("auto|[a-z]{2,3}", self.language) is not None
        _check("language", self.language, code, "auto, or an ISO 639-1 code such as en or ru")
        _check("seed", self.seed, 0 <= self.seed < 2**32, "0 to 4294967295")

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain data, as ``run.json`` keeps them."""
        return dataclasses.asdict(self)


def _check(key: str, value: object, good: bool, expected: str) -> None:
    if not good:
        raise InputError(f"setting {key} is {value!r}; expected {expected}")


def from_dict(data: dict[str, Any], where: str = "settings") -> Settings:
    """Settings from nested plain data; what is left out keeps its default.

    Raises
    ------
    InputError
        For a key that does not exist (the nearest one is named), a value of the
        wrong type, or one out of range.
    """
    return _build(Settings, data, where, "")


def load(path: Path) -> Settings:
    """Read ``study.toml``."""
    return from_dict(read_toml(path), path.name)


def override(settings: Settings, assignments: list[str]) -> Settings:
    """Apply ``section.key=value`` assignments, as ``--set`` gives them.

    The value is read as TOML; what is not TOML is taken as a string.
    """
    data = settings.to_dict()
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise InputError(f"--set got {assignment!r}; expected section.key=value, as in --set themes.threshold=0.6")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        target = data
        *sections, last = key.strip().split(".")
        for section in sections:
            target = target.setdefault(section, {})
            if not isinstance(target, dict):
                raise InputError(f"--set got {assignment!r}, but {section} is a value, not a section")
        target[last] = value
    return from_dict(data, "--set")


def _build(cls: type, data: Any, where: str, prefix: str) -> Any:
    if not isinstance(data, dict):
        raise InputError(f"{where}: {prefix.rstrip('.')} is {data!r}; expected a table [{prefix.rstrip('.')}]")
    hints = get_type_hints(cls)
    values = {}
    for key, value in data.items():
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known keys: {', '.join(hints)}"
            raise InputError(f"{where}: unknown key {prefix}{key}; {hint}")
        kind = hints[key]
        if dataclasses.is_dataclass(kind):
            values[key] = _build(kind, value, where, f"{prefix}{key}.")  # type: ignore[arg-type]
        else:
            values[key] = _convert(kind, value, f"{where}: {prefix}{key}")
    return cls(**values)


def _convert(kind: Any, value: Any, where: str) -> Any:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if isinstance(value, (list, tuple)) and all(isinstance(entry, item) for entry in value):
            return tuple(value)
        raise InputError(f"{where} is {value!r}; expected a list of {item.__name__}")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(f"{where} is {value!r}; expected {kind.__name__}")
    return value
