"""The explorer in a browser without Jupyter: its own script, and a model that talks to a live Explorer."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from topics.explorer.widget import Explorer

TRAITS = ("index", "page", "near", "article", "paragraph", "theme", "changes", "message", "trouble", "progress")
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Explorer</title><style>%s %s</style></head>
<body style="margin:0;background:var(--jp-layout-color0,#fff)"><main><h1 style="font-size:1rem;margin:.5rem">Notebook</h1>
<div id="cell"></div></main>
<script type="module">
const { default: widget } = await import("data:text/javascript;base64,%s");
const heard = new Map(), state = %s;
const tell = (event, ...what) => (heard.get(event) || []).slice().forEach(act => act(...what));
window.model = {
  get: name => state[name],
  set(name, value) {
    if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
    state[name] = value;
    tell("change:" + name);
  },
  on(event, act) { heard.set(event, [...(heard.get(event) || []), act]); },
  off(event, act) { heard.set(event, (heard.get(event) || []).filter(one => one !== act)); },
  async send(content) {
    const answer = await kernel(content);
    for (const [name, value] of Object.entries(answer.state)) this.set(name, value);
    answer.replies.forEach(reply => tell("msg:custom", reply));
  },
  listeners: () => [...heard.values()].flat().length,
};
window.end = widget.render({ model, el: document.getElementById("cell") });
</script></body></html>"""


def serve(explorer: Explorer, page: Any, folder: Path, *, theme: str = "") -> Path:
    """Write a page that shows the explorer, and let what is done in it reach the explorer; ``theme`` is more CSS."""
    source = Path(__file__).parent.parent / "topics" / "explorer"
    script = base64.b64encode((source / "explorer.js").read_bytes()).decode()
    style = (source / "explorer.css").read_text(encoding="utf-8")
    replies: list[Any] = []

    def state() -> dict[str, Any]:
        return json.loads(json.dumps({name: getattr(explorer, name) for name in TRAITS}, allow_nan=False))

    def asked(content: Any) -> dict[str, Any]:
        replies.clear()
        explorer._handle_custom_msg(content, [])
        return {"state": state(), "replies": list(replies)}

    explorer.send = lambda content, buffers=None: replies.append(content)  # type: ignore[method-assign]
    page.expose_function("kernel", asked)
    file = folder / "explorer.html"
    known = json.dumps(state()).replace("<", "\\u003c")
    file.write_text(_PAGE % (theme, style, script, known), encoding="utf-8")
    return file
