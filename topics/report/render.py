"""The page ``report.html``: what its templates are filled with."""

import base64
import hashlib
import importlib.resources
from pathlib import Path

import jinja2
import pandas as pd

from topics.coding import difference_note
from topics.format import TRUSTED, count, decimals, level_percent
from topics.record import RunRecord
from topics.report import clusters, overview, pages
from topics.report.methods import methods_sentences


def render_report(record: RunRecord, tables: dict[str, pd.DataFrame], figures: Path) -> str:
    """One page that needs no other file and opens offline.

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
    themes = overview.themes(record, tables)
    number = {theme["name"]: theme["number"] for theme in themes}
    script = importlib.resources.files("topics.report").joinpath("report.js.j2").read_text(encoding="utf-8")
    # the page forbids every script but the one with this digest, whatever is in the texts
    script_hash = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return _template("report/report.html.j2").render(
        record=record,
        has_text=record.settings.deposit.text,
        themes=themes,
        overall=pages.stacked_shares(list(tables["overall"].itertuples()), codebook, number),
        summary=overview.summary_sentences(record, tables),
        differences=overview.difference_sentences(record, tables),
        groups=overview.groups(record, tables),
        evidence=overview.evidence(tables),
        articles=pages.articles(record, tables, number),
        dated=bool(tables["articles"]["date"].any()),
        outlets=sorted(set(tables["articles"]["outlet"])),
        figures=overview.figures(figures),
        granularity=overview.figure("granularity", figures),
        choice=clusters.number_of_topics(record, tables),
        topics=clusters.topic_rows(codebook, tables),
        moved=int(tables["paragraph_topics"]["reassigned"].sum()),
        quotes=clusters.topic_quotes(tables),
        tree=clusters.topic_tree(tables),
        shares=[
            clusters.topic_shares(tables, "outlet_topics", "outlet", "outlet"),
            *clusters.topic_shares_by_column(record, tables),
            clusters.topic_shares(tables, "topics_over_time", "period", record.results.period),
        ],
        blind=clusters.blind_spots(tables),
        audit=record.results.audit,
        keywords=overview.keywords_to_check(codebook, tables["keywords"]),
        matches=overview.keyword_matches(codebook, tables["keywords"]),
        dead=int((tables["keywords"]["verdict"] == "dead").sum()),
        labels=codebook.labels,
        methods=list(methods_sentences(record).values()),
        intake=[line for line in record.intake if line not in record.warnings],
        level=level_percent(record.settings.profiles.level),
        uncorrected=""
        if record.results.codes_used
        else " (the shares are uncorrected: the intervals carry the model’s error)",
        about_differences=difference_note(tables["outlet_differences"]),
        about_group_differences=difference_note(tables["group_differences"]),
        trusted=TRUSTED,
        quoted=clusters.QUOTE_WORDS,
        decimals=decimals,
        anchor=pages.paragraph_anchor,
        script=script,
        script_hash=script_hash,
    )


def _template(name: str) -> jinja2.Template:
    folder = importlib.resources.files("topics")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda path: folder.joinpath(path).read_text(encoding="utf-8")),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["count"] = count
    # a number is not parted from its sign at the end of a line
    environment.filters["tied"] = lambda text: text.replace(" %", "\u00a0%")
    return environment.get_template(name)
