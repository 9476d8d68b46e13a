"""The data of a run for the explorer: an index of all articles, and the text of one article at a time."""

from collections import defaultdict
from typing import Any

from topics.figures import ribbon_blocks, theme_colours
from topics.format import article_name, json_number, topic_label
from topics.report import split_at_evidence
from topics.runs import Run
from topics.tables import UNASSIGNED

_NEIGHBOURS = 5
_FIRST_WORDS = 12


class RunView:
    """The tables of a run, read once, as the data that the explorer requests.

    Themes are given by their number in the codebook, from 1, to keep the index small; 0 is no theme.
    """

    def __init__(self, run: Run) -> None:
        self.codebook = run.codebook
        self.title = run.record.title
        self.has_texts = run.settings.deposit.text
        self.number = {name: number for number, name in enumerate(run.codebook.names, start=1)}
        self.by_hand = {one.paragraph_id: one.themes for one in run.record.assignments}
        self.overall = run.overall.set_index("theme")["share"].to_dict()
        self._articles = run.articles.sort_values(["outlet", "date", "article_id"], kind="stable")
        self.titles = {row.article_id: article_name(row) for row in self._articles.itertuples()}
        order = {article: i for i, article in enumerate(self.titles)}
        paragraphs = run.paragraphs.assign(order=run.paragraphs["article_id"].map(order))
        self._paragraphs = paragraphs.sort_values(["order", "position"], kind="stable").set_index("paragraph_id", drop=False)
        self.article_of = self._paragraphs["article_id"].to_dict()
        # a paragraph without words gets a width of 1, so that its block can be clicked
        visible = run.paragraphs.assign(n_words=run.paragraphs["n_words"].clip(lower=1))
        self._blocks = ribbon_blocks(run.themes, visible, run.codebook)
        self._layers: dict[str, list[Any]] = defaultdict(list)
        for block in self._blocks.itertuples():
            self._layers[block.paragraph_id].append(block)
        self._profiles, self._themes = run.profiles, run.themes
        self._topics = {row.topic_id: row for row in run.topics.itertuples()}
        self._topic_of = {row.paragraph_id: row for row in run.paragraph_topics.itertuples()}
        self._points = run.topic_map.set_index("paragraph_id")[["x", "y"]].sort_index()

    def paragraphs(self, article_id: str) -> list[str]:
        """The ids of an article's paragraphs in reading order."""
        return [paragraph for paragraph, article in self.article_of.items() if article == article_id]

    def evidence(self, theme: str) -> list[str]:
        """The ids of all paragraphs with a theme, the highest score first."""
        rows = self._themes[self._themes["assigned"] & (self._themes["theme"] == theme)]
        return rows.sort_values(["score", "paragraph_id"], ascending=[False, True])["paragraph_id"].tolist()

    def start(self) -> str:
        """The paragraph with the highest score for the largest theme; without any theme, the first paragraph."""
        largest = max(self.codebook.names, key=lambda name: self.overall.get(name, 0.0), default="")
        return next(iter(self.evidence(largest) or self.article_of), "")

    def assigned(self) -> dict[str, tuple[str, ...]]:
        """The themes assigned to each paragraph: the primary theme, then the others by name."""
        names = {key: [layer.theme for layer in self._layers[key] if layer.number] for key in self.article_of}
        return {key: (*own[:1], *sorted(own[1:])) for key, own in names.items()}

    def index(self) -> dict[str, Any]:
        """The data sent once, for all articles.

        Returns
        -------
        dict
            ``title, texts, unassigned``; ``themes``, by number; ``articles``, each with its shares
            ``[number, share]`` and its number of paragraphs; and for the ``paragraphs`` of all articles in turn:
            ``ids``, the start and end of their blocks (``left right``, per cent of the article), their ``layers``
            (assigned themes as ``[number, opacity]``, the primary theme first), and ``x y`` on the map.
        """
        palette = theme_colours(self.codebook)
        shares: dict[str, list[tuple[int, float]]] = {}
        for row in self._profiles.itertuples():
            if row.share > 0 and row.theme in self.number:
                shares.setdefault(row.article_id, []).append((self.number[row.theme], row.share))
        sizes = self._paragraphs["article_id"].value_counts()
        points = self._points.reindex(self._paragraphs.index)
        # one block per paragraph: its top layer has the same left and width as the others
        tops = self._blocks[self._blocks["layer"] == 0].set_index("paragraph_id").loc[self._paragraphs.index]
        left, right = tops["left"], tops["left"] + tops["width"]
        total = right.groupby(tops["article_id"]).transform("max")
        return {
            "title": self.title,
            "texts": self.has_texts,
            "unassigned": self.overall.get(UNASSIGNED, 0.0),
            "themes": [
                {"name": theme.name, "label": theme.label, "colour": palette[theme.name],
                 "share": self.overall.get(theme.name, 0.0), "description": theme.description}
                for theme in self.codebook.themes
            ],
            "articles": [
                {"id": row.article_id, "title": self.titles[row.article_id], "outlet": row.outlet, "date": row.date,
                 "n": int(sizes.get(row.article_id, 0)), "shares": shares.get(row.article_id, [])}
                for row in self._articles.itertuples()
            ],
            "paragraphs": {
                "ids": list(self.article_of),
                "left": (100 * left / total).round(2).tolist(),
                "right": (100 * right / total).round(2).tolist(),
                "layers": [
                    [(layer.number, round(layer.opacity, 6)) for layer in self._layers[key] if layer.number]
                    for key in self.article_of
                ],
                **{axis: [json_number(value) for value in points[axis]] for axis in ("x", "y")},
            },
        }  # fmt: skip

    def page(self, article_id: str) -> dict[str, Any]:
        """The text of one article: its paragraphs with marked evidence, scores and topics."""
        article = self._articles[self._articles["article_id"] == article_id].iloc[0]
        paragraphs = self._paragraphs[self._paragraphs["article_id"] == article_id]
        scores: dict[str, list[Any]] = defaultdict(list)
        for row in self._themes[self._themes["paragraph_id"].isin(paragraphs.index)].itertuples():
            scores[row.paragraph_id].append(row)
        return {
            "article": article_id,
            "title": self.titles[article_id],
            "byline": ", ".join(part for part in (article.author, article.outlet, article.date) if part),
            "words": int(article.n_words),
            "paragraphs": [self._paragraph(row, scores[row.paragraph_id]) for row in paragraphs.itertuples()],
        }

    def _paragraph(self, row: Any, scores: list[Any]) -> dict[str, Any]:
        # assigned themes first, the primary theme at the top, then by score
        scores.sort(key=lambda score: (not score.assigned, not score.primary, -score.score, self.number[score.theme]))
        spans = [(score.evidence_start, score.evidence_end, score.theme) for score in scores if score.assigned]
        layers = self._layers[row.paragraph_id]
        return {
            "id": row.paragraph_id,
            "position": int(row.position),
            "section": row.section,
            "words": int(row.n_words),
            "pieces": [
                [text, [self.number[name] for name in names]]
                for text, names in split_at_evidence(row.text, spans)
                if text
            ],
            "themes": [
                {"number": self.number[score.theme], "score": score.score, "assigned": bool(score.assigned),
                 "primary": bool(score.primary)}
                for score in scores
            ],
            "width": layers[0].width,
            "layers": [
                {"number": layer.number, "score": layer.score, "opacity": round(layer.opacity, 6)} for layer in layers
            ],
            "topic": self._topic(row.paragraph_id),
            "by_hand": row.paragraph_id in self.by_hand,
        }  # fmt: skip

    def _topic(self, paragraph_id: str) -> dict[str, Any] | None:
        assignment = self._topic_of.get(paragraph_id)
        if assignment is None or assignment.topic_id < 0:
            return None
        topic = self._topics[assignment.topic_id]
        return {
            "id": int(topic.topic_id),
            "label": topic_label(topic.label, topic.stability),
            "stability": json_number(topic.stability),
            "probability": json_number(assignment.probability),
            "reassigned": bool(assignment.reassigned),
        }

    def near(self, paragraph_id: str) -> list[dict[str, Any]]:
        """The nearest paragraphs on the map, the nearest first; empty if the paragraph is not on the map."""
        if paragraph_id not in self._points.index:
            return []
        others = self._points.drop(index=paragraph_id)
        # squared distances give the same order
        distance = ((others - self._points.loc[paragraph_id]) ** 2).sum(axis=1)
        nearest = distance.sort_values(kind="stable").index[:_NEIGHBOURS]
        return [self._neighbour(row) for row in self._paragraphs.loc[nearest].itertuples()]

    def _neighbour(self, row: Any) -> dict[str, Any]:
        words = row.text.split()
        return {
            "id": row.paragraph_id,
            "title": self.titles[row.article_id],
            "position": int(row.position),
            "words": " ".join(words[:_FIRST_WORDS]) + ("\u00a0…" if len(words) > _FIRST_WORDS else ""),
            "number": self._layers[row.paragraph_id][0].number,
        }
