"""A reading as a web page: every line of every article, for people who check it (``topics read --html``)."""

import importlib.resources
from collections.abc import Sequence

import jinja2

from topics.format import count
from topics.reading.review import ReadArticle, Reading


def render_review_page(reading: Reading, articles: Sequence[ReadArticle]) -> str:
    """Make the page that shows every line of articles: what is kept, what is dropped, and why.

    Parameters
    ----------
    reading
        What :func:`topics.reading.read_corpus` found.
    articles
        Those of it that are shown.
    """
    ids = [article.item.page.article_id for article in articles]
    rows = reading.corpus.articles[reading.corpus.articles["article_id"].isin(ids)]
    template = importlib.resources.files("topics.reading").joinpath("review.html.j2").read_text(encoding="utf-8")
    # the texts are anyone's: autoescape keeps their markup from becoming ours
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        articles=articles,
        read=reading,
        count=count,
        doubtful=sum(line.doubtful for article in articles for line in article.lines),
        kept=int((rows["n_paragraphs"] > 0).sum()),
        paragraphs=int(rows["n_paragraphs"].sum()),
        dropped=int(reading.corpus.dropped["article_id"].isin(ids).sum()),
    )
