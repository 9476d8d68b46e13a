"""The command line: ``topics run``, ``topics verify``."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from topics.settings import InputError

if TYPE_CHECKING:
    from topics.study import Progress, Run

YES, NO, WRONG = 0, 1, 2
"""Exit codes: all is well; the answer is no; the call or the input is wrong."""

_MOST_ROWS = 40


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.do(arguments)
    except InputError as error:
        print(f"topics: {error}", file=sys.stderr)
        return WRONG
    except BrokenPipeError:
        sys.stderr.close()
        return YES
    except OSError as error:
        print(f"topics: {error.filename}: {error.strerror}; expected a path that can be read or written", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("topics: stopped; no run folder was written", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    from topics.provenance import version

    parser = _Parser(prog="topics", description="Topics and themes of articles, with evidence.")
    parser.add_argument("--version", action="version", version=f"topics {version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="read articles, find themes and topics, write a run folder")
    run.add_argument(
        "path", metavar="STUDY", help="a folder with study.toml, or with --codebook a folder of pages or a table"
    )
    run.add_argument("--codebook", type=Path, metavar="FILE", help="codebook.toml for loose input")
    run.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: run in the study's folder)")
    run.add_argument("--unit", choices=("auto", "paragraph"), help="paragraph: each row of the table is one already")
    run.add_argument("--seed", type=int, metavar="N")
    run.add_argument("--embedding", metavar="NAME", help="lsa, model2vec:NAME or sentence-transformers:NAME")
    run.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="change a setting; repeatable")
    run.add_argument("--quiet", action="store_true", help="print nothing but errors")
    run.set_defaults(do=_run)

    verify = commands.add_parser("verify", help="does this run folder still stand?")
    verify.add_argument("run", type=Path, metavar="RUN")
    verify.set_defaults(do=_verify)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    from topics import study
    from topics.settings import TopicsWarning

    changes = list(arguments.set)
    for key, value in (
        ("seed", arguments.seed),
        ("embeddings.name", arguments.embedding),
        ("reading.unit", arguments.unit),
    ):
        if value is not None:
            changes.append(f"{key}={value}")
    with warnings.catch_warnings(record=True) as caught, _Bar(arguments.quiet) as progress:
        warnings.simplefilter("always", TopicsWarning)
        run = study.run(arguments.path, arguments.out, codebook_file=arguments.codebook, set=changes, progress=progress)
    if not arguments.quiet:
        for warning in caught:
            if issubclass(warning.category, TopicsWarning):
                print(f"warning: {warning.message}", file=sys.stderr)
        _show(run)
    return YES


class _Bar:
    """A progress bar on standard error while a terminal looks at it."""

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


def _show(run: Run) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 118)
    results = run.record["results"]
    articles = run.articles.sort_values(["outlet", "date", "article_id"], kind="stable")
    profiles = run.profiles[run.profiles["share"] > 0].sort_values("share", ascending=False, kind="stable")
    by_article = dict(list(profiles.groupby("article_id")))
    level = f"{100 * run.settings.profiles.level:.0f} %"
    table = Table(title="Themes per article: per cent of words", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("article", max_width=44)
    table.add_column(f"largest shares ({level} interval)")
    table.add_column("no theme", justify="right")
    for row in articles.head(_MOST_ROWS).itertuples():
        shares = by_article.get(row.article_id)
        if shares is None:
            table.add_row(Text(_article_name(row)), "no paragraph left", "")
            continue
        named = shares[shares["theme"] != "unassigned"].head(3)
        unassigned = shares.loc[shares["theme"] == "unassigned", "share"].sum()
        said = "; ".join(
            f"{run.codebook.labels[s.theme]} {100 * s.share:.0f} ({100 * s.low:.0f}–{100 * s.high:.0f})"
            for s in named.itertuples()
        )
        table.add_row(Text(_article_name(row)), Text(said or "–"), f"{100 * unassigned:.0f}")
    console.print(table)
    if len(articles) > _MOST_ROWS:
        console.print(f"… and {len(articles) - _MOST_ROWS} more articles in tables/profiles.csv")
    console.print(
        f"{results['articles']} articles, {results['paragraphs']} paragraphs, {results['dropped_lines']} lines dropped;"
        f" {results['topics']} topics; {100 * results['unassigned_share']:.0f} % of paragraphs without a theme;"
        f" seed {run.settings.seed}",
        highlight=False,
    )
    print(f"report: {run.folder / 'report.html'}")


def _article_name(row: object) -> str:
    title = getattr(row, "title", "") or getattr(row, "article_id", "")
    outlet = getattr(row, "outlet", "")
    return f"{title} ({outlet})" if outlet else title


def _verify(arguments: argparse.Namespace) -> int:
    from topics.provenance import read_run, verify

    findings = verify(arguments.run)
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} of the run's files do not stand")
        return NO
    print(f"all {len(read_run(arguments.run)['outputs']) + 1} files stand as the run left them")
    return YES


if __name__ == "__main__":
    sys.exit(main())
