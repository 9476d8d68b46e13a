"""What ``run.json`` says of a run, as typed data: what went in, what came out, and the software that made it.

The keys of the file are the names of the fields here, in this order. :mod:`topics.runs` writes and reads the
file; report, figures and explorer take a :class:`RunRecord`.
"""

import re
from typing import Any, Literal

import msgspec

from topics import codebook, settings
from topics.codebook import Codebook
from topics.errors import InputError
from topics.manual import Assignment, Correction, TopicEdit
from topics.settings import Settings


class EncoderRecord(msgspec.Struct, frozen=True):
    """A pretrained model."""

    name: str
    sha256: str


class EmbeddingRecord(msgspec.Struct, frozen=True):
    """The vectors of the paragraphs."""

    name: str
    """As in ``embeddings.name`` of the settings; ``precomputed`` or the caller's own name for vectors from outside."""
    model_sha256: str
    sha256: str
    shape: tuple[int, int]
    """Paragraphs × dimensions."""


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Digests of the pages, the codebook and what else was read."""

    articles: dict[str, str]
    """SHA-256 of each article's page, by ``article_id``."""
    metadata_sha256: str
    codebook_sha256: str
    coded_paragraphs: tuple[str, ...] = ()
    """Ids of the paragraphs whose codes calibrated the scores."""
    coding: dict[str, str]
    """Digest of each coding sheet, by file name."""
    coders: dict[str, str] = {}
    """Digest of the codes of each other coder, by file name."""
    embeddings: EmbeddingRecord
    theme_encoder: EncoderRecord | None = None
    """The encoder of sentences and keywords; None if themes were found by words alone."""
    topic_model: dict[str, str] | None = None
    """The parameters of the reader's own BERTopic, as Python shows them; None for the package's."""


class KeywordCohesion(msgspec.Struct, frozen=True):
    """How well the codebook's keywords fit the corpus (:mod:`topics.themes.calibration`)."""

    cohesion: float | None
    coherence: float | None
    trust: float


class CoderRecord(msgspec.Struct, frozen=True):
    """The agreement of another coder with gold codes, or without them with the model (:mod:`topics.themes.coders`)."""

    name: str
    paragraphs: int
    sensitivity: float
    specificity: float
    by_chance: bool
    """Whether the coder agrees no better than chance; such codes are not used."""


class AuditSummary(msgspec.Struct, frozen=True):
    """The audit of the codebook, in brief."""

    usable: bool
    findings: tuple[str, ...]
    suggested: dict[str, tuple[str, ...]]
    """Words that the codebook lacks, by theme."""


class Coherence(msgspec.Struct, frozen=True):
    """Means over the topics; None where there is nothing to measure."""

    npmi: float | None
    c_v: float | None
    diversity: float | None


class StabilityRecord(msgspec.Struct, frozen=True):
    """How often the clustering was repeated, and on how many paragraphs each time."""

    runs: int
    paragraphs_each: int


class Results(msgspec.Struct, frozen=True):
    """Counts and overall measures; everything else is in the tables."""

    articles: int
    """Those with at least one paragraph."""
    language: str
    paragraphs: int
    words: int
    dropped_lines: int
    topics: int
    outlier_share: float | None
    unassigned_share: float
    """Share of paragraphs without a theme."""
    coded_paragraphs: int
    keyword_fitness: KeywordCohesion
    audit: AuditSummary
    coherence: Coherence
    reassigned_share: float | None
    stability: StabilityRecord
    edits: int
    """Topic edits that could be applied."""
    corrections: int
    period: str
    assignments: int = 0
    """Paragraphs whose themes a person set."""
    thresholds: tuple[float, ...] = ()
    """The score from which each theme is assigned, in the order of the codebook."""
    coders: tuple[CoderRecord, ...] = ()
    """The agreement of each other coder."""
    codes_used: bool = False
    """Whether gold codes corrected the shares, for which ten are needed."""
    codes_needed: int = 0
    """How many coded paragraphs would bring the shares of the corpus to ± 5 points."""


class Environment(msgspec.Struct, frozen=True):
    """The versions that decide over the bytes of a run, and the platform."""

    topics: str
    code_sha256: str
    revision: str
    """The git commit of the code, with ``+`` if it was changed since; empty outside git."""
    python: str
    platform: str
    machine: str
    libraries: dict[str, str]


class InputRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What ``run.json`` says of everything that went in."""

    format: Literal[1] = 1
    title: str
    seed: int
    settings: Settings
    codebook: Codebook
    inputs: Inputs
    problems: tuple[str, ...]
    """What could not be read, or not be used as the study asked."""
    intake: tuple[str, ...] = ()
    """What became of the files, dates and columns of the input, one line per kind; ``tables/intake.csv`` has every file."""
    copies: dict[str, str]
    """Pages with the same content as another, and that other page."""
    mended: tuple[str, ...]
    """Pages in which an encoding error was undone."""
    corrections: tuple[Correction, ...]
    assignments: tuple[Assignment, ...] = ()
    edits: tuple[TopicEdit, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the order of the file."""
        plain = {"settings": self.settings.to_dict(), "codebook": codebook.to_dict(self.codebook)}
        for name in self.__struct_fields__:
            if name not in plain:
                # numpy's numbers become Python's
                plain[name] = msgspec.to_builtins(getattr(self, name), enc_hook=lambda value: value.item())
        return {name: plain[name] for name in self.__struct_fields__}


class RunRecord(InputRecord, frozen=True, kw_only=True):
    """All that ``run.json`` holds."""

    created: str
    """ISO 8601, UTC."""
    results: Results
    learned_words: dict[str, tuple[str, ...]]
    """The most indicative words of each theme in this corpus."""
    warnings: tuple[str, ...]
    environment: Environment
    platform_dependent: tuple[str, ...]
    fingerprint: str
    """SHA-256 of what decides over the results: two runs that share it should agree."""
    outputs: dict[str, str] = {}
    """SHA-256 of each file of the run folder; empty until the folder is complete."""
    sha256: str = ""
    """Digest of everything above."""

    @classmethod
    def from_dict(cls, data: dict[str, Any], where: str = "run.json") -> "RunRecord":
        """Read the data of a ``run.json``; an InputError names what is missing or of another type."""
        # read first, for their own messages name the setting or the theme
        readers = {"settings": settings.from_dict, "codebook": codebook.from_dict}
        objects = {name: read(data[name], "run.json") for name, read in readers.items() if isinstance(data.get(name), dict)}
        try:
            return msgspec.convert(data | objects, cls)
        except msgspec.ValidationError as error:
            raise InputError(
                f"{where}: {_explain(str(error))}; it was changed after the run, or another version of topics wrote it:"
                " run the study again"
            ) from None


def _explain(message: str) -> str:
    """The error of msgspec with the name first: ``results.topics: got str, expected int``."""
    problem, _, path = message.partition(" - at `$")
    name = path.strip(".`")
    if missing := re.fullmatch(r"Object missing required field `(\w+)`", problem):
        return f"{'.'.join(filter(None, (name, missing[1])))} is missing"
    if types := re.fullmatch(r"Expected (.+), got (.+)", problem):
        expected, got = (kind.replace("`", "") for kind in types.groups())
        return f"{name}: got {got}, expected {expected}"
    return f"{name}: {problem}"
