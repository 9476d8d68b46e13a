"""A picture of the explorer that stands alone: for notebooks that are read where no kernel is."""

import html
from typing import Any

_NONE = "#d9d9d9"
_PALEST = 0.35


def picture(index: dict[str, Any], page: dict[str, Any], paragraph: str) -> str:
    """The chosen article's ribbon and the chosen paragraph with its evidence, as HTML without a script.

    Parameters
    ----------
    index, page
        As :class:`topics.explorer.shown.Shown` gives them.
    paragraph
        The id of the chosen paragraph; none, if empty.
    """
    themes = [{"label": "No theme", "colour": _NONE}, *index["themes"]]
    own = page["paragraphs"]
    chosen = next((one for one in own if one["id"] == paragraph), None)
    spoken = dict.fromkeys(one["number"] for row in own for one in row["themes"] if one["assigned"])
    key = " ".join(_chip(number, themes) for number in sorted(spoken))
    read = "<p>No paragraph of this article is in the run.</p>"
    if chosen:
        read = _read(chosen, len(own), themes, texts=index["texts"])
    return (
        '<div style="max-width:52rem;padding:.8rem 1rem;border:1px solid #d8dde3;border-radius:4px;background:#fff;'
        'color:#1b1f24;font:14px/1.5 system-ui,sans-serif">'
        f'<p style="margin:0;font-size:1.15em"><b>{html.escape(page["title"])}</b></p>'
        f'<p style="margin:0 0 .5rem;color:#56606b">{html.escape(page["byline"])}</p>'
        f"{_ribbon(own, paragraph, themes)}"
        f'<p style="margin:.3rem 0 .8rem;font-size:.85em">{key}</p>{read}'
        '<p style="margin:.8rem 0 0;font-size:.85em;color:#56606b">A picture of the explorer; it moves where a kernel runs.'
        "</p></div>"
    )


def _ribbon(paragraphs: list[dict[str, Any]], chosen: str, themes: list[dict[str, Any]]) -> str:
    blocks = []
    for one in paragraphs:
        layers = [score for score in one["themes"] if score["assigned"]] or [{"number": 0, "score": 1.0}]
        said = ", ".join(f"{themes[layer['number']]['label']} {layer['score']:.2f}" for layer in layers if layer["number"])
        stops = ",".join(
            f"{_tint(themes[layer['number']]['colour'], _PALEST + (1 - _PALEST) * layer['score'])}"
            f" {100 * i / len(layers):.0f}% {100 * (i + 1) / len(layers):.0f}%"
            for i, layer in enumerate(layers)
        )
        numbers = "".join(f"<span>{layer['number'] or ''}</span>" for layer in layers)
        frame = "outline:2px solid #1b1f24;outline-offset:1px;" if one["id"] == chosen else ""
        blocks.append(
            f'<span title="{one["position"]}: {html.escape(said or "no theme")}" style="flex:{max(one["words"], 1)} 1 0;'
            f"min-width:3px;overflow:hidden;display:grid;grid-auto-rows:1fr;align-items:center;justify-items:center;{frame}"
            f'background:linear-gradient({stops});color:#fff;text-shadow:0 0 2px #000,0 0 2px #000">{numbers}</span>'
        )
    return (
        f'<div role="img" aria-label="The article’s {len(paragraphs)} paragraphs, coloured by theme" style="display:flex;'
        f'gap:2px;height:34px;font:600 11px/1 system-ui,sans-serif">{"".join(blocks)}</div>'
    )


def _tint(colour: str, strength: float) -> str:
    return f"{colour}{round(255 * strength):02x}"


def _chip(number: int, themes: list[dict[str, Any]], said: str = "") -> str:
    return (
        f'<span style="display:inline-block;margin-right:.4em;padding:0 .45em;border:1px solid #d8dde3;'
        f'border-left:.6em solid {themes[number]["colour"]};border-radius:3px">'
        f"{number} {html.escape(themes[number]['label'])}{said}</span>"
    )


def _read(one: dict[str, Any], count: int, themes: list[dict[str, Any]], *, texts: bool) -> str:
    words = "".join(_marked(text, numbers, themes) for text, numbers in one["pieces"])
    chips = " ".join(
        _chip(score["number"], themes, f" {score['score']:.2f}{', main' if score['primary'] else ''}")
        for score in one["themes"]
        if score["assigned"]
    )
    topic = f"Topic {one['topic']['id']}: {html.escape(one['topic']['label'])}" if one["topic"] else "In no topic"
    section = f'<p style="margin:0;color:#56606b"><i>{html.escape(one["section"])}</i></p>' if one["section"] else ""
    return (
        f'<p style="margin:0;color:#56606b">Paragraph {one["position"]} of {count}</p>{section}'
        f'<p style="margin:.3rem 0 .6rem;font:1.1em/1.6 Georgia,serif;white-space:pre-line">'
        f"{words if texts else '<i>This run has no texts.</i>'}</p>"
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
