"""What the explorer shows of a run, as plain data: all articles at once, the words of one article at a time."""

from typing import Any

from topics.figures import theme_colours
from topics.format import article_name, json_number, topic_label
from topics.report import split_at_evidence
from topics.runs import Run
from topics.tables import UNASSIGNED

NEIGHBOURS = 5
_FIRST_WORDS = 12


class Shown:
    """The tables of a run, read once, and the pieces that the explorer asks for.

    Themes go by their number in the codebook, from 1, so that an index stays small.
    """

    def __init__(self, run: Run) -> None:
        self.codebook = run.codebook
        self.title = run.record.title
        self.texts = run.settings.deposit.text
        self.number = {name: place for place, name in enumerate(run.codebook.names, start=1)}
        self.by_hand = {one.paragraph_id: one.themes for one in run.record.assignments}
        self.overall = run.overall.set_index("theme")["share"].to_dict()
        self._articles = run.articles.sort_values(["outlet", "date", "article_id"], kind="stable")
        self._profiles = run.profiles
        self._themes = run.themes
        self._topics = {row.topic_id: row for row in run.topics.itertuples()}
        self._topic_of = {row.paragraph_id: row for row in run.paragraph_topics.itertuples()}
        self._points = run.topic_map.sort_values("paragraph_id", ignore_index=True)
        order = {article: place for place, article in enumerate(self._articles["article_id"])}
        rows = run.paragraphs.assign(order=run.paragraphs["article_id"].map(order))
        self._paragraphs = rows.sort_values(["order", "position"], kind="stable", ignore_index=True)
        self.titles = {row.article_id: article_name(row.title, row.article_id) for row in self._articles.itertuples()}
        self.article_of = dict(zip(rows["paragraph_id"], rows["article_id"], strict=True))
        self._row = {row.paragraph_id: row for row in self._paragraphs.itertuples()}
        assigned = self._themes[self._themes["assigned"]]
        self._strongest = assigned.sort_values(["score", "paragraph_id"], ascending=[False, True], kind="stable")
        self.marks: dict[str, list[tuple[str, float]]] = {}
        for row in self._strongest.sort_values("primary", ascending=False, kind="stable").itertuples():
            self.marks.setdefault(row.paragraph_id, []).append((row.theme, row.score))

    @property
    def articles(self) -> list[str]:
        """The ids of all articles, in the order of the list."""
        return list(self.titles)

    def paragraphs(self, article_id: str) -> list[str]:
        """The ids of an article's paragraphs, as it goes on."""
        return [key for key, article in zip(self._paragraphs["paragraph_id"], self._paragraphs["article_id"], strict=True)
                if article == article_id]  # fmt: skip

    def evidence(self, theme: str) -> list[str]:
        """The ids of all paragraphs that speak of a theme, the strongest first."""
        return self._strongest.loc[self._strongest["theme"] == theme, "paragraph_id"].tolist()

    def start(self) -> str:
        """The strongest evidence of the largest theme; where no theme is found, the first paragraph."""
        largest = max(self.codebook.names, key=lambda name: self.overall.get(name, 0.0), default="")
        return next(iter(self.evidence(largest)), next(iter(self._row), ""))

    def index(self) -> dict[str, Any]:
        """All that is sent once.

        Returns
        -------
        dict
            ``title, texts, unassigned``; ``themes``, in the order of their numbers; ``articles``, each with its shares
            ``[number, share]`` and how many paragraphs it has; and of all ``paragraphs``, article after article,
            ``ids words x y`` and ``themes``: what is assigned, ``[number, score]``, the primary theme first.
        """
        palette = theme_colours(self.codebook)
        shares: dict[str, list[tuple[int, float]]] = {}
        for row in self._profiles.itertuples():
            if row.share > 0 and row.theme in self.number:
                shares.setdefault(row.article_id, []).append((self.number[row.theme], row.share))
        sizes = self._paragraphs["article_id"].value_counts()
        ids = self._paragraphs["paragraph_id"].tolist()
        points = self._points.set_index("paragraph_id")[["x", "y"]].reindex(ids)
        return {
            "title": self.title,
            "texts": self.texts,
            "unassigned": self.overall.get(UNASSIGNED, 0.0),
            "themes": [
                {"name": theme.name, "label": theme.label, "colour": palette[theme.name],
                 "share": self.overall.get(theme.name, 0.0), "said": theme.description}
                for theme in self.codebook.themes
            ],
            "articles": [
                {"id": row.article_id, "title": self.titles[row.article_id], "outlet": row.outlet, "date": row.date,
                 "n": int(sizes.get(row.article_id, 0)), "shares": shares.get(row.article_id, [])}
                for row in self._articles.itertuples()
            ],
            "paragraphs": {
                "ids": ids,
                "words": [int(words) for words in self._paragraphs["n_words"]],
                "themes": [[(self.number[name], score) for name, score in self.marks.get(key, [])] for key in ids],
                **{axis: [json_number(value) for value in points[axis]] for axis in ("x", "y")},
            },
        }  # fmt: skip

    def page(self, article_id: str) -> dict[str, Any]:
        """What there is to read of one article: its paragraphs with marked evidence, scores and topics."""
        row = self._articles[self._articles["article_id"] == article_id].iloc[0]
        own = self._paragraphs[self._paragraphs["article_id"] == article_id]
        scores: dict[str, list[Any]] = {}
        for score in self._themes[self._themes["paragraph_id"].isin(own["paragraph_id"])].itertuples():
            scores.setdefault(score.paragraph_id, []).append(score)
        return {
            "article": article_id,
            "title": self.titles[article_id],
            "byline": ", ".join(part for part in (row.author, row.outlet, row.date) if part),
            "words": int(row.n_words),
            "paragraphs": [self._paragraph(one, scores.get(one.paragraph_id, [])) for one in own.itertuples()],
        }

    def _paragraph(self, row: Any, scores: list[Any]) -> dict[str, Any]:
        scores = sorted(scores, key=lambda one: (not one.assigned, not one.primary, -one.score, self.number[one.theme]))
        spans = [(one.evidence_start, one.evidence_end, one.theme) for one in scores if one.assigned]
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
                {"number": self.number[one.theme], "score": one.score, "assigned": bool(one.assigned),
                 "primary": bool(one.primary)}
                for one in scores
            ],
            "topic": self._topic(row.paragraph_id),
            "by_hand": row.paragraph_id in self.by_hand,
        }  # fmt: skip

    def _topic(self, paragraph_id: str) -> dict[str, Any] | None:
        found = self._topic_of.get(paragraph_id)
        if found is None or found.topic_id < 0:
            return None
        topic = self._topics[found.topic_id]
        return {
            "id": int(found.topic_id),
            "label": topic_label(topic.label, topic.stability),
            "stability": json_number(topic.stability),
            "probability": json_number(found.probability),
            "reassigned": bool(found.reassigned),
        }

    def near(self, paragraph_id: str) -> list[dict[str, Any]]:
        """The paragraphs that lie nearest on the map, the nearest first; none where a paragraph is not on it."""
        here = self._points[self._points["paragraph_id"] == paragraph_id]
        if here.empty:
            return []
        others = self._points.drop(index=here.index)
        far = (others["x"] - here["x"].iloc[0]) ** 2 + (others["y"] - here["y"].iloc[0]) ** 2
        nearest = others.loc[far.sort_values(kind="stable").index[:NEIGHBOURS], "paragraph_id"]
        return [self._neighbour(self._row[key]) for key in nearest]

    def _neighbour(self, row: Any) -> dict[str, Any]:
        words = row.text.split()
        return {
            "id": row.paragraph_id,
            "title": self.titles[row.article_id],
            "position": int(row.position),
            "words": " ".join(words[:_FIRST_WORDS]) + ("\u00a0…" if len(words) > _FIRST_WORDS else ""),
            "number": next((self.number[name] for name, _ in self.marks.get(row.paragraph_id, [])), 0),
        }

    def spoken(self) -> dict[str, tuple[str, ...]]:
        """The themes that are assigned to each paragraph: the primary one, then the others by name."""
        names = {key: [name for name, _ in self.marks.get(key, [])] for key in self._row}
        return {key: (*own[:1], *sorted(own[1:])) for key, own in names.items()}
