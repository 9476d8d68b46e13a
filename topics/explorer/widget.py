"""The explorer itself: its state, what a reader may ask of it, and the study that it writes into."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from topics.codebook import Codebook
from topics.errors import InputError, TopicsWarning
from topics.explorer.run_view import RunView
from topics.explorer.static_picture import static_picture
from topics.format import count
from topics.reading import read_pages
from topics.runs import Run, Study
from topics.themes.assignments import split_applicable

_ACTIONS: dict[str, dict[str, type]] = {
    "article": {"article": str},
    "paragraph": {"paragraph": str},
    "theme": {"theme": str},
    "next_evidence": {"by": int},
    "assign": {"themes": list, "paragraph": str},
    "undo": {"paragraph": str},
    "add_keyword": {"theme": str, "keyword": str},
    "rerun": {},
}
"""What the page may ask for, with what arguments: nothing else is called, for a message may come from anywhere."""


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

    index = traitlets.Dict(help="All articles and themes; see RunView.index.").tag(sync=True)
    page = traitlets.Dict(help="The words of the chosen article; see RunView.page.").tag(sync=True)
    near: traitlets.List[Any] = traitlets.List(help="What lies next to the chosen paragraph on the map.").tag(sync=True)
    article = traitlets.Unicode(help="The chosen article, by its id.").tag(sync=True)
    paragraph = traitlets.Unicode(help="The chosen paragraph, by its id.").tag(sync=True)
    theme = traitlets.Unicode(help="The chosen theme, by its name; empty for all.").tag(sync=True)
    changes = traitlets.Dict(help="What waits for the next run, and whether more can be changed.").tag(sync=True)
    message = traitlets.Unicode(help="What came of the last action, in lines.").tag(sync=True)
    trouble = traitlets.Bool(help="Whether the message says that something could not be done.").tag(sync=True)
    progress = traitlets.Dict(help="Step and share (0…1) of a run that is under way.").tag(sync=True)

    def __init__(self, run: Run, study: Study | None = None) -> None:
        super().__init__()
        self.run, self.study = run, study
        self._read_only = ""
        """Why nothing can be changed; empty where it can."""
        parent = run.folder.resolve().parent
        # a study that was found here is read from its files before each rerun; one that was passed keeps its settings
        self._study_found = False
        if study is None and not (parent / "study.toml").is_file():
            self._read_only = "no study lies around this run, so it can be read alone; expected topics.explore(run, study)"
        elif study is None:
            try:
                self.study, self._study_found = Study.load(parent), True
            except InputError as error:
                self._read_only = str(error)
        elif study.folder is None:
            self._read_only = "loose input has no place for corrections; expected a folder with study.toml"
        elif not _shares_articles(run, study):
            self._read_only = (
                f"this run has no article of the study in {study.folder}; expected the study that it was made of"
            )
        self._show(run)
        self.on_msg(self._on_message)

    def _show(self, run: Run) -> None:
        """Show a run, at the paragraph that is chosen where the run has it."""
        self.run, self._view = run, RunView(run)
        paragraph = self.paragraph if self.paragraph in self._view.article_of else ""
        if not paragraph and self.article in self._view.titles:
            paragraph = next(iter(self._view.paragraphs(self.article)), "")
        paragraph = paragraph or self._view.start()
        if self.theme not in self._view.number:
            self.theme = ""
        self.index = self._view.index()
        self.article, self.paragraph = self._view.article_of.get(paragraph, self.article), paragraph
        # the observers below are silent where an id has not changed, but its page may have
        self.page, self.near = self._view.page(self.article), self._view.near(paragraph)
        self._update_changes()

    @traitlets.validate("article", "paragraph", "theme")
    def _check_choice(self, proposal: Any) -> str:
        name, value = proposal["trait"].name, proposal["value"]
        known, hint = {
            "article": (self._view.titles, "in this run; see run.articles['article_id']"),
            "paragraph": (self._view.article_of, "in this run; see run.paragraphs['paragraph_id']"),
            "theme": (self._view.number, f"in the codebook; expected one of {', '.join(self._view.number)}"),
        }[name]
        # no paragraph of an article without any, no theme where all are shown
        if value in known or (not value and name != "article"):
            return value
        raise InputError(f"no {name} {value!r} {hint}")

    @traitlets.observe("article")
    def _open_article(self, _change: Any) -> None:
        self.page = self._view.page(self.article)
        paragraphs = self._view.paragraphs(self.article)
        if self.paragraph not in paragraphs:
            evidence = self._view.evidence(self.theme) if self.theme else []
            strongest = (paragraph for paragraph in evidence if paragraph in paragraphs)
            self.paragraph = next(strongest, next(iter(paragraphs), ""))

    @traitlets.observe("paragraph")
    def _open_paragraph(self, _change: Any) -> None:
        self.near = self._view.near(self.paragraph)
        self.article = self._view.article_of.get(self.paragraph, self.article)

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
        evidence = self._view.evidence(self.theme)
        if not evidence:
            raise InputError("no evidence to go to; choose a theme that this run found")
        place = evidence.index(self.paragraph) + by if self.paragraph in evidence else 0
        self.paragraph = evidence[place % len(evidence)]

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
        self._report_assignments("holds from the next run on")

    def undo(self, paragraph: str | None = None) -> None:
        """Take the own correction of a paragraph, by default of the chosen one, back out of the study.

        Raises
        ------
        InputError
            If there is no study to write into, or no correction of this paragraph.
        """
        self._open_study().unassign(self.paragraph if paragraph is None else paragraph)
        self._report_assignments("what was taken back holds no more from the next run on")

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
        self._update_changes()
        label = self.study.codebook.labels.get(theme, theme)
        self._set_message(f"{study.settings.codebook}: “{keyword}” added to {label}; holds from the next run on")

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
        study, settings = self._open_study(), self.run.settings
        embedding = self.run.record.inputs.embeddings.name
        if embedding != settings.embeddings.name:
            raise InputError(
                f"the run used embeddings of its own ({embedding}); expected study.run(out, embeddings=…) in Python"
            )
        if study.folder is not None:
            study = Study.load(study.folder) if self._study_found else study.reload()
        # a run that was published without its texts must not get them back by the way
        if not settings.deposit.text:
            study = study.with_settings("deposit.text=false")
        self._set_message("")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", TopicsWarning)
            try:
                run = study.run(self.run.folder, progress=self._set_progress)
            finally:
                self.progress = {}
        notes = []
        for warning in caught:
            if issubclass(warning.category, TopicsWarning):
                notes.append(str(warning.message))
            else:
                warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        before, self.study = self._view, study
        self._show(run)
        changed_settings = _changed_settings(settings.to_dict(), run.settings.to_dict())
        self._set_message("\n".join([*_differences(before, self._view), *changed_settings, *notes]))
        return run

    def _open_study(self) -> Study:
        if self._read_only or self.study is None:
            raise InputError(self._read_only)
        return self.study

    def _set_progress(self, step: str, done: float) -> None:
        # each change is a message to the page: one per cent at a time will do
        if step != self.progress.get("step") or done - self.progress["done"] >= 0.01:
            self.progress = {"step": step, "done": round(done, 3)}

    def _set_message(self, message: str, *, trouble: bool = False) -> None:
        self.trouble, self.message = trouble, message

    def _report_assignments(self, effect: str) -> None:
        self._update_changes()
        study = self._open_study()
        self._set_message(f"{study.settings.assignments}: {count(len(study.assignments()), 'paragraph')}; {effect}")

    def _update_changes(self) -> None:
        """Compare what the study says by hand with what the run was made of."""
        in_study = in_run = self._view.by_hand
        n_keywords = 0
        if self.study:
            try:
                written = self.study.assignments()
                # without its text, an assignment cannot be compared with its paragraph
                if self._view.has_texts:
                    written, _ = split_applicable(written, self.run.paragraphs, self.study.codebook)
                in_study = {one.paragraph_id: one.themes for one in written}
            except InputError as error:
                self._set_message(str(error), trouble=True)
            n_keywords = len(_keywords(self.run.codebook) ^ _keywords(self.study.codebook))
        changed = [key for key in sorted({*in_study, *in_run}) if in_study.get(key) != in_run.get(key)]
        self.changes = {
            "waiting": len(changed) + n_keywords,
            "locked": self._read_only,
            "rerun": self.study is not None and not self._read_only,
            # None where an assignment that the run was made with was taken back
            "paragraphs": {key: list(in_study[key]) if key in in_study else None for key in changed},
        }

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Do what the page asks for, and reply whether that could be done."""
        action = content.get("action") if isinstance(content, dict) else None
        ok = False
        try:
            self._execute(action, content)
            ok = True
        except (InputError, OSError) as error:
            self._set_message(" ".join(str(error).split()), trouble=True)
        except Exception as error:
            text = " ".join(str(error).split())
            self._set_message(f"{type(error).__name__}: {text}; nothing was changed", trouble=True)
            raise
        finally:
            self.send({"action": action, "ok": ok})

    def _execute(self, action: Any, content: Any) -> None:
        expected = _ACTIONS.get(action) if isinstance(action, str) else None
        if expected is None:
            raise InputError(f"the explorer was asked for {str(action)[:40]!r}; expected one of {', '.join(_ACTIONS)}")
        arguments = {key: value for key, value in content.items() if key != "action"}
        fits = arguments.keys() == expected.keys() and all(
            type(arguments[key]) is kind
            for key, kind in expected.items()  # not isinstance: True is no number here
        )
        if not fits or not all(isinstance(theme, str) for theme in arguments.get("themes", [])):
            raise InputError(f"{action} came with something else than {', '.join(expected) or 'nothing'}; nothing was done")
        if self.has_trait(action):
            self.set_trait(action, arguments[action])
        else:
            getattr(self, action)(**arguments)

    def __repr__(self) -> str:
        place = f"article {self.article!r}" + (f", paragraph {self.paragraph!r}" if self.paragraph else "")
        return f"Explorer of {self._view.title or self.run.folder.name!r}: {place}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and beside it a picture of what it shows, for where no kernel is."""
        bundle = super()._repr_mimebundle_(**kwargs)
        picture = {
            "text/html": static_picture(self.index, self.page, self.paragraph),
            "text/plain": repr(self),
        }
        if bundle is None:
            return picture
        return {**bundle[0], **picture}, bundle[1]


def _shares_articles(run: Run, study: Study) -> bool:
    """Whether any article of the run is among the study's pages."""
    known = set(run.articles["article_id"])
    return any(page.article_id in known for page in read_pages(study.source, study.settings).pages)


def _keywords(codebook: Codebook) -> set[tuple[str, str]]:
    return {(theme.name, keyword) for theme in codebook.themes for keyword in theme.keywords}


def _differences(before: RunView, after: RunView) -> list[str]:
    """What another run says otherwise, in lines: paragraphs, then shares."""
    old, new = before.assigned(), after.assigned()
    common = old.keys() & new.keys()
    n_changed = sum(old[key] != new[key] for key in common)
    counts = [(len(new) - len(common), "new"), (len(old) - len(common), "gone")]
    moved = [f"{n} {what}" for n, what in counts if n]
    labels = before.codebook.labels | after.codebook.labels
    shares = []
    for name, label in labels.items():
        share, other = before.overall.get(name, 0.0), after.overall.get(name, 0.0)
        if round(share, 3) != round(other, 3):
            shares.append(f"{label} {100 * share:.1f} → {100 * other:.1f} %")
    return [
        "; ".join([f"New run: themes changed in {n_changed} of {len(common)} paragraphs", *moved]),
        "Share of all words: " + (", ".join(shares) or "as before"),
    ]


def _changed_settings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = [name for name in after if before.get(name) != after[name]]
    return [f"study.toml has other settings than the run before: {', '.join(names)}"] if names else []
