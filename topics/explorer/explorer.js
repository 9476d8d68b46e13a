const GREY = "#c4c9ce", PALEST = .35;

// Words of articles enter the page here alone: strings become text, never markup.
function make(tag, known = {}, ...inside) {
  const one = document.createElement(tag);
  for (const [key, value] of Object.entries(known)) {
    if (key.includes("-") || key === "role" || key === "for") one.setAttribute(key, value);
    else one[key] = value;
  }
  // JupyterLab would take a letter typed here for a command: "dd" deletes a cell
  if (one.tabIndex >= 0 || tag === "summary") one.setAttribute("data-lm-suppress-shortcuts", "true");
  one.append(...inside);
  return one;
}

const div = (className, ...inside) => make("div", { className }, ...inside);
const span = (className, ...inside) => make("span", { className }, ...inside);
const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
const percent = share => `${Math.round(100 * share)} %`;
const parts = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
const tint = (hex, strength) => `rgb(${parts(hex).join(" ")} / ${strength.toFixed(2)})`;
const light = ([red, green, blue]) => .299 * red + .587 * green + .114 * blue;
const any = (changed, ...names) => names.some(name => changed.has(name));
const strength = score => PALEST + (1 - PALEST) * score;

function render({ model, el }) {
  const root = make("section", { className: "topics-explorer", "aria-label": "Explorer" });
  const ending = new AbortController();
  const listen = (target, kind, act) => target.addEventListener(kind, act, { signal: ending.signal });
  const get = name => model.get(name), ask = (deed, known = {}) => model.send({ do: deed, ...known });
  const theme = number => known[number - 1] || { label: "No theme", colour: GREY, name: "" };
  const chosen = () => get("index").themes.findIndex(one => one.name === get("theme")) + 1;
  const page = () => get("page").paragraphs || [];
  const here = () => page().find(one => one.id === get("paragraph"));
  const focused = () => root.getRootNode().activeElement;
  let busy = false, paper = [255, 255, 255], dark = false, known = [];

  function ink(hex, alpha) {
    const mixed = parts(hex).map((value, i) => alpha * value + (1 - alpha) * paper[i]);
    return light(mixed) > 140 ? "#14181c" : "#fff";
  }
  function raised(hex) {
    if (!dark || light(parts(hex)) > 60) return hex;
    return "#" + parts(hex).map(value => Math.min(255, Math.round(1.4 * value)).toString(16).padStart(2, "0")).join("");
  }
  const grey = alpha => tint(GREY, dark ? alpha / 2 : alpha);
  function badge(number) {
    const one = make("span", { className: "badge" }, number ? String(number) : "–"), colour = theme(number).colour;
    one.style.background = colour;
    one.style.color = ink(colour, 1);
    return one;
  }
  function button(text, deed, act, known = {}) {
    const one = make("button", { type: "button", "data-action": deed, ...known }, text);
    listen(one, "click", () => one.getAttribute("aria-disabled") !== "true" && act());
    return one;
  }
  const pick = (where, act) => listen(where, "click", event => {
    const one = event.target.closest("button");
    if (one) act(one);
  });
  const able = (one, yes) => one.setAttribute("aria-disabled", String(!yes));

  // the themes

  function themesPart() {
    const element = make("div", { className: "chips", role: "group", "aria-label": "Theme", "data-part": "themes" });
    function build() {
      const index = get("index"), all = make("button", { type: "button", className: "chip", "data-theme": "" }, "All themes");
      element.replaceChildren(all, ...index.themes.map((one, i) => make("button",
        { type: "button", className: "chip", "data-theme": one.name, title: one.said },
        badge(i + 1), span("", one.label), span("soft", percent(one.share)))));
    }
    function draw(changed) {
      if (any(changed, "index", "paper")) build();
      for (const one of element.children) one.setAttribute("aria-pressed", String(one.dataset.theme === get("theme")));
    }
    pick(element, one => ask("theme", { theme: one.dataset.theme === get("theme") ? "" : one.dataset.theme }));
    return { element, watch: ["index", "theme", "paper"], draw };
  }

  // the list of articles

  function listPart() {
    const words = make("input", { type: "search", placeholder: "Filter by title, outlet, date", "aria-label": "Filter articles" });
    const list = make("ul", { className: "list" }), said = make("p", { className: "soft small", role: "status" });
    const element = make("div", { className: "articles", "data-part": "articles" }, words, said, div("hold", list));
    let rows = [];

    function build() {
      const { articles } = get("index");
      let first = 0;
      rows = articles.map((article, place) => {
        const strip = make("span", { className: "strip" }), share = make("span", { className: "share" });
        const element = make("button", { type: "button", "data-article": article.id },
          span("title", article.title), share,
          span("soft small", [article.outlet, article.date].filter(Boolean).join(", ")), strip);
        const row = { article, first, place, strip, share, element, item: make("li", {}, element),
          text: `${article.title} ${article.outlet} ${article.date}`.toLowerCase() };
        first += article.n;
        return row;
      });
    }
    function stripe(row, number) {
      const { words, themes } = get("index").paragraphs, until = row.first + row.article.n, stops = [];
      let total = 0, end = 0;
      for (let i = row.first; i < until; i++) total += Math.max(words[i], 1);
      for (let i = row.first; i < until; i++) {
        const marks = themes[i], mark = number ? marks.find(one => one[0] === number) : marks[0], start = end;
        const colour = mark ? tint(theme(mark[0]).colour, strength(mark[1])) : grey(number ? .35 : .7);
        end += 100 * Math.max(words[i], 1) / total;
        stops.push(`${colour} ${start.toFixed(2)}% ${end.toFixed(2)}%`);
      }
      row.strip.style.backgroundImage = stops.length ? `linear-gradient(to right, ${stops.join(", ")})` : "none";
    }
    function filter() {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach(row => { row.item.hidden = !wanted.every(word => row.text.includes(word)); shown += !row.item.hidden; });
      said.textContent = (shown < rows.length ? `${shown} of ` : "") + counted(rows.length, "article")
        + (chosen() ? `, by share of ${theme(chosen()).label}` : "");
    }
    function draw(changed) {
      if (changed.has("index")) build();
      if (any(changed, "index", "theme", "paper")) {
        const number = chosen(), share = row => number && (row.article.shares.find(one => one[0] === number) || [0, 0])[1];
        const held = focused(), shares = new Map(rows.map(row => [row, share(row)]));
        rows.forEach(row => { stripe(row, number); row.share.textContent = number ? percent(shares.get(row)) : ""; });
        list.replaceChildren(...rows.slice().sort((a, b) => shares.get(b) - shares.get(a) || a.place - b.place).map(row => row.item));
        if (list.contains(held)) held.focus({ preventScroll: true });
        filter();
      }
      rows.forEach(row => {
        const current = row.article.id === get("article"), before = row.element.getAttribute("aria-current") === "true";
        row.element.setAttribute("aria-current", String(current));
        if (current && (!before || changed.has("theme"))) {
          const top = row.item.offsetTop, low = top + row.item.offsetHeight;
          if (top < list.scrollTop || low > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
        }
      });
    }
    listen(words, "input", filter);
    pick(list, one => ask("article", { article: one.dataset.article }));
    return { element, watch: ["index", "theme", "article", "paper"], draw };
  }

  // the ribbon of an article

  function ribbonPart() {
    const title = make("p", { className: "headline", dir: "auto" }), byline = make("p", { className: "soft small" });
    const ribbon = make("div", { className: "ribbon", role: "group", "aria-label": "Paragraphs of the article" });
    const element = make("div", { "data-part": "article" }, title, byline, ribbon);

    function block(one, number) {
      const assigned = one.themes.filter(score => score.assigned), own = assigned.find(score => score.number === number);
      const said = assigned.map(score => `${theme(score.number).label} ${score.score.toFixed(2)}`).join(", ") || "no theme";
      const item = make("button", { type: "button", className: "block", "data-paragraph": one.id,
        "aria-label": `paragraph ${one.position} of ${page().length}: ${said}`, title: `${one.position}: ${said}` });
      const layers = number ? [own || { number: 0 }] : assigned.length ? assigned : [{ number: 0 }];
      const colour = layer => layer.number ? tint(theme(layer.number).colour, strength(layer.score)) : grey(number ? .3 : .65);
      const stops = layers.map((layer, i) => `${colour(layer)} ${100 * i / layers.length}% ${100 * (i + 1) / layers.length}%`);
      item.style.flexGrow = Math.max(one.words, 1);
      item.style.backgroundImage = `linear-gradient(to bottom, ${stops.join(", ")})`;
      item.append(...layers.map(layer => {
        const mark = span("", layer.number && layers.length < 4 ? String(layer.number) : "");
        mark.style.color = ink(theme(layer.number).colour, strength(layer.score || 0));
        return mark;
      }));
      return item;
    }
    function draw(changed) {
      const held = ribbon.contains(focused());
      if (any(changed, "index", "page", "theme", "paper")) {
        title.textContent = get("page").title;
        byline.textContent = [get("page").byline, counted(get("page").words, "word")].filter(Boolean).join(" · ");
        ribbon.replaceChildren(...page().map(one => block(one, chosen())));
        if (!page().length) ribbon.append(span("soft", "No paragraph of this article is in the run."));
      }
      for (const one of ribbon.querySelectorAll("button")) {
        const current = one.dataset.paragraph === get("paragraph");
        one.setAttribute("aria-current", String(current));
        one.tabIndex = current ? 0 : -1;
        one.classList.toggle("edited", one.dataset.paragraph in get("changes").paragraphs);
        if (current && held) one.focus({ preventScroll: true });
      }
    }
    pick(ribbon, one => ask("paragraph", { paragraph: one.dataset.paragraph }));
    listen(ribbon, "keydown", event => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      turn(by);
    });
    return { element, watch: ["index", "page", "theme", "paragraph", "changes", "paper"], draw };
  }
  function turn(by) {
    const next = page()[page().findIndex(one => one.id === get("paragraph")) + by];
    if (next) ask("paragraph", { paragraph: next.id });
  }

  // what the paragraph says

  function textPart() {
    const previous = button("‹ Previous", "previous", () => turn(-1)), next = button("Next ›", "next", () => turn(1));
    const evidence = button("", "next-evidence", () => ask("next_evidence", { by: 1 }));
    const place = make("span", { className: "place" }), section = make("p", { className: "section", dir: "auto" });
    const text = make("div", { className: "text", tabIndex: 0, role: "group", "aria-label": "Text of the paragraph", dir: "auto" });
    const topic = make("p", { className: "topic small" });
    const element = make("div", { "data-part": "read" }, div("row", previous, place, next, evidence), section, text, topic);

    function piece([words, numbers], after) {
      if (!numbers.length) return words;
      const ends = numbers.filter(number => !after || !after[1].includes(number));
      const mark = make("mark", { title: numbers.map(number => theme(number).label).join(", ") }, words);
      if (ends.length) mark.dataset.numbers = ends.join(" ");
      const alpha = (numbers.includes(chosen()) || !chosen() ? .26 : .08) * (dark ? 1.6 : 1);
      mark.style.backgroundColor = tint(theme(numbers[0]).colour, alpha);
      mark.style.boxShadow = numbers.map((number, i) => `0 ${2 * i + 2}px 0 ${theme(number).colour}`).join(", ");
      return mark;
    }
    function draw() {
      const one = here(), number = chosen();
      place.textContent = one ? `${one.position} of ${page().length}` : "";
      able(previous, one && page()[0] !== one);
      able(next, one && page().at(-1) !== one);
      evidence.hidden = !number;
      if (number) evidence.textContent = `Next evidence of ${theme(number).label} ›`;
      section.textContent = one ? one.section : "";
      text.replaceChildren(...(one ? one.pieces.map((item, i) => piece(item, one.pieces[i + 1])) : []));
      if (one && !get("index").texts) {
        text.append(make("i", {}, `This run has no texts. The paragraph has ${counted(one.words, "word")}.`));
      }
      topic.textContent = !one ? "" : !one.topic ? "In no topic" : `Topic ${one.topic.id}: ${one.topic.label}`
        + (one.topic.stability === null ? "" : ` · stability ${one.topic.stability.toFixed(2)}`)
        + (one.topic.probability === null ? "" : ` · probability ${one.topic.probability.toFixed(2)}`)
        + (one.topic.reassigned ? " · reassigned" : "");
    }
    return { element, text, watch: ["index", "page", "paragraph", "theme", "paper"], draw };
  }

  // its themes, and what the reader knows better

  function themeTable() {
    const main = make("div"), rest = make("div"), others = make("summary"), note = make("p", { className: "note small" });
    const fold = make("details", {}, others, rest), locked = make("p", { className: "soft small" });
    const save = button("Save", "save", store), undo = button("Undo", "undo", revoke);
    const element = make("div",
      { className: "scores", role: "group", "aria-label": "Themes of the paragraph", "data-part": "themes-of-paragraph" },
      make("div", { className: "line head soft small", "aria-hidden": "true" },
        span("", "has"), span("", "main"), span("", "theme"), make("span"), span("", "score")),
      main, fold, note, div("row", save, undo), locked);
    const name = "main-" + Math.random().toString(36).slice(2);
    const drafts = new Map();
    let drawn = "", rows = [];

    function ticked() {
      const on = rows.filter(row => row.check.checked);
      return on.sort((a, b) => b.radio.checked - a.radio.checked).map(row => row.name);
    }
    function line(score, has, first) {
      const own = theme(score.number), closed = Boolean(get("changes").locked);
      const input = (type, checked, label) => make("input",
        { type, checked, disabled: closed, "data-theme": own.name, "aria-label": `${label} ${own.label}` });
      const check = input("checkbox", has, "has"), radio = input("radio", first, "main theme");
      radio.name = name;
      const bar = make("span", { className: "bar", "aria-hidden": "true" }, make("i"));
      bar.firstChild.style.width = `${100 * score.score}%`;
      bar.firstChild.style.background = own.colour;
      listen(check, "change", () => settle(radio.checked && !check.checked));
      listen(radio, "change", () => { check.checked = true; settle(); });
      rows.push({ name: own.name, check, radio });
      return make("div", { className: "line", title: own.said || "" }, check, radio,
        make("span", { className: "name" }, badge(score.number), own.label), bar,
        make("span", { className: "value" }, score.score.toFixed(2)));
    }
    function settle(lost) {
      if (lost) rows.forEach(row => { row.radio.checked = false; });
      const on = rows.filter(row => row.check.checked);
      if (on.length && !on.some(row => row.radio.checked)) on[0].radio.checked = true;
      drafts.set(get("paragraph"), ticked());
      save.classList.add("wanted");
    }
    function store() {
      drafts.delete(get("paragraph"));
      ask("assign", { paragraph: get("paragraph"), themes: ticked() });
    }
    function revoke() {
      drafts.delete(get("paragraph"));
      ask("undo", { paragraph: get("paragraph") });
    }
    function draw(changed) {
      const one = here(), changes = get("changes"), moved = one && one.id in changes.paragraphs;
      const saved = moved ? changes.paragraphs[one.id] : null, draft = one && drafts.get(one.id), kept = draft || saved;
      element.hidden = !one;
      const key = JSON.stringify([one, kept, moved, changes.locked]);
      if (!one || (key === drawn && !any(changed, "index", "paper"))) return;
      drawn = key;
      rows = [];
      const has = score => kept ? kept.includes(theme(score.number).name) : score.assigned;
      const first = score => kept ? kept[0] === theme(score.number).name : score.primary;
      const on = one.themes.filter(has), off = one.themes.filter(score => !has(score));
      main.replaceChildren(...on.map(score => line(score, true, first(score))));
      if (!on.length) main.append(make("p", { className: "soft" }, "no theme"));
      rest.replaceChildren(...off.map(score => line(score, false, false)));
      others.textContent = `other scores (${off.length})`;
      fold.hidden = !off.length;
      note.textContent = draft ? "ticked, not saved yet" : saved ? "changed by hand, not yet in the run" : moved ? "correction taken back, still in the run"
        : one.by_hand ? "set by hand" : "";
      note.hidden = !note.textContent;
      save.classList.toggle("wanted", Boolean(draft));
      able(save, !changes.locked);
      able(undo, !changes.locked && (moved ? saved : one.by_hand));
      locked.textContent = changes.locked ? `Read only: ${changes.locked}` : "";
    }
    return { element, watch: ["index", "page", "paragraph", "changes", "paper"], draw };
  }

  function keywordPart(text) {
    const word = make("input", { type: "text", placeholder: "word or phrase", "aria-label": "New keyword" });
    const to = make("select", { "aria-label": "Theme of the keyword" });
    let last = "";
    const add = button("Add", "add-keyword", () => ask("add_keyword", { theme: to.value, keyword: word.value }));
    const element = make("div", { className: "row keyword", "data-part": "keyword", role: "group", "aria-label": "Add a keyword" },
      span("soft small", "Keyword"), word, to, add);
    function draw(changed) {
      if (changed.has("index")) {
        const kept = to.value;
        to.replaceChildren(...get("index").themes.map((one, i) => make("option", { value: one.name }, `${i + 1} ${one.label}`)));
        if (get("index").themes.some(one => one.name === kept)) to.value = kept;
      }
      if (changed.has("theme") && get("theme")) to.value = get("theme");
      const locked = Boolean(get("changes").locked);
      word.disabled = to.disabled = locked;
      able(add, !locked);
    }
    listen(document, "selectionchange", () => {
      const marked = document.getSelection(), within = text.contains(marked.anchorNode) && text.contains(marked.focusNode);
      const said = within ? String(marked).replace(/\s+/g, " ").trim() : "";
      if (said && said !== last && said.length < 80 && !word.disabled) word.value = said;
      last = said;
    });
    listen(word, "keydown", event => { if (event.key === "Enter") { event.preventDefault(); add.click(); } });
    return { element, watch: ["index", "theme", "changes"], draw, done: deed => { if (deed === "add_keyword") word.value = ""; } };
  }

  // the map

  function mapPart() {
    const canvas = make("canvas", { role: "img" }), base = make("canvas"), list = make("ol", { className: "near" });
    const plot = make("div", { className: "plot" }, canvas), heading = make("p", { className: "small strong" }, "Nearest on the map");
    const element = make("div", { "data-part": "map" }, plot, heading, list, make("p", { className: "soft small" },
      "The map is a drawing in two dimensions: what lies near on it is often alike, not always; what is alike may lie apart."));
    let points = [], places = new Map(), waits = false;

    function paint() {
      waits = false;
      const wide = canvas.clientWidth, tall = canvas.clientHeight, ratio = devicePixelRatio || 1, edge = 12;
      if (!wide || !points.length) return;
      for (const one of [canvas, base]) { one.width = wide * ratio; one.height = tall * ratio; }
      const range = key => points.reduce(([low, high], one) => [Math.min(low, one[key]), Math.max(high, one[key])], [Infinity, -Infinity]);
      const [left, right] = range("x"), [low, high] = range("y"), number = chosen();
      const scale = Math.min((wide - 2 * edge) / (right - left || 1), (tall - 2 * edge) / (high - low || 1));
      points.forEach(one => {
        one.px = wide / 2 + scale * (one.x - (left + right) / 2);
        one.py = tall / 2 - scale * (one.y - (low + high) / 2);
      });
      const pen = base.getContext("2d"), size = points.length < 600 ? 4 : points.length < 4000 ? 2.6 : 1.8;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      const own = one => number ? one.themes.find(mark => mark[0] === number) : one.themes[0];
      for (const over of [false, true]) for (const one of points) {
        const mark = own(one);
        if (Boolean(mark) !== over) continue;
        pen.fillStyle = mark ? tint(theme(mark[0]).colour, number ? strength(mark[1]) : .9) : grey(number ? .45 : .8);
        pen.beginPath(); pen.arc(one.px, one.py, mark ? size : size * .8, 0, 7); pen.fill();
        if (dark && mark && size > 2) { pen.strokeStyle = "rgb(255 255 255 / .4)"; pen.lineWidth = .7; pen.stroke(); }
      }
      ring();
    }
    function ring() {
      const pen = canvas.getContext("2d"), ratio = devicePixelRatio || 1;
      if (!canvas.width || !points.length) return;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(base, 0, 0);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.strokeStyle = dark ? "#fff" : "#14181c";
      const around = (id, radius, width, alpha) => {
        const one = places.get(id);
        if (!one) return;
        pen.globalAlpha = alpha; pen.lineWidth = width;
        pen.beginPath(); pen.arc(one.px, one.py, radius, 0, 7); pen.stroke();
      };
      get("near").forEach(one => around(one.id, 6.5, 1.2, .55));
      around(get("paragraph"), 8, 2.4, 1);
      pen.globalAlpha = 1;
    }
    function soon() { if (!waits) { waits = true; requestAnimationFrame(() => !ending.signal.aborted && paint()); } }
    function nearest(event, reach) {
      const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      let best = null, least = reach * reach;
      for (const one of points) { const far = (one.px - x) ** 2 + (one.py - y) ** 2; if (far < least) { least = far; best = one; } }
      return best;
    }
    function draw(changed) {
      if (changed.has("index")) {
        const { ids, x, y, themes } = get("index").paragraphs, owners = get("index").articles.flatMap(one => Array(one.n).fill(one.title));
        points = ids.map((id, i) => ({ id, x: x[i], y: y[i], themes: themes[i], title: owners[i] }));
        points = points.filter(one => one.x !== null && one.y !== null);
        places = new Map(points.map(one => [one.id, one]));
        canvas.setAttribute("aria-label", `Map of ${counted(points.length, "paragraph")}, coloured by main theme;`
          + " the list names those nearest to the chosen one");
        plot.hidden = !points.length;
      }
      heading.textContent = get("near").length ? "Nearest on the map" : "This paragraph is not on the map";
      list.replaceChildren(...get("near").map(one => make("li", {}, make("button",
        { type: "button", "data-paragraph": one.id, title: theme(one.number).label },
        badge(one.number), span("", span("title", `${one.title}, ${one.position}`), span("soft small words", one.words))))));
      if (any(changed, "index", "theme", "paper")) soon(); else ring();
    }
    listen(canvas, "click", event => { const one = nearest(event, 16); if (one) ask("paragraph", { paragraph: one.id }); });
    listen(canvas, "pointermove", event => {
      const one = nearest(event, 12);
      canvas.title = one ? `${one.title}: ${one.themes.map(mark => theme(mark[0]).label).join(", ") || "no theme"}` : "";
      canvas.style.cursor = one ? "pointer" : "default";
    });
    pick(list, one => ask("paragraph", { paragraph: one.dataset.paragraph }));
    const size = new ResizeObserver(soon);
    size.observe(plot);
    ending.signal.addEventListener("abort", () => size.disconnect());
    return { element, watch: ["index", "theme", "paragraph", "near", "paper"], draw };
  }

  // what was done, and the next run

  function statusPart() {
    const again = button("Run again", "rerun", () => { busy = true; able(again, false); ask("rerun"); });
    const waiting = span("waiting"), bar = make("progress", { max: 1, "aria-label": "Progress of the run" });
    const step = span("soft small"), message = make("div", { className: "message", role: "status", "data-part": "message" });
    const element = make("div", { className: "status", "data-part": "status" }, div("row", again, waiting, bar, step), message);
    function draw() {
      const changes = get("changes"), progress = get("progress");
      if (progress.step) busy = false;
      const runs = busy || Boolean(progress.step);
      waiting.textContent = !changes.rerun ? "" : changes.waiting
        ? `${counted(changes.waiting, "change")} wait${changes.waiting === 1 ? "s" : ""} for the next run` : "no assignment or keyword waits";
      able(again, changes.rerun && !runs);
      bar.hidden = step.hidden = !runs;
      waiting.hidden = runs;
      bar.value = progress.done || 0;
      step.textContent = runs ? `${progress.step || "starting"} ${percent(progress.done || 0)}` : "";
      message.classList.toggle("trouble", get("trouble"));
      if (message.textContent !== get("message").replaceAll("\n", "")) {
        message.replaceChildren(...get("message").split("\n").filter(Boolean).map(line => make("p", {}, line)));
      }
    }
    function done(deed) {
      if (deed !== "rerun") return;
      busy = false;
      draw();
    }
    return { element, watch: ["changes", "progress", "message", "trouble"], draw, done };
  }

  const text = textPart(), ribbon = ribbonPart(), table = themeTable(), keyword = keywordPart(text.text), map = mapPart();
  const title = make("p", { className: "soft small facts" });
  const head = { element: title, watch: ["index"], draw() {
    const index = get("index");
    root.setAttribute("aria-label", `Explorer: ${index.title}`);
    title.replaceChildren(make("b", {}, index.title), ` ${counted(index.articles.length, "article")}, `
      + `${counted(index.paragraphs.ids.length, "paragraph")}, `
      + `${percent(index.unassigned)} of words without a theme`);
  } };
  const themes = themesPart(), list = listPart(), status = statusPart();
  const all = [head, themes, list, ribbon, text, table, keyword, map, status];
  root.append(title, themes.element, div("body", list.element, div("main", ribbon.element,
    div("columns", div("reading", text.element, table.element, keyword.element, status.element), map.element))));

  const names = [...new Set(all.flatMap(part => part.watch))], dirty = new Set(names);
  let waits = false;
  function draw() {
    waits = false;
    const changed = new Set(dirty);
    if (ending.signal.aborted || !get("index").themes) return;
    dirty.clear();
    known = get("index").themes.map(one => ({ ...one, colour: raised(one.colour) }));
    all.forEach(part => { if (part.watch.some(name => changed.has(name))) part.draw(changed); });
  }
  const soon = name => { dirty.add(name); if (!waits) { waits = true; requestAnimationFrame(draw); } };
  const watchers = names.filter(name => name !== "paper").map(name => [`change:${name}`, () => soon(name)]);
  const replied = reply => all.forEach(part => part.done && reply && (reply.well || reply.did === "rerun") && part.done(reply.did));
  watchers.forEach(([event, act]) => model.on(event, act));
  model.on("msg:custom", replied);
  // the colours of the page are known only once the view stands in it
  function look() {
    const found = getComputedStyle(root).backgroundColor.match(/\d+/g), before = String(paper);
    if (found) paper = found.slice(0, 3).map(Number);
    dark = light(paper) < 128;
    if (String(paper) !== before) soon("paper");
  }
  const size = new ResizeObserver(look), mood = new MutationObserver(() => requestAnimationFrame(look));
  size.observe(root);
  mood.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });

  el.append(root);
  look();
  draw();
  return () => {
    ending.abort();
    mood.disconnect();
    size.disconnect();
    watchers.forEach(([event, act]) => model.off(event, act));
    model.off("msg:custom", replied);
    root.remove();
  };
}

export default { render };
