"""Labels of figures: their widths, truncation and wrapping, and the names of outlets, articles and topics."""

import functools
import itertools
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib import font_manager
from matplotlib.ft2font import LoadFlags

from topics.codebook import Codebook
from topics.format import article_name, article_year, level_percent, topic_label
from topics.settings import Settings


@functools.cache
def _advance(letter: str, weight: str) -> float:
    """The width of a letter relative to the font size; one em if DejaVu Sans lacks the letter."""
    font = font_manager.get_font(font_manager.findfont(font_manager.FontProperties(family=["DejaVu Sans"], weight=weight)))
    glyph = font.get_char_index(ord(letter))
    return font.load_glyph(glyph, flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM if glyph else 1.0


def text_width(text: str, size: float = 7, weight: str = "normal") -> float:
    """The width of a line of text, inches."""
    # sum of letter widths: matplotlib would have to draw the text to measure it
    return sum(_advance(letter, weight) for letter in text) * size / 72


def widest(labels: Sequence[str], size: float = 7) -> float:
    """The width of the widest label, inches."""
    return max((text_width(label, size) for label in labels), default=0.0)


def truncate(text: str, width: float, size: float = 7, weight: str = "normal") -> str:
    """``text`` truncated to ``width`` inches, between words where possible."""
    text = " ".join(text.split())
    if text_width(text, size, weight) <= width:
        return text
    letters = (text_width(letter, size, weight) for letter in text)
    ends = itertools.accumulate(letters, initial=text_width("…", size, weight))
    head = text[: max(0, sum(end <= width for end in ends) - 1)]
    words = head if text[len(head)] == " " else head.rpartition(" ")[0]
    # if dropping the last word would lose half of the label, truncate within the word
    return (words if len(words) > len(head) // 2 else head).rstrip(" ,") + "…"


def wrap(text: str, width: float, n_lines: int, size: float = 7, weight: str = "normal") -> str:
    """``text`` in at most ``n_lines`` lines of ``width`` inches; the last line is truncated."""
    # not textwrap, which counts letters: their widths differ
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, weight) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > n_lines:
        lines[n_lines - 1 :] = [" ".join(lines[n_lines - 1 :])]
    return "\n".join(truncate(line, width, size, weight) for line in lines)


def theme_labels(codebook: Codebook, names: Sequence[str], settings: Settings) -> list[str]:
    """The labels of themes as row labels."""
    width = 1.5 if settings.figures.columns == 2 else 1.1
    return [truncate(codebook.labels[name], width) for name in names]


def article_label(row: Any, settings: Settings, size: float = 7) -> str:
    """The article's name, with outlet and year if they are known and the figure spans two columns."""
    title = article_name(row)
    if settings.figures.columns == 1:
        return truncate(title, 1.25, size)
    source = ", ".join(part for part in (truncate(row.outlet, 1.0, size), article_year(row.date)) if part)
    source = f" ({source})" if source else ""
    return truncate(title, 3.0 - text_width(source, size), size) + source


def outlet_name(name: str) -> str:
    """The name of an outlet in figures."""
    return name or "no outlet"


def largest_topics(topics: pd.DataFrame, most: int) -> tuple[pd.DataFrame, int]:
    """The rows of the ``most`` largest topics, and the number of topics left out."""
    # negative ids are outliers
    named = topics[topics["topic_id"] >= 0]
    largest = named.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable").head(most)
    return largest, len(named) - len(largest)


def topic_with_size(topic: Any, width: float) -> str:
    """Number, label and size of a topic in ``width`` inches, labelled if it is unstable."""
    rest = f"{topic.topic_id}  {topic_label('', topic.stability)} ({topic.size})"
    label = truncate(topic.label, width - text_width(rest))
    return f"{topic.topic_id}  {topic_label(label, topic.stability)} ({topic.size})"


def topic_with_theme(topic: Any, codebook: Codebook, width: float, theme_width: float) -> str:
    """A topic with its closest theme, so that no reader depends on the colour."""
    label = topic_with_size(topic, width)
    if not isinstance(topic.theme, str) or topic.theme not in codebook.names:
        return label
    return f"{label} · {truncate(codebook.labels[topic.theme], theme_width)}"


def level(settings: Settings) -> str:
    """The level of the intervals: ``95 %``."""
    return f"{level_percent(settings.profiles.level)} %"


def left_out(n: int, noun: str, *, sentence: bool = True) -> str:
    """A note for a caption that ``n`` items are not drawn: a sentence, or the end of one."""
    if n <= 0:
        return ""
    text = f"{n} smaller {noun}{'s appear' if n != 1 else ' appears'} only in the tables"
    return f" {text}." if sentence else f"; {text}"


def listing(names: Sequence[str], most: int = 6) -> str:
    """The first ``most`` names, separated by commas, and the number of the others."""
    text = ", ".join(names[:most])
    return f"{text} and {len(names) - most} more" if len(names) > most else text
