"""All settings and the seed, read from ``study.toml``."""

import difflib
import html
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from topics.errors import InputError
from topics.files import read_toml

Unit = Literal["auto", "paragraph", "sentence", "article"]
Format = Literal["svg", "pdf", "png"]
Period = Literal["day", "month", "quarter", "year", "decade"]
ColumnField = Literal["text", "title", "author", "outlet", "date", "article_id", "paragraph_id"]
UNITS, FORMATS, PERIODS, COLUMN_FIELDS = get_args(Unit), get_args(Format), get_args(Period), get_args(ColumnField)

_Positive = Annotated[int, Meta(ge=1)]
_Automatic = Annotated[int, Meta(ge=0, description="0 (automatic) or more")]
# msgspec cannot exclude a single value; Settings.__post_init__ rejects 1.
_AutomaticOr2 = Annotated[int, Meta(ge=0, description="0 (automatic) or at least 2")]
_Level = Annotated[float, Meta(gt=0, lt=1)]
_Weight = Annotated[float, Meta(ge=0, lt=1)]
# --set takes them separated by commas, too
_Names = Annotated[tuple[str, ...], Meta(description='a list of names, as in ["party", "wave"]', extra={"names": True})]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    def __repr__(self) -> str:
        """The settings that are not their defaults."""
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in self._changes().items())})"

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{html.escape(f'{key} = {value!r}')}</li>" for key, value in self._changes().items())
        return f"<p><b>{type(self).__name__}</b> other than the defaults: {f'<ul>{rows}</ul>' if rows else 'none'}</p>"

    def _changes(self) -> dict[str, Any]:
        """The settings that are not their defaults, by ``section.key``."""
        usual, found = type(self)(), dict[str, Any]()
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value != getattr(usual, name):
                own = value._changes() if isinstance(value, _Section) else {}
                found |= {f"{name}.{key}": part for key, part in own.items()} or {name: value}
        return found


class ReadingSettings(_Section, frozen=True):
    """How pages become articles and paragraphs."""

    unit: Unit = "auto"
    """``auto``: the paragraphs of each article; ``sentence`` or ``article``: units of that size;
    ``paragraph``: each row of a table is a paragraph already, neither cleaned nor split."""
    min_words: _Positive = 5
    """Body lines with fewer words are short."""
    short: Literal["join", "drop"] = "join"
    """``join``: a short line becomes part of its neighbour; ``drop``: it is dropped with reason ``short``."""
    max_words: Annotated[int, Meta(ge=50)] = 300
    """A paragraph with more words is split at sentences into parts of similar length."""
    boilerplate: tuple[str, ...] = ()
    """Regular expressions; a line that one of them matches is boilerplate."""
    mend: bool = True
    """Undo mojibake ("â€™" for "’")."""
    repair: bool = False
    """Restore missing spaces ("technology,tourism"); each place is recorded in ``tables/repairs.csv``."""
    duplicates: Literal["drop", "keep"] = "drop"
    """``drop``: of nearly identical articles one is kept; ``keep``: all are, except files
    with the same text; rows of tables with the same text are kept, too."""
    filename: str = ""
    """Pattern of file names whose parts are metadata: ``{year}_BUDGET_{number}_{first}_{last}_{party}``
    (:class:`topics.reading.filenames.FilenamePattern`)."""
    other_languages: Literal["drop", "keep"] = "drop"
    """``drop``: paragraphs in another language than the study's are left out; ``keep``: they stay, and
    stop words of each language are removed."""
    columns: dict[ColumnField, str] = {}
    """Field -> column of the input's tables, such as ``text = "content"``; other fields are found by the usual names
    of columns (:mod:`topics.reading.columns`)."""


class EmbeddingSettings(_Section, frozen=True):
    """How paragraphs become vectors."""

    name: str = "lsa"
    """``lsa``; ``use``, the bundled multilingual encoder; or ``fastembed:MODEL``, ``model2vec:MODEL`` or
    ``sentence-transformers:MODEL``, where ``MODEL`` is a folder, or the name of a model on the hub,
    ``OWNER/MODEL[@REVISION]`` (see :func:`topics.text.load_encoder`)."""
    dimensions: _AutomaticOr2 = 0
    """Dimensions of LSA; 0: the square root of the number of paragraphs, 10 to 100."""
    min_count: _Automatic = 0
    """Least number of paragraphs that a word of LSA occurs in; 0: 1 below 30 paragraphs, then 2, and from 90,000 on
    a hundredth of the square root of their number."""


class ThemeSettings(_Section, frozen=True):
    """How paragraphs are scored against the codebook."""

    threshold: _Level = 0.35
    """A theme is assigned if its score is at least this. The threshold that maximises F1 is half of the best F1
    (Lipton, Elkan and Naryanaswamy 2014). With gold codes, each theme has its own (:mod:`topics.themes.gold`), moved by
    as much as this one is moved from its default."""
    rounds: Annotated[int, Meta(ge=0)] = 0
    """Rounds of expectation-maximisation over the unlabelled corpus; 0: 3, or 10 from 1,000 paragraphs."""
    neighbours: _Weight = 0.2
    """Weight of the paragraph before and after in the same article."""
    encoder: str = "auto"
    """Vectors of sentences and keywords. ``auto``: the bundled encoder where it is installed and knows
    the language, otherwise none; ``none``; ``use``: the bundled encoder; or a model as in ``embeddings.name``:
    ``fastembed:…``, ``model2vec:…``, ``sentence-transformers:…``."""
    nearest: _Weight = 0.5
    """Weight of the evidence of the nearest paragraphs by the vectors of the encoder; without an encoder they have none."""
    coding: tuple[str, ...] = ()
    """Gold codes, one file per coder: coded sheets, or tables ``paragraph_id,themes[,weight]``
    (:mod:`topics.coding.codes`); relative to ``study.toml``, or to the current folder for input without a study."""
    coders: tuple[str, ...] = ()
    """Codes of other coders, such as a language model, one file each: tables ``paragraph_id,themes[,score]``. They count as
    far as they agree with the gold codes, or without these with the model (:mod:`topics.themes.coders`)."""


class TopicSettings(_Section, frozen=True):
    """Topics by BERTopic; 0: set from the size of the corpus (:mod:`topics.topic_model.clusters`)."""

    granularity: _Automatic = 0
    """Number of topics; 0: the largest of the most stable numbers in a small grid
    (:mod:`topics.topic_model.granularity`)."""
    outliers: _Weight = 0.0
    """Share of paragraphs that become outliers, those least similar to their topic; 0: none, each is assigned to the
    nearest topic."""
    neighbours: _AutomaticOr2 = 0
    """Number of nearest neighbours of UMAP; 0: 15."""
    components: _Positive = 5
    """Dimensions of the UMAP projection."""
    min_size: _AutomaticOr2 = 0
    """Smallest cluster of HDBSCAN; 0: a fifth of the square root of the number of paragraphs, at least 3."""
    words: _Positive = 10
    """Words kept per topic."""
    phrases: bool = True
    """Phrases and names ("natural gas", "Power of Siberia") count as one word."""
    min_count: _Automatic = 0
    """Least number of paragraphs with a word that describes a topic; 0: 1 below 30 paragraphs, then 2, or one
    in 5,000."""
    guided: bool = False
    """UMAP places paragraphs with the same primary theme closer together (semi-supervised)."""


class StabilitySettings(_Section, frozen=True):
    """Number of reruns of the topic model, and the share of the corpus in each."""

    runs: Annotated[int, Meta(ge=0)] = 10
    fraction: Annotated[float, Meta(ge=0.5, le=1)] = 0.7


class ProfileSettings(_Section, frozen=True):
    """Shares of articles, outlets and periods, and their intervals."""

    draws: Annotated[int, Meta(ge=100)] = 2000
    """Of the bootstrap."""
    level: _Level = 0.95
    population: Literal["these articles", "articles like these"] = "these articles"
    """What intervals of shares hold for. ``these articles``: they cover the model's error, and which paragraphs were coded;
    ``articles like these``: also which articles there are, and which paragraphs an article has
    (:mod:`topics.coding.theme_shares`). Differences and comparisons always cover which articles there are."""
    period: Literal["auto", Period] = "auto"
    """``auto``: the finest period that gives at most 20 periods (:func:`topics.measures.choose_period`)."""


class GroupSettings(_Section, frozen=True):
    """Groups of articles that are compared, besides outlets."""

    by: _Names = ()
    """Columns of ``articles.csv``: ``author outlet date language`` or a further column of the input. Articles with the
    same value are a group; those without a value are left out."""


class FigureSettings(_Section, frozen=True):
    """How figures are drawn."""

    columns: Literal[1, 2] = 2
    """Width: 1 for one column of a page (3.5 inches), 2 for both (7.2 inches)."""
    text: Literal["path", "text"] = "path"
    """Letters in SVG: ``path``, alike on every machine, or ``text``, which can be edited and searched."""
    formats: Annotated[tuple[Format, ...], Meta(description="some of svg, pdf, png, svg among them")] = FORMATS
    """File formats of each figure; the report needs the SVG."""


class DepositSettings(_Section, frozen=True):
    """Publication of a run."""

    text: bool = True
    """Whether tables, figures and report contain sentences of the articles."""
    ro_crate: bool = False
    """Whether the run folder contains metadata for a repository (``ro-crate-metadata.json``)."""
    authors: tuple[str, ...] = ()
    """The authors of the study."""
    licence: str = ""
    """Licence of the run, in the form required by the repository: ``CC-BY-4.0``."""


class Settings(_Section, frozen=True):
    """All settings of a study.

    Examples
    --------
    >>> topics.Settings(seed=7).seed
    7
    >>> topics.Settings().themes.threshold
    0.35
    """

    title: str = ""
    articles: str = "articles"
    """Folder of pages or a table, relative to ``study.toml``."""
    codebook: str = "codebook.toml"
    metadata: str = "metadata.csv"
    """Title, author, outlet, date and further columns of each file, beside ``study.toml`` or in the folder of articles
    (:mod:`topics.reading.metadata`); need not exist."""
    corrections: str = "corrections.csv"
    """Manual classification of single lines (see :mod:`topics.manual`); need not exist."""
    topic_edits: str = "topic_edits.csv"
    """Topics merged, split, renamed and dropped manually (see :mod:`topics.manual`); need not exist."""
    assignments: str = "assignments.csv"
    """Themes of single paragraphs, assigned manually (see :mod:`topics.manual`); need not exist."""
    language: Annotated[
        str, Meta(pattern=r"\A(auto|[a-z]{2,3})\Z", description="auto, or an ISO 639-1 code such as en or ru")
    ] = "auto"
    """ISO 639-1 code of the articles' language; ``auto``: the language of most of the text."""
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 42
    reading: ReadingSettings = ReadingSettings()
    embeddings: EmbeddingSettings = EmbeddingSettings()
    themes: ThemeSettings = ThemeSettings()
    topics: TopicSettings = TopicSettings()
    stability: StabilitySettings = StabilitySettings()
    profiles: ProfileSettings = ProfileSettings()
    groups: GroupSettings = GroupSettings()
    figures: FigureSettings = FigureSettings()
    deposit: DepositSettings = DepositSettings()

    def __post_init__(self) -> None:
        # msgspec validates converted data, but not objects constructed in Python.
        for name, kind in get_type_hints(Settings, include_extras=True).items():
            value = getattr(self, name)
            plain = msgspec.structs.asdict(value) if isinstance(value, _Section) else value
            _convert(plain, kind, "setting ", name)
        for key in ("embeddings.dimensions", "topics.neighbours", "topics.min_size"):
            section, name = key.split(".")
            if getattr(getattr(self, section), name) == 1:
                raise InputError(f"setting {key} is 1; expected 0 (automatic) or at least 2")
        if "svg" not in self.figures.formats:
            raise InputError(f"setting figures.formats is {self.figures.formats!r}; expected svg among them")

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain data, as in ``run.json``."""
        return msgspec.to_builtins(self)


def from_dict(data: dict[str, Any], where: str = "settings") -> Settings:
    """Settings from nested plain data; missing keys have their defaults.

    Raises
    ------
    InputError
        If a key does not exist (the message suggests a similar one), or a value has the
        wrong type or is out of range.
    """
    return _convert(data, Settings, f"{where}: ")


def load(path: Path) -> Settings:
    """Read ``study.toml``."""
    return from_dict(read_toml(path), path.name)


def override(settings: Settings, assignments: list[str]) -> Settings:
    """Apply ``section.key=value`` assignments, as in ``--set``.

    The value is read as TOML, or as a string if it is not TOML. Names may be separated by commas:
    ``groups.by=party,wave``.
    """
    data = settings.to_dict()
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise InputError(f"--set got {assignment!r}; expected section.key=value, as in --set themes.threshold=0.6")
        try:
            # A bare word, from which the shell has removed the quotes, is not TOML.
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        target = data
        *sections, last = key.strip().split(".")
        for section in sections:
            target = target.setdefault(section, {})
            if not isinstance(target, dict):
                raise InputError(f"--set got {assignment!r}, but {section} is a value, not a section")
        target[last] = _split_names(value, text) if _takes_names(key.strip()) else value
    return from_dict(data, "--set")


def _takes_names(key: str) -> bool:
    """Whether a setting is a list of names that may be separated by commas."""
    kind: Any = Settings
    for name in key.split("."):
        kind = get_type_hints(kind, include_extras=True).get(name) if _is_section(kind) else None
    return get_origin(kind) is Annotated and bool((kind.__metadata__[0].extra or {}).get("names"))


def _split_names(value: Any, text: str) -> list[Any]:
    """The names of a TOML list, or those in ``text``; a name may look like a number: ``groups.by=2024``."""
    if isinstance(value, list):
        return value
    names = (value if isinstance(value, str) else text).split(",")
    return [name.strip() for name in names if name.strip()]


def _convert(data: Any, kind: Any, where: str, key: str = "") -> Any:
    """Convert ``data`` to a ``kind``; InputError about the first invalid key."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, InputError):  # from Settings.__post_init__
            raise error.__cause__ from None
    # msgspec reports only types and paths; the invalid value is found here, for a readable message.
    if isinstance(data, dict) and _is_section(kind):
        kinds = get_type_hints(kind, include_extras=True)
        prefix = f"{key}." if key else ""
        for name, value in data.items():
            if name not in kinds:
                near = difflib.get_close_matches(name, kinds, n=1)
                hint = f"did you mean {prefix}{near[0]}?" if near else f"known keys: {', '.join(kinds)}"
                raise InputError(f"{where}unknown key {prefix}{name}; {hint}")
            _convert(value, kinds[name], where, f"{prefix}{name}")
    elif isinstance(data, dict) and get_origin(kind) is dict:
        names, kind_of_value = get_args(kind)
        for name, value in data.items():
            if name not in get_args(names):
                raise InputError(f"{where}unknown key {key}.{name}; expected one of {', '.join(get_args(names))}")
            _convert(value, kind_of_value, where, f"{key}.{name}")
    raise InputError(f"{where}{key} is {data!r}; expected {_expected(kind, data, key)}")


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, _Section)


def _expected(kind: Any, value: Any, key: str) -> str:
    """The expected type if the type is wrong; otherwise the expected bounds or choices."""
    if _is_section(kind):
        return f"a table [{key}]"
    base, meta = (kind.__origin__, kind.__metadata__[0]) if get_origin(kind) is Annotated else (kind, Meta())
    if get_origin(base) is tuple:
        return meta.description or "a list of str"
    if get_origin(base) is dict:
        return f"a table [{key}]"
    choices = get_args(base)
    base = type(choices[0]) if choices else base
    if type(value) is not base and not (base is float and type(value) is int):
        return base.__name__
    words = {"at least": meta.ge, "above": meta.gt, "at most": meta.le, "below": meta.lt}
    bounds = " and ".join(f"{word} {bound}" for word, bound in words.items() if bound is not None)
    return meta.description or bounds or " or ".join(map(str, choices))
