"""The explorer widget: its state, its actions, and the study to which it writes."""

import html
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from topics.codebook import Codebook
from topics.errors import InputError, TopicsWarning
from topics.explorer.run_view import RunView
from topics.format import count
from topics.reading import read_pages
from topics.runs import Run, Study
from topics.themes import split_applicable

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
"""The actions that the page may request, with their arguments; all others are refused, as any page can send messages."""


class Explorer(anywidget.AnyWidget):
    """A run as a widget; created by :func:`topics.explore`.

    Parameters
    ----------
    run
        The run shown.
    study
        The study to which corrections are written; by default the one whose folder contains the run.
    """

    _esm = Path(__file__).parent / "explorer.js"
    _css = Path(__file__).parent / "explorer.css"

    index = traitlets.Dict(help="All articles and themes; see RunView.index.").tag(sync=True)
    page = traitlets.Dict(help="The text of the selected article; see RunView.page.").tag(sync=True)
    near: traitlets.List[Any] = traitlets.List(help="The nearest paragraphs on the map.").tag(sync=True)
    article = traitlets.Unicode(help="The id of the selected article.").tag(sync=True)
    paragraph = traitlets.Unicode(help="The id of the selected paragraph.").tag(sync=True)
    theme = traitlets.Unicode(help="The name of the selected theme; empty for all.").tag(sync=True)
    changes = traitlets.Dict(help="Pending changes, and whether the explorer is read-only.").tag(sync=True)
    message = traitlets.Unicode(help="The result of the last action, one item per line.").tag(sync=True)
    trouble = traitlets.Bool(help="Whether the last action failed.").tag(sync=True)
    progress = traitlets.Dict(help="Step and progress (0…1) of the current run.").tag(sync=True)

    def __init__(self, run: Run, study: Study | None = None) -> None:
        super().__init__()
        self.run, self.study = run, study
        self._read_only = ""
        """The reason why the explorer is read-only; empty if it is not."""
        parent = run.folder.resolve().parent
        # a study found here is loaded again before each rerun; one that was passed keeps its settings
        self._study_found = False
        if study is None and not (parent / "study.toml").is_file():
            self._read_only = (
                "this run is not inside a study folder, so the explorer is read-only; expected topics.explore(run, study)"
            )
        elif study is None:
            try:
                self.study, self._study_found = Study.load(parent), True
            except InputError as error:
                self._read_only = f"the study cannot be loaded, so the explorer is read-only: {error}"
        elif study.folder is None:
            self._read_only = "input without a study cannot be corrected; expected a folder with study.toml"
        elif not _shares_articles(run, study):
            self._read_only = (
                f"this run shares no article with the study in {study.folder}; expected the study it was created from"
            )
        self._show(run)
        self.on_msg(self._on_message)

    def _show(self, run: Run) -> None:
        """Show a run at the selected paragraph, if the run has it."""
        self.run, self._view = run, RunView(run)
        paragraph = self.paragraph if self.paragraph in self._view.article_of else ""
        if not paragraph and self.article in self._view.titles:
            paragraph = next(iter(self._view.paragraphs(self.article)), "")
        paragraph = paragraph or self._view.start()
        if self.theme not in self._view.number:
            self.theme = ""
        self.index = self._view.index()
        self.article, self.paragraph = self._view.article_of.get(paragraph, self.article), paragraph
        # observers are not notified if an id is unchanged, although its page may have changed
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
        # empty: no paragraph in an article without any, or all themes
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
        """Select the paragraph with the next lower score for the selected theme, in any article.

        Parameters
        ----------
        by
            1 for the next, −1 for the previous one. The last is followed by the first.

        Raises
        ------
        InputError
            If no theme is selected, or no paragraph has it.
        """
        evidence = self._view.evidence(self.theme)
        if not evidence:
            raise InputError("no theme is selected, or no paragraph has it; select a theme with evidence in this run")
        position = evidence.index(self.paragraph) + by if self.paragraph in evidence else 0
        self.paragraph = evidence[position % len(evidence)]

    def assign(self, themes: Sequence[str], paragraph: str | None = None) -> None:
        """Assign themes to a paragraph manually; saved in the study, this takes effect in the next run.

        Parameters
        ----------
        themes
            Names of the themes, the main theme first; empty for a paragraph without a theme.
        paragraph
            Id of the paragraph, by default the selected one.

        Raises
        ------
        InputError
            If the explorer is read-only, or there is no such theme or paragraph.
        """
        self._open_study().assign(self.paragraph if paragraph is None else paragraph, tuple(themes), self.run)
        self._report_assignments("takes effect in the next run")

    def undo(self, paragraph: str | None = None) -> None:
        """Remove the manual assignment of a paragraph, by default the selected one, from the study.

        Raises
        ------
        InputError
            If the explorer is read-only, or the paragraph has no manual assignment.
        """
        self._open_study().unassign(self.paragraph if paragraph is None else paragraph)
        self._report_assignments("the assignment will be removed in the next run")

    def add_keyword(self, theme: str, keyword: str) -> None:
        """Add a keyword to a theme, given by name, in the codebook of the study; it takes effect in the next run.

        Raises
        ------
        InputError
            If the explorer is read-only, there is no such theme, or the keyword is invalid or exists already.
        """
        keyword = keyword.strip()
        study = self._open_study()
        self.study = study.add_keyword(theme, keyword)
        self._update_changes()
        label = self.study.codebook.labels.get(theme, theme)
        self._set_message(f"{study.settings.codebook}: “{keyword}” added to {label}; takes effect in the next run")

    def rerun(self) -> Run:
        """Run the study again, replace the run shown, and report what changed.

        Returns
        -------
        Run
            The new run, which becomes :attr:`run`.

        Raises
        ------
        InputError
            If the explorer is read-only, the study cannot be run, or the run used custom embeddings; the old run is kept.
        """
        study, settings = self._open_study(), self.run.settings
        embedding = self.run.record.inputs.embeddings.name
        if embedding != settings.embeddings.name:
            raise InputError(
                f"the run used custom embeddings ({embedding}); to run it again, use study.run(out, embeddings=…) in Python"
            )
        if study.folder is not None:
            study = Study.load(study.folder) if self._study_found else study.reload()
        # a rerun must not restore the texts of a run published without them
        if not settings.deposit.text:
            study = study.with_settings("deposit.text=false")
        self._set_message("")
        # our own warnings are shown in the message, all others are passed on below
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
        # each change sends a message to the page: steps of one per cent are enough
        if step != self.progress.get("step") or done - self.progress["done"] >= 0.01:
            self.progress = {"step": step, "done": round(done, 3)}

    def _set_message(self, message: str, *, trouble: bool = False) -> None:
        self.trouble, self.message = trouble, message

    def _report_assignments(self, effect: str) -> None:
        self._update_changes()
        study = self._open_study()
        self._set_message(f"{study.settings.assignments}: {count(len(study.assignments()), 'paragraph')}; {effect}")

    def _update_changes(self) -> None:
        """Compare the manual changes of the study with those in the run."""
        in_study = in_run = self._view.by_hand
        n_keywords = 0
        if self.study:
            try:
                written = self.study.assignments()
                # without texts, assignments cannot be matched with their paragraphs
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
            # None: an assignment used in the run has been removed from the study
            "paragraphs": {key: list(in_study[key]) if key in in_study else None for key in changed},
        }

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Execute an action requested by the page, and reply whether it succeeded."""
        action = content.get("action") if isinstance(content, dict) else None
        ok = False
        try:
            self._execute(action, content)
            ok = True
        except (InputError, OSError) as error:
            self._set_message(" ".join(str(error).split()), trouble=True)
        except Exception as error:
            # an unexpected error is shown on the page as well as raised in the kernel
            text = " ".join(str(error).split())
            self._set_message(f"{type(error).__name__}: {text}; nothing was changed", trouble=True)
            raise
        finally:
            self.send({"action": action, "ok": ok})

    def _execute(self, action: Any, content: Any) -> None:
        expected = _ACTIONS.get(action) if isinstance(action, str) else None
        if expected is None:
            raise InputError(f"unknown action {str(action)[:40]!r}; expected one of {', '.join(_ACTIONS)}")
        arguments = {key: value for key, value in content.items() if key != "action"}
        fits = arguments.keys() == expected.keys() and all(
            type(arguments[key]) is kind
            for key, kind in expected.items()  # not isinstance, which would accept True as an int
        )
        if not fits or not all(isinstance(theme, str) for theme in arguments.get("themes", [])):
            raise InputError(f"invalid arguments of {action}; expected {', '.join(expected) or 'none'}; nothing was changed")
        # an action with the name of a trait selects an item
        if self.has_trait(action):
            self.set_trait(action, arguments[action])
        else:
            getattr(self, action)(**arguments)

    def __repr__(self) -> str:
        place = f"article {self.article!r}" + (f", paragraph {self.paragraph!r}" if self.paragraph else "")
        return f"Explorer of {self._view.title or self.run.folder.name!r}: {place}"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, with a sentence for exported notebooks, where no kernel runs."""
        bundle = super()._repr_mimebundle_(**kwargs)
        title = html.escape(self._view.title or self.run.folder.name)
        fallback = {
            "text/html": f"<p>Open this notebook in JupyterLab to use the explorer. Run: {title}</p>",
            "text/plain": repr(self),
        }
        if bundle is None:
            return fallback
        return {**bundle[0], **fallback}, bundle[1]


def _shares_articles(run: Run, study: Study) -> bool:
    """Whether the run and the study have an article in common."""
    known = set(run.articles["article_id"])
    return any(page.article_id in known for page in read_pages(study.source, study.settings, study.metadata_file).pages)


def _keywords(codebook: Codebook) -> set[tuple[str, str]]:
    every = codebook.languages
    return {(theme.name, keyword) for theme in codebook.themes for keyword in theme.keywords_in(*every)}


def _differences(before: RunView, after: RunView) -> list[str]:
    """The differences between two runs, one line for paragraphs and one for shares."""
    old, new = before.assigned(), after.assigned()
    common = old.keys() & new.keys()
    n_changed = sum(old[key] != new[key] for key in common)
    counts = [(len(new) - len(common), "new"), (len(old) - len(common), "removed")]
    new_or_removed = [f"{n} {change}" for n, change in counts if n]
    labels = before.codebook.labels | after.codebook.labels
    shares = []
    for name, label in labels.items():
        share, other = before.overall.get(name, 0.0), after.overall.get(name, 0.0)
        if round(share, 3) != round(other, 3):
            shares.append(f"{label} {100 * share:.1f} → {100 * other:.1f} %")
    return [
        "; ".join([f"New run: themes changed in {n_changed} of {len(common)} paragraphs", *new_or_removed]),
        "Share of all words: " + (", ".join(shares) or "unchanged"),
    ]


def _changed_settings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = [name for name in after if before.get(name) != after[name]]
    return [f"Settings changed in study.toml since the previous run: {', '.join(names)}"] if names else []
