"""The command line: ``topics new read audit run edit assign verify redraw cite sheet agree compare``."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import io
import json
import re
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from topics.errors import InputError
from topics.format import (
    TRUSTED,
    article_name,
    count,
    in_natural_order,
    is_unstable,
    level_percent,
    value_labels,
    with_interval,
)
from topics.settings import COLUMN_FIELDS, UNITS
from topics.text_table import TextTable

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from topics.coding import Agreement
    from topics.comparison import Comparison, Robustness
    from topics.reading import ReadArticle, Reading
    from topics.runs import Progress, Run, Study
    from topics.themes import Audit

YES, NO, WRONG = 0, 1, 2
"""Exit codes: success; a check failed; invalid arguments or input."""

_MAX_ROWS = 40
_MAX_FULL_ARTICLES = 8
"""Up to this number of articles, ``topics read`` shows every line without ``--all``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")  # the default encoding of a Windows pipe lacks "−"
    try:
        return arguments.do(arguments)
    except InputError as error:
        print(f"topics: {error}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        # the reader, such as `head`, has finished; a closed stderr suppresses Python's message at exit
        sys.stderr.close()
        return YES
    except OSError as error:
        print(f"topics: {error.filename}: {error.strerror}; expected a path that can be read or written", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("topics: stopped; no run folder was written", file=sys.stderr)
        return 130  # by convention, 128 + SIGINT


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="topics", description="Topics and themes of articles, with evidence.")
    parser.add_argument("--version", action="version", version=f"topics {importlib.metadata.version('article-topics')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    # options shared by several commands
    change = _options()
    change.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="change a setting; repeatable"
    )
    of_table = _options()
    of_table.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=NAME",
        help=f"column of the input's tables, as in text=content ({', '.join(COLUMN_FIELDS)}); repeatable",
    )
    a_run = _options()
    a_run.add_argument("run", type=Path, metavar="RUN", help="a run folder")
    a_study = _options(change, of_table)
    a_study.add_argument(
        "path", metavar="STUDY", help="a folder with study.toml; with --codebook, a folder of pages or a table"
    )
    a_study.add_argument(
        "--codebook",
        type=Path,
        metavar="FILE",
        help="codebook for input without a study: .toml, or a dictionary of another tool (YAML, LIWC, CSV, …)",
    )
    a_study.add_argument("--seed", type=int, metavar="N", help="random seed (default: as in study.toml, or 42)")
    a_study.add_argument(
        "--unit",
        choices=UNITS,
        help="unit of analysis (auto: the paragraphs of each article; paragraph: the rows of a table)",
    )

    def command(name: str, do: Callable[..., int], summary: str, *parents: _Parser) -> _Parser:
        added = commands.add_parser(name, help=summary, parents=parents)
        added.set_defaults(do=do)
        return added

    read = command("read", _read, "show which lines of each page are kept or dropped, and why", change, of_table)
    read.add_argument("path", type=Path, metavar="PATH", help="a study, a folder of pages, a page or a table")
    read.add_argument("--html", type=Path, metavar="FILE", help="write an HTML page instead")
    read.add_argument("--out", type=Path, metavar="DIR", help="write articles, paragraphs, dropped lines and intake as CSV")
    read.add_argument("--all", action="store_true", help="show every line of every article")
    read.add_argument("--article", metavar="ID", help="show every line of this article (the start of its id or file name)")
    read.add_argument(
        "--correct",
        action="append",
        default=[],
        metavar="ARTICLE:LINE=KIND",
        help="correct the kind of a line, in the study's corrections.csv; repeatable",
    )
    read.add_argument("--unit", choices=UNITS, help="unit of analysis")

    run = command("run", _run, "analyse the articles and write a run folder", a_study)
    run.add_argument("--out", type=Path, metavar="DIR", help="run folder (default: STUDY/run)")
    run.add_argument("--embedding", metavar="NAME", help="lsa, use, or fastembed:, model2vec: or sentence-transformers:NAME")
    _add_codes(run, "gold codes, one file per coder: coded sheets, or tables paragraph_id,themes[,weight]; repeatable")
    run.add_argument(
        "--coder",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="codes of another coder, such as a language model, which count as far as they agree:"
        " a table paragraph_id,themes[,score]; repeatable",
    )
    run.add_argument("--no-text", action="store_true", help="omit the text of the articles from the run folder")
    run.add_argument("--ro-crate", action="store_true", help="add RO-Crate metadata for a repository")
    run.add_argument("--quiet", action="store_true", help="print errors only")

    new = command("new", _new, "create a study: settings, a codebook to fill in, and a table of metadata", change, of_table)
    new.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of the new study")
    new.add_argument("--articles", type=Path, required=True, metavar="PATH", help="a folder of pages, a page or a table")
    new.add_argument(
        "--codebook", type=Path, metavar="FILE", help="a codebook to copy, or a dictionary of another tool to convert"
    )

    audit = command("audit", _audit, "check whether the codebook is usable on this corpus", a_study)
    audit.add_argument(
        "--all", action="store_true", help="list all keywords with their matches in context, not only those with a verdict"
    )
    audit.add_argument(
        "--out", type=Path, metavar="FILE.csv", help="write keywords, their matches and suggested words to a table"
    )

    _add_edits(command("edit", _edit, "merge, split, rename or drop topics; takes effect in the next run"))

    assign = command("assign", _assign, "assign the topics of a run to other articles (CSV)", a_run, of_table)
    assign.add_argument("path", type=Path, metavar="PATH", help="a folder of pages, a page or a table")
    assign.add_argument("--out", type=Path, metavar="FILE.csv", help="output file (default: standard output)")
    assign.add_argument("--unit", choices=UNITS, help="unit of analysis (default: as in the run)")

    verify = command("verify", _verify, "check a run folder against run.json", a_run)
    verify.add_argument(
        "--rerun",
        nargs="?",
        const="",
        metavar="STUDY",
        help="repeat the run and compare; after RUN, give STUDY or the PATH of other input (default: the folder around RUN)",
    )

    redraw = command("redraw", _redraw, "redraw all figures of a run from its tables", a_run, change)
    redraw.add_argument("--out", type=Path, metavar="DIR", help="write the figures here; the run folder stays unchanged")
    redraw.add_argument(
        "--figure", action="append", default=[], metavar="NAME", help="only this figure, into --out; repeatable"
    )

    cite = command("cite", _cite, "print a figure's caption, methods sentences and BibTeX entries", a_run)
    cite.add_argument("figure", metavar="FIGURE", help="the figure's name, as in figures/NAME.svg")

    sheet = command("sheet", _sheet, "draw a sample of paragraphs for blind coding", a_run)
    size = sheet.add_mutually_exclusive_group()
    size.add_argument("--n", type=int, default=100, metavar="N", help="number of paragraphs (default: 100)")
    size.add_argument(
        "--for",
        type=float,
        dest="half",
        metavar="WIDTH",
        help="as many paragraphs as corrected shares need: 0.05 for intervals of ± 5 points",
    )
    sheet.add_argument(
        "--by", metavar="COLUMN", help="with --for: that precision for each group of articles, such as --by party"
    )
    sheet.add_argument(
        "--without", type=Path, nargs="+", default=[], metavar="SHEET", help="exclude paragraphs coded in these sheets"
    )
    sheet.add_argument(
        "--active",
        action="store_true",
        help="prefer paragraphs whose codes teach the model most; their sampling weights are kept in the sheet",
    )
    sheet.add_argument("--seed", type=int, metavar="N", help="seed of the sample (default: the run's seed)")
    sheet.add_argument(
        "--out",
        type=Path,
        action="append",
        metavar="FILE",
        help=".xlsx or .csv; repeatable (default: sheet.xlsx beside the run folder)",
    )

    agree = command("agree", _agree, "measure the agreement of coders with each other and with the model", a_run)
    agree.add_argument("sheets", type=Path, nargs="+", metavar="SHEET", help="coded sheets or tables, one per coder")
    agree.add_argument("--out", type=Path, metavar="FILE.csv", help="write all estimates to a table in long format")

    compare = command(
        "compare", _compare, "compare theme shares between groups of articles, or along a number or date", a_run
    )
    compare.add_argument(
        "--by",
        action="append",
        required=True,
        metavar="COLUMN",
        help="a column of articles.csv; 'FIRST*SECOND' for the effects of the first by the second; repeatable",
    )
    compare.add_argument(
        "--control", action="append", default=[], metavar="COLUMN", help="a column to hold constant; repeatable"
    )
    compare.add_argument(
        "--reference", metavar="LEVEL", help="the group with which others are compared (default: all other articles)"
    )
    compare.add_argument(
        "--as",
        action="append",
        default=[],
        dest="kinds",
        metavar="COLUMN=KIND",
        help="take a column for a category, number or date; repeatable",
    )
    _add_codes(compare, "gold codes that correct the shares, one file per coder (default: those of the run); repeatable")
    compare.add_argument(
        "--robust",
        action="store_true",
        help="say whether findings stand with other thresholds and settings, and without single keywords or articles",
    )
    compare.add_argument("--seed", type=int, metavar="N", help="seed of the permutations (default: the run's seed)")
    compare.add_argument("--out", type=Path, metavar="DIR", help="write tables, LaTeX, numbers and figures to this folder")
    return parser


def _options(*parents: _Parser) -> _Parser:
    """A parser for arguments shared by several commands."""
    return _Parser(add_help=False, parents=parents)


def _add_codes(command: argparse.ArgumentParser, summary: str) -> None:
    command.add_argument("--codes", type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=summary)


def _add_edits(edit: argparse.ArgumentParser) -> None:
    edit.add_argument("path", type=Path, metavar="STUDY", help="a folder with study.toml, or that file")
    edit.set_defaults(label="", parts=2, run=None)
    actions = edit.add_subparsers(required=True, metavar="ACTION", dest="action")
    of_run = _options()
    of_run.add_argument("--run", type=Path, metavar="DIR", help="run that the topic numbers refer to (default: STUDY/run)")
    merge = actions.add_parser("merge", help="merge two or more topics", parents=[of_run])
    merge.add_argument("topics", type=int, nargs="+", metavar="N", help="topic numbers")
    merge.add_argument("--label", default="", metavar="TEXT", help="label of the merged topic (default: its words)")
    split = actions.add_parser("split", help="split a topic", parents=[of_run])
    split.add_argument("topics", type=int, nargs=1, metavar="N")
    split.add_argument("--into", type=int, default=2, dest="parts", metavar="PARTS", help="number of parts (default: 2)")
    rename = actions.add_parser("rename", help="rename a topic", parents=[of_run])
    rename.add_argument("topics", type=int, nargs=1, metavar="N")
    rename.add_argument("label", metavar="TEXT")
    drop = actions.add_parser("drop", help="drop a topic: its paragraphs become outliers", parents=[of_run])
    drop.add_argument("topics", type=int, nargs=1, metavar="N")
    actions.add_parser("undo", help="undo the last edit")
    actions.add_parser("list", help="list all edits of the study")


# Each command imports what it needs, so that `topics --help` is fast.
def _read(arguments: argparse.Namespace) -> int:
    from topics.manual import Correction
    from topics.reading import is_review_page, read_corpus, render_review_page
    from topics.runs import Study, is_study, write_reading
    from topics.settings import Settings, override

    changes = _changes(arguments)
    if is_study(arguments.path):
        study = Study.load(arguments.path, only_read=True).with_settings(*changes)
        if arguments.correct:
            entries = [Correction.parse(entry) for entry in arguments.correct]
            study.correct(entries)
            print(f"{count(len(entries), 'correction')} written to {study.corrections_file}")
        found = study.read()
    elif arguments.correct:
        raise InputError(
            f"{arguments.path} is not a study, so corrections cannot be saved; expected a folder with study.toml"
        )
    else:
        found = read_corpus(arguments.path, override(Settings(), changes))
    shown = _chosen(found, arguments.article)
    for note in found.notes:
        print(f"note: {_plain(note)}", file=sys.stderr)
    if arguments.out:
        for path in write_reading(found, arguments.out):
            print(f"written: {path}")
        _print_intake(found.intake.summary, found.notes)
    elif arguments.html:
        if arguments.html.exists() and not (arguments.html.is_file() and is_review_page(arguments.html)):
            raise InputError(f"{arguments.html} is not a page written by `topics read`; choose another --html, or remove it")
        arguments.html.write_text(render_review_page(found, shown), encoding="utf-8")
        print(f"reading: {arguments.html}")
    else:
        _show_reading(found, shown, arguments.all or arguments.article is not None or len(shown) <= _MAX_FULL_ARTICLES)
    return YES


def _chosen(reading: Reading, wanted: str | None) -> list[ReadArticle]:
    """The article with the given id or file; otherwise those whose id or file name starts with it; all without one."""
    names = {item.page.article_id: (item.page.article_id, item.page.source) for item in reading.cleaned}
    chosen = [key for key, own_names in names.items() if wanted in own_names]
    if not chosen:
        chosen = [key for key, own_names in names.items() if any(name.startswith(wanted or "") for name in own_names)]
    if not chosen:
        raise InputError(f"no article {wanted!r}; expected the start of an id or file name, as listed by `topics read`")
    return [reading.of(key) for key in chosen]


def _show_reading(reading: Reading, articles: list[ReadArticle], whole: bool) -> None:
    from rich.text import Text

    console = _console()
    if not whole:
        console.print("Showing uncertain lines only; use --all for every line, --article ID for one article.\n")
    for shown in articles:
        console.print(Text(_plain(shown.heading), style="bold"), soft_wrap=True)
        console.print(Text(f"  {_plain(shown.summary)}"), soft_wrap=True)
        for line in shown.lines:
            if whole or line.doubtful:
                mark = "?" if line.doubtful else " "
                style = {"body": "", "heading": "cyan", "title": "cyan", "byline": "cyan"}.get(line.kind, "dim")
                row = Text(f"{line.number:>5} {mark}{line.kind:<12} {_plain(line.text)}", style=style)
                row.truncate(console.width, overflow="ellipsis")
                console.print(row, soft_wrap=True)
        console.print()
    corpus = reading.corpus
    console.print(
        f"{count((corpus.articles['n_paragraphs'] > 0).sum(), 'article')}, {count(len(corpus.paragraphs), 'paragraph')},"
        f" {count(len(corpus.dropped), 'line')} dropped; language {corpus.language}."
        " ? = uncertain classification."
    )
    _print_intake(reading.intake.summary, reading.notes)


def _print_intake(summary: Iterable[str], noted: Collection[str]) -> None:
    """Print what became of the input, without the lines that were printed as notes or warnings."""
    for line in summary:
        if line not in noted:
            print(_plain(line))


def _plain(text: str) -> str:
    """Text as one line, without control characters, which a terminal would execute."""
    return " ".join(re.split(r"[\s\x00-\x1f\x7f-\x9f]+", text))


def _run(arguments: argparse.Namespace) -> int:
    from topics.runs import run_study

    with _warnings_as_lines(arguments.quiet), _Bar(arguments.quiet) as progress:
        run = run_study(
            arguments.path,
            arguments.out,
            codebook=arguments.codebook,
            set=_changes(arguments),
            codes=arguments.codes,
            coders=arguments.coder,
            progress=progress,
        )
    if not arguments.quiet:
        _print_run(run)
    return YES


@contextlib.contextmanager
def _warnings_as_lines(quiet: bool = False) -> Iterator[None]:
    """Print the warnings of `topics` as a line each, and none of the libraries'."""
    from topics.errors import TopicsWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TopicsWarning)
        yield
    for warning in caught:
        if issubclass(warning.category, TopicsWarning) and not quiet:
            print(f"warning: {_plain(str(warning.message))}", file=sys.stderr)


def _new(arguments: argparse.Namespace) -> int:
    from topics.codebook import Codebook
    from topics.runs import new_study

    study = new_study(arguments.folder, arguments.articles, _changes(arguments), arguments.codebook)
    reading = study.read()
    converted = Codebook.load(arguments.codebook).notes if arguments.codebook else ()
    for note in (*converted, *reading.notes):
        print(f"note: {_plain(note)}", file=sys.stderr)
    _print_intake(reading.intake.summary, reading.notes)
    for name in ("study.toml", study.settings.codebook, study.settings.metadata):
        if (arguments.folder / name).is_file():
            print(f"written: {arguments.folder / name}")
    what = "check the" if study.codebook.themes else "define"
    print(f"next: {what} themes in {arguments.folder / study.settings.codebook}, then: topics run {arguments.folder}")
    return YES


def _changes(arguments: argparse.Namespace) -> list[str]:
    """The settings changed by ``--set`` and by options such as ``--seed``."""
    named = {"seed": "seed", "embedding": "embeddings.name", "unit": "reading.unit"}
    values = ((key, getattr(arguments, option, None)) for option, key in named.items())
    switches = {"no_text": "deposit.text=false", "ro_crate": "deposit.ro_crate=true"}
    return [
        *getattr(arguments, "set", []),
        *(_column(assignment) for assignment in getattr(arguments, "column", [])),
        *(f"{key}={value}" for key, value in values if value is not None),
        *(change for option, change in switches.items() if getattr(arguments, option, False)),
    ]


def _column(assignment: str) -> str:
    """The setting for ``--column FIELD=NAME``."""
    field, equals, name = assignment.partition("=")
    if not equals or not name.strip() or field.strip() not in COLUMN_FIELDS:
        raise InputError(
            f"--column got {assignment!r}; expected FIELD=NAME with FIELD one of {', '.join(COLUMN_FIELDS)},"
            " as in --column text=content"
        )
    # quoted, since a column may be called 2019 or true
    return f"reading.columns.{field.strip()}={json.dumps(name.strip(), ensure_ascii=False)}"


class _Bar:
    """A progress bar on standard error, shown only in a terminal."""

    def __init__(self, quiet: bool) -> None:
        self.on = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Progress:
        if not self.on:
            return lambda step, done: None
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task("starting", total=1.0)
        return lambda step, done: self.bar.update(task, description=step, completed=done)

    def __exit__(self, *_: object) -> None:
        if self.on:
            self.bar.stop()


def _console() -> Console:
    from rich.console import Console

    # A pipe has no width; a fixed one gives the same output everywhere.
    return Console(width=None if sys.stdout.isatty() else 118, highlight=False)


def _print_table(console: Console, table: TextTable, first_width: int | None = None) -> None:
    """Print a table; ``first_width`` is the maximum width of its first column."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=table.title, box=box.SIMPLE_HEAD, title_justify="left")
    for number, name in enumerate(table.columns):
        grid.add_column(name, max_width=None if number else first_width)
        grid.columns[number].justify = "right" if name in table.numeric else "left"
    for row in table.rows:
        grid.add_row(*(Text(_plain(cell)) for cell in row))
    console.print(grid)


def _print_run(run: Run) -> None:
    from topics.report import correction_sentence

    console, results = _console(), run.record.results
    _print_table(console, _themes_per_article(run), first_width=44)
    if len(run.articles) > _MAX_ROWS:
        console.print(f"… and {len(run.articles) - _MAX_ROWS} more articles in tables/profiles.csv")
    for table in _themes_per_group(run):
        _print_table(console, table, first_width=44)
    n_unstable = sum(map(is_unstable, run.topics["stability"]))
    unstable = f", {n_unstable} of them unstable (stability below {TRUSTED})" if n_unstable else ""
    console.print(
        f"{count(results.articles, 'article')}, {count(results.paragraphs, 'paragraph')},"
        f" {count(results.dropped_lines, 'line')} dropped; {count(results.topics, 'topic')}{unstable};"
        f" {100 * results.unassigned_share:.0f} % of paragraphs without a theme;"
        f" seed {run.settings.seed}"
    )
    print(correction_sentence(run.record))
    _print_intake(run.record.intake, run.record.warnings)
    print(f"report: {run.folder / 'report.html'}")


def _themes_per_article(run: Run) -> TextTable:
    from topics.tables import UNASSIGNED

    shares = run.profiles[run.profiles["share"] > 0].sort_values("share", ascending=False, kind="stable")
    by_article = dict(list(shares.groupby("article_id")))
    # identical pages share the id of the article they repeat, which has its own row
    copies = set(run.duplicates.query("article_id != copy_of")["article_id"])
    articles = run.articles.sort_values(["outlet", "date", "article_id"], kind="stable")
    rows = []
    for article in articles.head(_MAX_ROWS).itertuples():
        name, shares = _name_with_outlet(article), by_article.get(article.article_id)
        if shares is None:
            rows.append((name, "duplicate" if article.article_id in copies else "no paragraphs kept", ""))
            continue
        top_themes = shares[shares["theme"] != UNASSIGNED].head(3).itertuples()
        largest = "; ".join(f"{run.codebook.labels[row.theme]} {with_interval(row)}" for row in top_themes)
        unassigned = shares.loc[shares["theme"] == UNASSIGNED, "share"].sum()
        rows.append((name, largest or "–", f"{100 * unassigned:.0f}"))
    columns = ("article", f"largest shares ({level_percent(run.settings.profiles.level)} % interval)", "no theme")
    return TextTable("Theme shares per article (% of words)", columns, rows, frozenset({"no theme"}))


def _themes_per_group(run: Run) -> list[TextTable]:
    """For each column of ``groups.by``: its groups, with the largest shares."""
    from topics.measures import column_order
    from topics.tables import UNASSIGNED

    found, level = [], f"{level_percent(run.settings.profiles.level)}"
    for column in column_order(run.groups, run.settings):
        of_column = run.groups[run.groups["column"] == column]
        shown_as = value_labels(of_column["group"].unique())
        rows = []
        for group in in_natural_order(shown_as):
            shares = of_column[of_column["group"] == group].sort_values("share", ascending=False, kind="stable")
            largest = shares[(shares["theme"] != UNASSIGNED) & (shares["share"] > 0)].head(3).itertuples()
            listed = "; ".join(f"{run.codebook.labels[row.theme]} {with_interval(row)}" for row in largest)
            unassigned = shares.loc[shares["theme"] == UNASSIGNED, "share"].sum()
            rows.append((shown_as[group], listed or "–", f"{100 * unassigned:.0f}"))
        columns = (column, f"largest shares ({level} % interval)", "no theme")
        found.append(TextTable(f"Theme shares by {column} (% of words)", columns, rows, frozenset({"no theme"})))
    return found


def _name_with_outlet(row: Any) -> str:
    name = article_name(row)
    return _plain(f"{name} ({row.outlet})" if row.outlet else name)


def _audit(arguments: argparse.Namespace) -> int:
    from topics.runs import open_study
    from topics.themes import check_audit_sheet, write_audit_sheet

    if arguments.out is not None:
        check_audit_sheet(arguments.out)
    study = open_study(arguments.path, arguments.codebook).with_settings(*_changes(arguments))
    with _Bar(quiet=False) as progress:
        progress("reading", 0.0)
        found = study.audit(progress=progress)
    for note in study.codebook.notes:
        print(f"note: {_plain(note)}", file=sys.stderr)
    if arguments.out is not None:
        write_audit_sheet(found, arguments.out)
    _print_audit(found, arguments.all)
    if arguments.out is not None:
        print(f"table: {arguments.out}")
    return YES if found.usable else NO


def _print_audit(found: Audit, every: bool) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = _console()
    console.print(Text(f"The codebook is {'usable' if found.usable else 'NOT usable'} on this corpus.", style="bold"))
    findings = Table(show_header=False, box=None, padding=(0, 1))
    findings.add_column(justify="right")
    findings.add_column()
    for number, finding in enumerate(found.findings, start=1):
        findings.add_row(f"{number}.", Text(_plain(finding)))
    console.print(findings)
    for table in found.text_tables(every):
        console.print()
        _print_table(console, table)
    if concordance := found.concordance(every):
        console.print(Text("\nKeywords in context", style="italic"))
    for title, lines in concordance:
        console.print(Padding(Text(_plain(title), style="bold"), (0, 2)))
        for line in lines:
            console.print(Padding(Text(_plain(line)), (0, 4)))
    for title, lines in found.offers:
        console.print(Text(f"\n{title}", style="italic"))
        for line in lines:
            console.print(Text(f"  {_plain(line)}"), soft_wrap=True)
    console.print(Text(f"\n{found.legend}", style="dim"))


def _edit(arguments: argparse.Namespace) -> int:
    from topics.runs import Study

    study = Study.load(arguments.path, only_read=True)
    if arguments.action == "list":
        for number, one in enumerate(study.edits(), start=1):
            more = f" into {one.parts}" if one.action == "split" else f": {one.label}" if one.label else ""
            print(_plain(f"{number}. {one}{more}"))
    elif arguments.action == "undo":
        print(_plain(f"undone: {study.undo_edit()}"))
    else:
        edit = study.edit(arguments.action, arguments.topics, arguments.label, parts=arguments.parts, run=arguments.run)
        print(_plain(f"saved: {edit}{f', now {edit.label!r}' if edit.label else ''}"))
    n_edits = count(len(study.edits()), "edit")
    print(f"{n_edits} in {study.edits_file}; takes effect in the next `topics run {arguments.path}`")
    return YES


def _assign(arguments: argparse.Namespace) -> int:
    from topics.reading import require_paragraphs
    from topics.runs import Run, outside_runs
    from topics.spreadsheets import check_export, write_export
    from topics.topic_model import ASSIGNED_COLUMNS, assigned_table

    run = Run(arguments.run)
    if arguments.out is not None:
        check_export(outside_runs(arguments.out), ASSIGNED_COLUMNS, "topics assign")
    found = run.read(arguments.path, *_changes(arguments))
    corpus = require_paragraphs(found.corpus)
    assigned = run.assign(corpus.paragraphs["text"])
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    table = assigned_table(corpus.paragraphs, assigned)
    if arguments.out is not None:
        write_export(table, arguments.out)
        print(f"table: {arguments.out}")
    elif sys.stdout.isatty():
        # control characters in the texts must not reach a terminal
        write_export(table.map(lambda cell: _plain(cell) if isinstance(cell, str) else cell), sys.stdout)
    else:
        write_export(table, sys.stdout)
    return YES


def _verify(arguments: argparse.Namespace) -> int:
    from topics.runs import Run, recorded_files, study_of_run, verify

    # a wrong STUDY is an error before the files are checked
    source = None if arguments.rerun is None else study_of_run(Run(arguments.run), arguments.rerun)
    findings = verify(arguments.run)
    for finding in findings:
        print(finding)
    if findings:
        print(f"FAILED: {count(len(findings), 'file')} missing, changed or not part of the run")
        return NO
    print(f"OK: all {len(recorded_files(arguments.run))} files unchanged")
    return YES if source is None else _rerun(Run(arguments.run), source)


def _rerun(run: Run, source: Study) -> int:
    from topics.runs import NEAR, OTHER

    with _Bar(quiet=False) as progress:
        found = source.reproduce(run, progress=progress)
    for change in (*found.inputs, *found.environment):
        print(_plain(f"changed input or environment: {change}"))
    for verdict in (OTHER, NEAR):
        for one in found.of(verdict):
            if not one.derived:
                print(one)
        if n_derived := sum(one.derived for one in found.of(verdict)):
            print(f"{count(n_derived, 'file')} derived from these tables: {verdict}")
    print(f"rerun: {found}")
    return YES if found.holds else NO


def _redraw(arguments: argparse.Namespace) -> int:
    from topics.runs import Run

    run = Run(arguments.run)
    with _warnings_as_lines():
        folder = run.redraw(*arguments.set, out=arguments.out, names=arguments.figure)
    print(f"{count(len(arguments.figure or run.figures), 'figure')} redrawn: {folder}")
    return YES


def _cite(arguments: argparse.Namespace) -> int:
    from topics.runs import Run

    print(Run(arguments.run).cite(arguments.figure), end="")
    return YES


def _sheet(arguments: argparse.Namespace) -> int:
    from topics.coding import check_sheet_file, draw_sheet, load_codes, strata, write_sheet
    from topics.runs import Run, outside_runs

    run = Run(arguments.run)
    if not run.settings.deposit.text:
        raise InputError(f"{arguments.run} does not contain the text of the articles; expected a run with text")
    seed = _seed(arguments, run)
    # all files are checked before any is written
    files = [check_sheet_file(outside_runs(file)) for file in arguments.out or [_beside(run.folder) / "sheet.xlsx"]]
    coded = {key for file in arguments.without for key in load_codes(file, run.codebook).codes}
    uncoded = run.paragraphs[~run.paragraphs["paragraph_id"].isin(coded)]
    n, groups = _planned(run, arguments, coded) if arguments.half is not None or arguments.by else (arguments.n, None)
    sheet = draw_sheet(
        uncoded,
        run.themes,
        run.codebook,
        n,
        seed,
        active=arguments.active,
        threshold=run.settings.themes.threshold,
        groups=groups,
    )
    for file in files:
        write_sheet(sheet, run.codebook, file)
    per_theme = strata(run.themes)[sheet["paragraph_id"]].value_counts()
    print(
        f"{len(sheet)} of {len(run.paragraphs)} paragraphs sampled, stratified by the model's primary theme"
        f" (at least {per_theme.min()} from each of {len(per_theme)})"
        f"{', preferring uncertain scores' if arguments.active else ''}; seed {seed}: {', '.join(map(str, files))}"
    )
    print(
        f"Give each coder a copy with the coder's name in the file name; then: topics agree {arguments.run}"
        f" {files[0].with_name('sheet-anna' + files[0].suffix)} {files[0].with_name('sheet-ben' + files[0].suffix)}"
    )
    return YES


def _seed(arguments: argparse.Namespace, run: Run) -> int:
    """The seed of the call, or that of the run."""
    seed = run.settings.seed if arguments.seed is None else arguments.seed
    if seed < 0:
        raise InputError(f"--seed got {seed}; expected 0 or more")
    return seed


def _planned(
    run: Run, arguments: argparse.Namespace, coded: Collection[str]
) -> tuple[int | dict[str, int], pd.Series | None]:
    """The number of rows of a sheet for a wanted precision, or of each group with the group of each paragraph."""
    if arguments.half is None:
        raise InputError(f"--by {arguments.by} got no --for; expected both, as in --for 0.05 --by {arguments.by}")
    found = run.theme_shares.planned_codes(arguments.half, arguments.by)
    points = f"± {100 * arguments.half:.3g} points"
    if arguments.by is None:
        n = found.sizes[""]
        left = n - len(set(coded) & set(run.paragraphs["paragraph_id"]))
        if left < 1:
            raise InputError(f"{len(coded)} paragraphs are coded, and {n} are enough for {points}; expected a smaller --for")
        rest = f"; {left} are left to code" if left < n else ""
        print(f"{n} coded paragraphs bring shares of the corpus to {points}, as far as the scores of the run can tell{rest}")
        return left, None
    for name in in_natural_order(found.sizes):
        print(f"{_plain(name)}: {count(found.sizes[name], 'coded paragraph')} for {points}")
    n_coded = found.group_of[found.group_of.index.isin(coded)].value_counts()
    sizes = {name: size - int(n_coded.get(name, 0)) for name, size in found.sizes.items()}
    sizes = {name: size for name, size in sizes.items() if size > 0}
    if not sizes:
        raise InputError(f"{len(coded)} paragraphs are coded, enough for {points} in each group; expected a smaller --for")
    if sizes != found.sizes:
        print(f"{sum(sizes.values())} are left to code")
    return sizes, found.group_of


def _beside(folder: Path) -> Path:
    return folder.parent if folder.name not in ("", "..") else folder.resolve().parent


def _agree(arguments: argparse.Namespace) -> int:
    from topics.coding import check_agreement_file, write_agreement
    from topics.runs import Run, outside_runs

    run = Run(arguments.run)
    if arguments.out is not None:
        check_agreement_file(outside_runs(arguments.out))
    found = run.agree(*arguments.sheets)
    if arguments.out is not None:
        write_agreement(found, arguments.out)
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    _print_agreement(found)
    if arguments.out is not None:
        print(f"table: {arguments.out}")
    return YES


def _print_agreement(found: Agreement) -> None:
    console = _console()
    for table in found.text_tables:
        _print_table(console, table, first_width=28)
    console.print(
        "In brackets: 95 % intervals. Comparisons with the model are weighted by stratum size in the run. –: not defined."
    )


def _compare(arguments: argparse.Namespace) -> int:
    from topics.runs import Run, check_comparison_folder, write_comparison

    run = Run(arguments.run)
    seed = _seed(arguments, run)
    if arguments.out is not None:
        check_comparison_folder(arguments.out)
    options: dict[str, Any] = {
        "control": arguments.control,
        "reference": arguments.reference,
        "kinds": dict(map(_kind, arguments.kinds)),
        "codes": arguments.codes,
        "seed": seed,
    }
    robust = None
    if arguments.robust:
        with _Bar(quiet=False) as progress:
            robust = run.robustness(arguments.by, progress=progress, **options)
    found = robust.comparison if robust else run.compare(arguments.by, **options)
    with _warnings_as_lines():
        written = [] if arguments.out is None else write_comparison(found, run, arguments.out, robust)
    for note in (*found.notes, *(robust.notes if robust else ())):
        print(f"note: {_plain(note)}", file=sys.stderr)
    _print_comparison(found)
    if robust:
        _print_comparison(robust)
    for path in written:
        print(f"written: {path}")
    return YES


def _kind(assignment: str) -> tuple[str, str]:
    """The column and kind of ``--as COLUMN=KIND``."""
    column, _, kind = assignment.rpartition("=")
    if not column:
        raise InputError(f"--as got {assignment!r}; expected COLUMN=KIND, as in --as wave=number")
    return column, kind


def _print_comparison(found: Comparison | Robustness) -> None:
    from rich.text import Text

    console = _console()
    for table in found.text_tables:
        # a contrast is named once, in the row of its first theme
        names = ["", *(row[0] for row in table.rows)]
        rows = [("" if row[0] == before else row[0], *row[1:]) for row, before in zip(table.rows, names, strict=False)]
        _print_table(console, replace(table, rows=rows), first_width=30)
    for sentence in found.sentences:
        console.print(Text(_plain(sentence)))


if __name__ == "__main__":
    sys.exit(main())
