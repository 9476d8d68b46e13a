"""An HTML page of every line of every article and its classification (``topics read --html``)."""

import importlib.resources
from collections.abc import Sequence

import jinja2

from topics.format import count
from topics.reading.review import ReadArticle, Reading


def render_review_page(reading: Reading, articles: Sequence[ReadArticle]) -> str:
    """Render a page that shows every line of the articles: kept or dropped, and why.

    Parameters
    ----------
    reading
        The result of :func:`topics.reading.read_corpus`.
    articles
        The articles to show.
    """
    ids = [article.item.page.article_id for article in articles]
    rows = reading.corpus.articles[reading.corpus.articles["article_id"].isin(ids)]
    template = importlib.resources.files("topics.reading").joinpath("review.html.j2").read_text(encoding="utf-8")
    # The texts are untrusted: autoescape prevents their markup from being rendered.
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
