"""A picture of the explorer without a script: for notebooks that are read where no kernel runs."""

import html
from typing import Any

_GREY = "#d9d9d9"


def static_picture(index: dict[str, Any], page: dict[str, Any], paragraph: str) -> str:
    """The chosen article's ribbon and the chosen paragraph with its evidence, as HTML.

    Parameters
    ----------
    index, page
        As :class:`topics.explorer.run_view.RunView` gives them.
    paragraph
        The id of the chosen paragraph; none, if empty.
    """
    themes = [{"label": "No theme", "colour": _GREY}, *index["themes"]]
    paragraphs = page["paragraphs"]
    chosen = next((row for row in paragraphs if row["id"] == paragraph), None)
    numbers = {layer["number"] for row in paragraphs for layer in row["layers"] if layer["number"]}
    legend = " ".join(_chip(number, themes) for number in sorted(numbers))
    text = "<p>No paragraph of this article is in the run.</p>"
    if chosen:
        text = _paragraph(chosen, len(paragraphs), themes, has_texts=index["texts"])
    # styles stand in the elements: notebooks that are exported or mailed keep no style sheet
    return (
        '<div style="max-width:52rem;padding:.8rem 1rem;border:1px solid #d8dde3;border-radius:4px;background:#fff;'
        'color:#1b1f24;font:14px/1.5 system-ui,sans-serif">'
        f'<p style="margin:0;font-size:1.15em"><b>{html.escape(page["title"])}</b></p>'
        f'<p style="margin:0 0 .5rem;color:#56606b">{html.escape(page["byline"])}</p>'
        f"{_ribbon(paragraphs, paragraph, themes)}"
        f'<p style="margin:.3rem 0 .8rem;font-size:.85em">{legend}</p>{text}'
        '<p style="margin:.8rem 0 0;font-size:.85em;color:#56606b">A picture of the explorer; it moves where a kernel runs.'
        "</p></div>"
    )


def _ribbon(paragraphs: list[dict[str, Any]], chosen: str, themes: list[dict[str, Any]]) -> str:
    blocks = []
    for row in paragraphs:
        layers = row["layers"]
        stops = ",".join(
            f"{_tint(themes[layer['number']]['colour'], layer['opacity'])}"
            f" {100 * i / len(layers):.0f}% {100 * (i + 1) / len(layers):.0f}%"
            for i, layer in enumerate(layers)
        )
        scores = ", ".join(f"{themes[layer['number']]['label']} {layer['score']:.2f}" for layer in layers if layer["number"])
        numbers = "".join(f"<span>{layer['number'] or ''}</span>" for layer in layers)
        outline = "outline:2px solid #1b1f24;outline-offset:1px;" if row["id"] == chosen else ""
        blocks.append(
            f'<span title="{row["position"]}: {html.escape(scores or "no theme")}" style="flex:{row["width"]} 1 0;'
            f"min-width:3px;overflow:hidden;display:grid;grid-auto-rows:1fr;align-items:center;justify-items:center;{outline}"
            f'background:linear-gradient({stops});color:#fff;text-shadow:0 0 2px #000,0 0 2px #000">{numbers}</span>'
        )
    return (
        f'<div role="img" aria-label="The article’s {len(paragraphs)} paragraphs, coloured by theme" style="display:flex;'
        f'gap:2px;height:34px;font:600 11px/1 system-ui,sans-serif">{"".join(blocks)}</div>'
    )


def _tint(colour: str, opacity: float) -> str:
    return f"{colour}{round(255 * opacity):02x}"


def _chip(number: int, themes: list[dict[str, Any]], note: str = "") -> str:
    return (
        f'<span style="display:inline-block;margin-right:.4em;padding:0 .45em;border:1px solid #d8dde3;'
        f'border-left:.6em solid {themes[number]["colour"]};border-radius:3px">'
        f"{number} {html.escape(themes[number]['label'])}{note}</span>"
    )


def _paragraph(row: dict[str, Any], count: int, themes: list[dict[str, Any]], *, has_texts: bool) -> str:
    text = "<i>This run has no texts.</i>"
    if has_texts:
        text = "".join(_marked(piece, numbers, themes) for piece, numbers in row["pieces"])
    chips = " ".join(
        _chip(score["number"], themes, f" {score['score']:.2f}{', main' if score['primary'] else ''}")
        for score in row["themes"]
        if score["assigned"]
    )
    topic = f"Topic {row['topic']['id']}: {html.escape(row['topic']['label'])}" if row["topic"] else "In no topic"
    section = f'<p style="margin:0;color:#56606b"><i>{html.escape(row["section"])}</i></p>' if row["section"] else ""
    return (
        f'<p style="margin:0;color:#56606b">Paragraph {row["position"]} of {count}</p>{section}'
        f'<p style="margin:.3rem 0 .6rem;font:1.1em/1.6 Georgia,serif;white-space:pre-line">{text}</p>'
        f'<p style="margin:0;font-size:.9em">{chips or "no theme"}</p>'
        f'<p style="margin:.3rem 0 0;font-size:.9em;color:#56606b">{topic}</p>'
    )


def _marked(text: str, numbers: list[int], themes: list[dict[str, Any]]) -> str:
    if not numbers:
        return html.escape(text)
    labels = html.escape(", ".join(themes[number]["label"] for number in numbers))
    colour = themes[numbers[0]]["colour"]
    look = f"color:inherit;background:{_tint(colour, 0.26)};border-bottom:2px solid {colour}"
    return f'<mark style="{look}" title="{labels}">{html.escape(text)}</mark>'
