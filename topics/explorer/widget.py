"""The explorer itself: its state, what a reader may ask of it, and the study that it writes into."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from topics.errors import InputError, TopicsWarning
from topics.explorer import static_picture as still
from topics.explorer.run_view import Shown
from topics.reading import read_pages
from topics.runs import Run, Study
from topics.themes.assignments import split_applicable

_ASKED: dict[str, dict[str, type]] = {
    "article": {"article": str},
    "paragraph": {"paragraph": str},
    "theme": {"theme": str},
    "next_evidence": {"by": int},
    "assign": {"themes": list, "paragraph": str},
    "undo": {"paragraph": str},
    "add_keyword": {"theme": str, "keyword": str},
    "rerun": {},
}
"""What the page may ask for, and with what."""


class Explorer(anywidget.AnyWidget):
    """A run as a widget: :func:`topics.explore` makes it.

    Parameters
    ----------
    run
        The run that is shown.
    study
        The study that corrections are written into; by default the one whose folder the run lies in.
    """

    _esm = Path(__file__).parent / "explorer.js"
    _css = Path(__file__).parent / "explorer.css"

    index = traitlets.Dict(help="All articles and themes; see Shown.index.").tag(sync=True)
    page = traitlets.Dict(help="The words of the chosen article; see Shown.page.").tag(sync=True)
    near: traitlets.List[Any] = traitlets.List(help="What lies next to the chosen paragraph on the map.").tag(sync=True)
    article = traitlets.Unicode(help="The chosen article, by its id.").tag(sync=True)
    paragraph = traitlets.Unicode(help="The chosen paragraph, by its id.").tag(sync=True)
    theme = traitlets.Unicode(help="The chosen theme, by its name; empty for all.").tag(sync=True)
    changes = traitlets.Dict(help="What waits for the next run, and whether more can be changed.").tag(sync=True)
    message = traitlets.Unicode(help="What came of the last deed, in lines.").tag(sync=True)
    trouble = traitlets.Bool(help="Whether the message says that something could not be done.").tag(sync=True)
    progress = traitlets.Dict(help="Step and share (0…1) of a run that is under way.").tag(sync=True)

    def __init__(self, run: Run, study: Study | None = None) -> None:
        super().__init__()
        self.run, self.study, self._found, self._locked = run, study, False, ""
        beside = run.folder.resolve().parent
        if study is None and not (beside / "study.toml").is_file():
            self._locked = "no study lies around this run, so it can be read alone; expected topics.explore(run, study)"
        elif study is None:
            try:
                self.study, self._found = Study.load(beside), True
            except InputError as error:
                self._locked = str(error)
        elif study.folder is None:
            self._locked = "loose input has no place for corrections; expected a folder with study.toml"
        elif not _belongs(run, study):
            self._locked = f"this run has no article of the study in {study.folder}; expected the study that it was made of"
        self._show(run)
        self.on_msg(self._answer)

    def _show(self, run: Run) -> None:
        self.run, self._shown = run, Shown(run)
        known = self._shown.article_of
        paragraph = self.paragraph if self.paragraph in known else ""
        if not paragraph and self.article in self._shown.titles:
            paragraph = next(iter(self._shown.paragraphs(self.article)), "")
        paragraph = paragraph or self._shown.start()
        if self.theme not in self._shown.number:
            self.theme = ""
        self.index = self._shown.index()
        self.article, self.paragraph = known.get(paragraph, self.article), paragraph
        self.page, self.near = self._shown.page(self.article), self._shown.near(paragraph)
        self._count_changes()

    @traitlets.validate("article")
    def _know_article(self, proposal: Any) -> str:
        if proposal["value"] not in self._shown.titles:
            raise InputError(f"no article {proposal['value']!r} in this run; see run.articles['article_id']")
        return proposal["value"]

    @traitlets.validate("paragraph")
    def _know_paragraph(self, proposal: Any) -> str:
        if proposal["value"] and proposal["value"] not in self._shown.article_of:
            raise InputError(f"no paragraph {proposal['value']!r} in this run; see run.paragraphs['paragraph_id']")
        return proposal["value"]

    @traitlets.validate("theme")
    def _know_theme(self, proposal: Any) -> str:
        if proposal["value"] and proposal["value"] not in self._shown.number:
            raise InputError(
                f"no theme {proposal['value']!r} in the codebook; expected one of {', '.join(self._shown.number)}"
            )
        return proposal["value"]

    @traitlets.observe("article")
    def _open_article(self, _change: Any) -> None:
        self.page = self._shown.page(self.article)
        own = self._shown.paragraphs(self.article)
        if self.paragraph not in own:
            strongest = [key for key in self._shown.evidence(self.theme) if key in set(own)] if self.theme else []
            self.paragraph = next(iter(strongest or own), "")

    @traitlets.observe("paragraph")
    def _open_paragraph(self, _change: Any) -> None:
        self.near = self._shown.near(self.paragraph)
        self.article = self._shown.article_of.get(self.paragraph, self.article)

    def next_evidence(self, by: int = 1) -> None:
        """Go to the paragraph that speaks next most for the chosen theme, in whatever article.

        Parameters
        ----------
        by
            1 for the next, −1 for the one before. After the last comes the first.

        Raises
        ------
        InputError
            If no theme is chosen, or no paragraph speaks of it.
        """
        found = self._shown.evidence(self.theme)
        if not found:
            raise InputError("no evidence to go to; choose a theme that this run found")
        at = found.index(self.paragraph) + by if self.paragraph in found else 0
        self.paragraph = found[at % len(found)]

    def assign(self, themes: Sequence[str], paragraph: str | None = None) -> None:
        """Say which themes a paragraph has: written into the study, it holds from the next run on.

        Parameters
        ----------
        themes
            Their names, the main one first; none for a paragraph without a theme.
        paragraph
            Its id, by default that of the chosen one.

        Raises
        ------
        InputError
            If there is no study to write into, or no such theme or paragraph.
        """
        self._open_study().assign(self.paragraph if paragraph is None else paragraph, tuple(themes), self.run)
        self._tell_assignments("holds from the next run on")

    def undo(self, paragraph: str | None = None) -> None:
        """Take the own correction of a paragraph, by default of the chosen one, back out of the study.

        Raises
        ------
        InputError
            If there is no study to write into, or no correction of this paragraph.
        """
        self._open_study().unassign(self.paragraph if paragraph is None else paragraph)
        self._tell_assignments("what was taken back holds no more from the next run on")

    def add_keyword(self, theme: str, keyword: str) -> None:
        """Write a keyword of a theme, given by its name, into the study's codebook; it counts from the next run on.

        Raises
        ------
        InputError
            If there is no study to write into, no such theme, or the keyword is there already or is none.
        """
        keyword = keyword.strip()
        study = self._open_study()
        self.study = study.add_keyword(theme, keyword)
        self._count_changes()
        label = self.study.codebook.labels.get(theme, theme)
        self._say(f"{study.settings.codebook}: “{keyword}” added to {label}; holds from the next run on")

    def rerun(self) -> Run:
        """Run the study again, in place of the run that is shown, and say what changed.

        Returns
        -------
        Run
            The new run, which is :attr:`run` from then on.

        Raises
        ------
        InputError
            If there is no study, it cannot be run, or the run used vectors that only its maker has; the old run stands.
        """
        if self._locked or self.study is None:
            raise InputError(self._locked)
        used = self.run.record.inputs.embeddings.name
        if used != self.run.settings.embeddings.name:
            raise InputError(f"the run used embeddings of its own ({used}); expected study.run(out, embeddings=…) in Python")
        study, before, settings = self._reloaded(self.study), self._shown, self.run.settings.to_dict()
        if not self.run.settings.deposit.text:
            study = study.with_settings("deposit.text=false")
        self._say("")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", TopicsWarning)
            try:
                run = study.run(self.run.folder, progress=self._advance)
            finally:
                self.progress = {}
        notes = [str(one.message) for one in caught if issubclass(one.category, TopicsWarning)]
        for one in caught:
            if not issubclass(one.category, TopicsWarning):
                warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
        self.study = study
        self._show(run)
        self._say("\n".join([*_differences(before, self._shown), *_settings(settings, run.settings.to_dict()), *notes]))
        return run

    def _reloaded(self, study: Study) -> Study:
        """The study as its files say now; settings that were changed in Python hold."""
        if study.folder is None:
            return study
        return Study.load(study.folder) if self._found else study.reload()

    def _open_study(self) -> Study:
        if self._locked or self.study is None:
            raise InputError(self._locked)
        return self.study

    def _advance(self, step: str, done: float) -> None:
        if step != self.progress.get("step") or done - self.progress["done"] >= 0.01:
            self.progress = {"step": step, "done": round(done, 3)}

    def _say(self, message: str, *, trouble: bool = False) -> None:
        self.trouble, self.message = trouble, message

    def _tell_assignments(self, holds: str) -> None:
        self._count_changes()
        study = self._open_study()
        n = len(study.assignments())
        self._say(f"{study.settings.assignments}: {n} paragraph{'' if n == 1 else 's'}; {holds}")

    def _count_changes(self) -> None:
        """Tell what the study says by hand that the run does not hold yet."""
        kept = applied = self._shown.by_hand
        try:
            if self.study:
                written = self.study.assignments()
                held, _ = split_applicable(written, self.run.paragraphs, self.study.codebook)
                kept = {one.paragraph_id: one.themes for one in (held if self._shown.texts else written)}
        except InputError as error:
            self._say(str(error), trouble=True)
        moved = {key: kept.get(key) for key in sorted({*kept, *applied}) if kept.get(key) != applied.get(key)}
        words = 0
        if self.study:
            before, after = (
                {(theme.name, word) for theme in book.themes for word in theme.keywords}
                for book in (self.run.codebook, self.study.codebook)
            )
            words = len(before ^ after)
        self.changes = {
            "waiting": len(moved) + words,
            "locked": self._locked,
            "rerun": self.study is not None and not self._locked,
            "paragraphs": {key: None if themes is None else list(themes) for key, themes in moved.items()},
        }

    def _answer(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Do what the page asks for, and say what stands against it."""
        kind = content.get("do") if isinstance(content, dict) else None
        well = False
        try:
            self._obey(kind, content)
            well = True
        except (InputError, OSError) as error:
            self._say(" ".join(str(error).split()), trouble=True)
        except Exception as error:
            self._say(f"{type(error).__name__}: {' '.join(str(error).split())}; nothing was changed", trouble=True)
            raise
        finally:
            self.send({"did": kind, "well": well})

    def _obey(self, kind: Any, content: Any) -> None:
        expected = _ASKED.get(kind) if isinstance(kind, str) else None
        if expected is None:
            raise InputError(f"the explorer was asked for {str(kind)[:40]!r}; expected one of {', '.join(_ASKED)}")
        given = {key: value for key, value in content.items() if key != "do"}
        words = given.get("themes") if isinstance(given.get("themes"), list) else []
        fits = given.keys() == expected.keys() and all(type(given[key]) is wanted for key, wanted in expected.items())
        if not fits or not all(isinstance(word, str) for word in words or []):
            raise InputError(f"{kind} came with something else than {', '.join(expected) or 'nothing'}; nothing was done")
        if self.has_trait(kind):
            self.set_trait(kind, given[kind])
        else:
            getattr(self, kind)(**given)

    def __repr__(self) -> str:
        place = f"article {self.article!r}" + (f", paragraph {self.paragraph!r}" if self.paragraph else "")
        return f"Explorer of {self._shown.title or self.run.folder.name!r}: {place}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and beside it a picture of what it shows, for where no kernel is."""
        made = super()._repr_mimebundle_(**kwargs)
        picture = {"text/html": still.picture(self.index, self.page, self.paragraph), "text/plain": repr(self)}
        if made is None:
            return picture
        return {**made[0], **picture}, made[1]


def _belongs(run: Run, study: Study) -> bool:
    """Whether any article of the run is among the study's pages."""
    known = set(run.articles["article_id"])
    return any(page.article_id in known for page in read_pages(study.source, study.settings).pages)


def _differences(before: Shown, after: Shown) -> list[str]:
    """What another run says otherwise, in lines: paragraphs, then shares."""
    old, new = before.spoken(), after.spoken()
    kept = old.keys() & new.keys()
    moved = sum(old[key] != new[key] for key in kept)
    counted = [f"{n} {what}" for n, what in ((len(new) - len(kept), "new"), (len(old) - len(kept), "gone")) if n]
    lines = ["; ".join([f"New run: themes changed in {moved} of {len(kept)} paragraphs", *counted])]
    labels = before.codebook.labels | after.codebook.labels
    shares = [
        f"{labels[name]} {100 * was:.1f} → {100 * now:.1f} %"
        for name, was, now in ((name, before.overall.get(name, 0.0), after.overall.get(name, 0.0)) for name in labels)
        if round(was, 3) != round(now, 3)
    ]
    return [*lines, "Share of all words: " + (", ".join(shares) or "as before")]


def _settings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = [name for name in after if before.get(name) != after[name]]
    return [f"study.toml has other settings than the run before: {', '.join(names)}"] if names else []
