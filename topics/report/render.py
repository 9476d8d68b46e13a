"""Run folder -> report.html: one self-contained page that opens offline."""

import base64
import hashlib
import importlib.resources
from collections.abc import Sequence
from pathlib import Path

import jinja2
import pandas as pd

from topics.format import TRUSTED, count
from topics.reading.review import ReadArticle, Reading
from topics.record import RunRecord
from topics.report import clusters, methods, overview, pages
from topics.report.pages import pieces

__all__ = ["pieces", "render", "render_reading"]


def render(record: RunRecord, tables: dict[str, pd.DataFrame], figures: Path) -> str:
    """Make the page from what the run recorded: nothing is computed but sums for sentences.

    Parameters
    ----------
    record
        What ``run.json`` will hold; where its settings say ``deposit.text: false``, the tables hold no sentence of
        an article, and the page says so.
    tables
        The run's tables by name.
    figures
        The folder of figures with their sidecars; one that is not there is left out.
    """
    codebook = record.codebook
    themes = overview.themes(codebook, tables, record)
    number = {theme["name"]: theme["number"] for theme in themes}
    by_hand = {one["paragraph_id"] for one in record.assignments}
    script = _source("report.js.j2")
    return _template("report/report.html.j2").render(
        record=record,
        has_text=record.settings.deposit.text,
        themes=themes,
        overall=overview.overall(codebook, tables, number),
        summary=overview.summary(codebook, tables, record),
        differences=overview.differences(codebook, tables, record),
        evidence=overview.evidence(codebook, tables),
        articles=pages.articles(codebook, tables, number, by_hand),
        dated=bool(tables["articles"]["date"].any()),
        outlets=sorted(set(tables["articles"]["outlet"])),
        figures=overview.figures(figures),
        granularity=overview.figure("granularity", figures),
        choice=clusters.choice(record, tables),
        topics=clusters.rows(codebook, tables),
        moved=int(tables["paragraph_topics"]["reassigned"].sum()),
        quotes=clusters.quotes(tables),
        tree=clusters.tree(tables),
        shares=[
            clusters.shares(tables, "outlet_topics", "outlet", "outlet"),
            clusters.shares(tables, "topics_over_time", "period", record.results.period),
        ],
        blind=clusters.blind_spots(tables),
        audit=overview.audit(codebook, tables, record),
        methods=list(methods.sentences(record).values()),
        level=round(100 * record.settings.profiles.level),
        trusted=TRUSTED,
        quoted=clusters.QUOTE_WORDS,
        signed=clusters.signed,
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def render_reading(read: Reading, articles: Sequence[ReadArticle]) -> str:
    """Make the page that shows every line of articles: what is kept, what is dropped, and why.

    Parameters
    ----------
    read
        What :func:`topics.reading.review.read` found.
    articles
        Those of it that are shown.
    """
    ids = [article.item.page.article_id for article in articles]
    shown = read.corpus.articles[read.corpus.articles["article_id"].isin(ids)]
    return _template("reading/review.html.j2").render(
        articles=articles,
        read=read,
        doubtful=sum(line.doubtful for article in articles for line in article.lines),
        kept=int((shown["n_paragraphs"] > 0).sum()),
        paragraphs=int(shown["n_paragraphs"].sum()),
        dropped=int(read.corpus.dropped["article_id"].isin(ids).sum()),
    )


def _template(name: str) -> jinja2.Template:
    folder = importlib.resources.files("topics")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda one: folder.joinpath(one).read_text(encoding="utf-8")),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["count"] = count
    environment.filters["tied"] = lambda text: text.replace(" %", "\u00a0%")
    return environment.get_template(name)


def _source(name: str) -> str:
    return importlib.resources.files("topics.report").joinpath(name).read_text(encoding="utf-8")
