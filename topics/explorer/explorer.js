// The page of the explorer. Its state is kept in Python (widget.py) and received as traits of the model; actions of the
// reader are sent back as messages. Each part below creates its element once and redraws it when a watched trait changes.

const GREY = "#c4c9ce";

// All text of articles enters the page here: strings become text nodes, never markup.
function create(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") element.setAttribute(key, value);
    else element[key] = value;
  }
  // JupyterLab would interpret letters typed here as commands: "dd" deletes a cell
  if (element.tabIndex >= 0 || tag === "summary") element.setAttribute("data-lm-suppress-shortcuts", "true");
  element.append(...children);
  return element;
}

const div = (className, ...children) => create("div", { className }, ...children);
const span = (className, ...children) => create("span", { className }, ...children);
const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
const percent = share => `${Math.round(100 * share)} %`;
const rgb = hex => [1, 3, 5].map(start => parseInt(hex.slice(start, start + 2), 16));
const tint = (hex, opacity) => `rgb(${rgb(hex).join(" ")} / ${opacity.toFixed(2)})`;
const lightness = ([red, green, blue]) => .299 * red + .587 * green + .114 * blue;
const any = (changed, ...names) => names.some(name => changed.has(name));

function render({ model, el }) {
  const root = create("section", { className: "topics-explorer", "aria-label": "Explorer" });
  // one signal removes all listeners when the view is closed
  const closing = new AbortController();
  const listen = (target, event, act) => target.addEventListener(event, act, { signal: closing.signal });
  const get = name => model.get(name), send = (action, values = {}) => model.send({ action, ...values });
  const theme = number => themes[number - 1] || { label: "No theme", colour: GREY, name: "" };
  const chosenTheme = () => get("index").themes.findIndex(item => item.name === get("theme")) + 1;
  const paragraphs = () => get("page").paragraphs || [];
  const currentParagraph = () => paragraphs().find(paragraph => paragraph.id === get("paragraph"));
  // in JupyterLab the view may be in a shadow root, which has its own active element
  const focused = () => root.getRootNode().activeElement;
  let background = [255, 255, 255], dark = false, themes = [];

  function inkOn(hex, opacity) {
    const mixed = rgb(hex).map((value, i) => opacity * value + (1 - opacity) * background[i]);
    return lightness(mixed) > 140 ? "#14181c" : "#fff";
  }
  // the darkest theme colours would be invisible on a dark page
  function brighten(hex) {
    if (!dark || lightness(rgb(hex)) > 60) return hex;
    return "#" + rgb(hex).map(value => Math.min(255, Math.round(1.4 * value)).toString(16).padStart(2, "0")).join("");
  }
  const grey = opacity => tint(GREY, dark ? opacity / 2 : opacity);

  function badge(number) {
    const element = create("span", { className: "badge" }, number ? String(number) : "–"), { colour } = theme(number);
    element.style.background = colour;
    element.style.color = inkOn(colour, 1);
    return element;
  }
  // aria-disabled, not disabled: the button keeps the focus and is still announced by screen readers
  function button(text, action, act) {
    const element = create("button", { type: "button", "data-action": action }, text);
    listen(element, "click", () => element.getAttribute("aria-disabled") !== "true" && act());
    return element;
  }
  const enable = (element, enabled) => element.setAttribute("aria-disabled", String(!enabled));
  const onButton = (container, act) => listen(container, "click", event => {
    const element = event.target.closest("button");
    if (element) act(element);
  });
  function stepParagraph(by) {
    const next = paragraphs()[paragraphs().findIndex(paragraph => paragraph.id === get("paragraph")) + by];
    if (next) send("paragraph", { paragraph: next.id });
  }

  // title and size of the run

  const title = { element: create("p", { className: "soft small facts" }), watch: ["index"], draw() {
    const { title, articles, paragraphs, unassigned } = get("index");
    root.setAttribute("aria-label", `Explorer: ${title}`);
    this.element.replaceChildren(create("b", {}, title), ` ${count(articles.length, "article")}, `
      + `${count(paragraphs.ids.length, "paragraph")}, ${percent(unassigned)} of words without a theme`);
  } };

  // buttons for selecting a theme

  function themesPart() {
    const element = create("div", { className: "chips", role: "group", "aria-label": "Theme", "data-part": "themes" });
    function draw(changed) {
      if (any(changed, "index", "background")) {
        const all = create("button", { type: "button", className: "chip", "data-theme": "" }, "All themes");
        element.replaceChildren(all, ...get("index").themes.map((item, i) => create("button",
          { type: "button", className: "chip", "data-theme": item.name, title: item.description },
          badge(i + 1), span("", item.label), span("soft", percent(item.share)))));
      }
      for (const chip of element.children) chip.setAttribute("aria-pressed", String(chip.dataset.theme === get("theme")));
    }
    onButton(element, ({ dataset }) => send("theme", { theme: dataset.theme === get("theme") ? "" : dataset.theme }));
    return { element, watch: ["index", "theme", "background"], draw };
  }

  // the list of articles, each with its ribbon as a thin strip

  function articlesPart() {
    const words = create("input", { type: "search", placeholder: "Filter by title, outlet, date", "aria-label": "Filter articles" });
    const list = create("ul", { className: "list" }), summary = create("p", { className: "soft small", role: "status" });
    const element = create("div", { className: "articles", "data-part": "articles" }, words, summary, div("scroll-area", list));
    let rows = [];

    function build() {
      let first = 0;
      rows = get("index").articles.map(article => {
        const strip = span("strip"), share = span("share");
        const element = create("button", { type: "button", "data-article": article.id },
          span("title", article.title), share,
          span("soft small", [article.outlet, article.date].filter(Boolean).join(", ")), strip);
        const row = { article, first, strip, share, element, item: create("li", {}, element),
          text: `${article.title} ${article.outlet} ${article.date}`.toLowerCase() };
        first += article.n;
        return row;
      });
    }
    function drawStrip({ article, first, strip }, number) {
      const { left, right, layers } = get("index").paragraphs, stops = [];
      for (let i = first; i < first + article.n; i++) {
        const layer = number ? layers[i].find(([own]) => own === number) : layers[i][0];
        const colour = layer ? tint(theme(layer[0]).colour, layer[1]) : grey(number ? .35 : .7);
        stops.push(`${colour} ${left[i]}% ${right[i]}%`);
      }
      strip.style.backgroundImage = stops.length ? `linear-gradient(to right, ${stops.join(", ")})` : "none";
    }
    function filter() {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach(row => { row.item.hidden = !wanted.every(word => row.text.includes(word)); });
      const shown = rows.filter(row => !row.item.hidden).length;
      summary.textContent = (shown < rows.length ? `${shown} of ` : "") + count(rows.length, "article")
        + (chosenTheme() ? `, by share of ${theme(chosenTheme()).label}` : "");
    }
    function sort() {
      const number = chosenTheme(), focusedElement = focused();
      for (const row of rows) {
        const [, share] = row.article.shares.find(([own]) => own === number) || [0, 0];
        row.value = share;
        row.share.textContent = number ? percent(share) : "";
        drawStrip(row, number);
      }
      list.replaceChildren(...rows.slice().sort((a, b) => b.value - a.value).map(row => row.item));
      // an element that is moved loses the focus
      if (list.contains(focusedElement)) focusedElement.focus({ preventScroll: true });
      filter();
    }
    function draw(changed) {
      if (changed.has("index")) build();
      if (any(changed, "index", "theme", "background")) sort();
      for (const row of rows) {
        const current = row.article.id === get("article"), before = row.element.getAttribute("aria-current") === "true";
        row.element.setAttribute("aria-current", String(current));
        if (current && (!before || changed.has("theme"))) {
          // not scrollIntoView, which would also scroll the notebook
          const top = row.item.offsetTop, bottom = top + row.item.offsetHeight;
          if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - list.clientHeight / 3;
        }
      }
    }
    listen(words, "input", filter);
    onButton(list, ({ dataset }) => send("article", { article: dataset.article }));
    return { element, watch: ["index", "theme", "article", "background"], draw };
  }

  // the selected article and its ribbon

  function ribbonPart() {
    const title = create("p", { className: "headline", dir: "auto" }), byline = create("p", { className: "soft small" });
    const ribbon = create("div", { className: "ribbon", role: "group", "aria-label": "Paragraphs of the article" });
    const element = create("div", { "data-part": "article" }, title, byline, ribbon);

    function block(paragraph, number) {
      const named = paragraph.layers.filter(layer => layer.number);
      const text = named.map(layer => `${theme(layer.number).label} ${layer.score.toFixed(2)}`).join(", ") || "no theme";
      const element = create("button", { type: "button", className: "block", "data-paragraph": paragraph.id,
        "aria-label": `paragraph ${paragraph.position} of ${paragraphs().length}: ${text}`,
        title: `${paragraph.position}: ${text}` });
      // if a theme is selected, only its layer
      const layers = !number ? paragraph.layers : [named.find(layer => layer.number === number) || { number: 0, opacity: 1 }];
      const stops = layers.map((layer, i) => {
        const colour = layer.number ? tint(theme(layer.number).colour, layer.opacity) : grey(number ? .3 : .65);
        return `${colour} ${100 * i / layers.length}% ${100 * (i + 1) / layers.length}%`;
      });
      element.style.flexGrow = paragraph.width;
      element.style.backgroundImage = `linear-gradient(to bottom, ${stops.join(", ")})`;
      element.append(...layers.map(layer => {
        const digit = span("", layer.number && layers.length < 4 ? String(layer.number) : "");
        digit.style.color = inkOn(theme(layer.number).colour, layer.opacity);
        return digit;
      }));
      return element;
    }
    function draw(changed) {
      const hadFocus = ribbon.contains(focused());
      if (any(changed, "index", "page", "theme", "background")) {
        const page = get("page");
        title.textContent = page.title;
        byline.textContent = [page.byline, count(page.words, "word")].filter(Boolean).join(" · ");
        ribbon.replaceChildren(...paragraphs().map(paragraph => block(paragraph, chosenTheme())));
        if (!paragraphs().length) ribbon.append(span("soft", "This article has no paragraphs in this run."));
      }
      // the ribbon is a single tab stop; the arrow keys move between blocks
      for (const element of ribbon.querySelectorAll("button")) {
        const current = element.dataset.paragraph === get("paragraph");
        element.setAttribute("aria-current", String(current));
        element.tabIndex = current ? 0 : -1;
        element.classList.toggle("edited", element.dataset.paragraph in get("changes").paragraphs);
        if (current && hadFocus) element.focus({ preventScroll: true });
      }
    }
    onButton(ribbon, ({ dataset }) => send("paragraph", { paragraph: dataset.paragraph }));
    listen(ribbon, "keydown", event => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      stepParagraph(by);
    });
    return { element, watch: ["index", "page", "theme", "paragraph", "changes", "background"], draw };
  }

  // the text of the paragraph, with its evidence

  function textPart() {
    const previous = button("‹ Previous", "previous", () => stepParagraph(-1)), next = button("Next ›", "next", () => stepParagraph(1));
    const evidence = button("", "next-evidence", () => send("next_evidence", { by: 1 }));
    const place = span("place"), section = create("p", { className: "section", dir: "auto" });
    const text = create("div", { className: "text", tabIndex: 0, role: "group", "aria-label": "Text of the paragraph", dir: "auto" });
    const topicLine = create("p", { className: "topic small" });
    const element = create("div", { "data-part": "read" }, div("row", previous, place, next, evidence), section, text, topicLine);

    function mark([words, numbers], following) {
      if (!numbers.length) return words;
      // the number of a theme is shown only at the end of its evidence, not after each piece
      const ending = numbers.filter(number => !following || !following[1].includes(number));
      const element = create("mark", { title: numbers.map(number => theme(number).label).join(", ") }, words);
      if (ending.length) element.dataset.numbers = ending.join(" ");
      const opacity = (numbers.includes(chosenTheme()) || !chosenTheme() ? .26 : .08) * (dark ? 1.6 : 1);
      element.style.backgroundColor = tint(theme(numbers[0]).colour, opacity);
      element.style.boxShadow = numbers.map((number, i) => `0 ${2 * i + 2}px 0 ${theme(number).colour}`).join(", ");
      return element;
    }
    function topicText(topic) {
      if (!topic) return "No topic";
      const { id, label, stability, probability, reassigned } = topic;
      return [`Topic ${id}: ${label}`, stability !== null && `stability ${stability.toFixed(2)}`,
        probability !== null && `probability ${probability.toFixed(2)}`, reassigned && "reassigned"].filter(Boolean).join(" · ");
    }
    function draw() {
      const paragraph = currentParagraph(), number = chosenTheme();
      place.textContent = paragraph ? `${paragraph.position} of ${paragraphs().length}` : "";
      enable(previous, paragraph && paragraphs()[0] !== paragraph);
      enable(next, paragraph && paragraphs().at(-1) !== paragraph);
      evidence.hidden = !number;
      if (number) evidence.textContent = `Next evidence for ${theme(number).label} ›`;
      section.textContent = paragraph ? paragraph.section : "";
      text.replaceChildren(...(paragraph ? paragraph.pieces.map((piece, i) => mark(piece, paragraph.pieces[i + 1])) : []));
      if (paragraph && !get("index").texts) {
        text.append(create("i", {}, `This run contains no texts. The paragraph has ${count(paragraph.words, "word")}.`));
      }
      topicLine.textContent = paragraph ? topicText(paragraph.topic) : "";
    }
    return { element, text, watch: ["index", "page", "paragraph", "theme", "background"], draw };
  }

  // the themes of the paragraph, which can be corrected

  function scoresPart() {
    const main = create("div"), rest = create("div"), others = create("summary"), note = create("p", { className: "note small" });
    const fold = create("details", {}, others, rest), locked = create("p", { className: "soft small" });
    const save = button("Save", "save", () => correct("assign", { themes: tickedThemes() }));
    const undo = button("Undo", "undo", () => correct("undo"));
    const element = create("div",
      { className: "scores", role: "group", "aria-label": "Themes of the paragraph", "data-part": "themes-of-paragraph" },
      create("div", { className: "line head soft small", "aria-hidden": "true" },
        span("", "has"), span("", "main"), span("", "theme"), create("span"), span("", "score")),
      main, fold, note, div("row", save, undo), locked);
    // radio buttons with the same name form one group in the whole document, and a notebook may show several explorers
    const name = "main-" + Math.random().toString(36).slice(2);
    // unsaved selections by paragraph, kept when the reader leaves and returns
    const drafts = new Map();
    let drawn = "", rows = [];

    function correct(action, values) {
      drafts.delete(get("paragraph"));
      send(action, { paragraph: get("paragraph"), ...values });
    }
    function tickedThemes() {
      const ticked = rows.filter(row => row.check.checked);
      return ticked.sort((a, b) => b.radio.checked - a.radio.checked).map(row => row.name);
    }
    function row(score, has, first) {
      const own = theme(score.number), disabled = Boolean(get("changes").locked);
      const input = (type, checked, label) => create("input",
        { type, checked, disabled, "data-theme": own.name, "aria-label": `${label} ${own.label}` });
      const check = input("checkbox", has, "has"), radio = input("radio", first, "main theme");
      radio.name = name;
      const bar = create("span", { className: "bar", "aria-hidden": "true" }, create("i"));
      bar.firstChild.style.width = `${100 * score.score}%`;
      bar.firstChild.style.background = own.colour;
      listen(check, "change", () => {
        if (!check.checked) radio.checked = false;
        keepDraft();
      });
      listen(radio, "change", () => { check.checked = true; keepDraft(); });
      rows.push({ name: own.name, check, radio });
      return create("div", { className: "line", title: own.description || "" }, check, radio,
        create("span", { className: "name" }, badge(score.number), own.label), bar,
        create("span", { className: "value" }, score.score.toFixed(2)));
    }
    function keepDraft() {
      const ticked = rows.filter(row => row.check.checked);
      if (ticked.length && !ticked.some(row => row.radio.checked)) ticked[0].radio.checked = true;
      drafts.set(get("paragraph"), tickedThemes());
      save.classList.add("wanted");
    }
    function draw(changed) {
      const paragraph = currentParagraph(), changes = get("changes");
      element.hidden = !paragraph;
      if (!paragraph) return;
      const edited = paragraph.id in changes.paragraphs, saved = edited ? changes.paragraphs[paragraph.id] : null;
      const draft = drafts.get(paragraph.id), corrected = draft || saved;
      // an unchanged table is not redrawn: it may have the focus
      const state = JSON.stringify([paragraph, corrected, edited, changes.locked]);
      if (state === drawn && !any(changed, "index", "background")) return;
      drawn = state;
      rows = [];
      const has = score => corrected ? corrected.includes(theme(score.number).name) : score.assigned;
      const isMain = score => corrected ? corrected[0] === theme(score.number).name : score.primary;
      const on = paragraph.themes.filter(has), off = paragraph.themes.filter(score => !has(score));
      main.replaceChildren(...on.map(score => row(score, true, isMain(score))));
      if (!on.length) main.append(create("p", { className: "soft" }, "no theme"));
      rest.replaceChildren(...off.map(score => row(score, false, false)));
      others.textContent = `Other themes (${off.length})`;
      fold.hidden = !off.length;
      note.textContent = draft ? "not saved"
        : saved ? "assigned manually; takes effect in the next run"
        : edited ? "manual assignment removed; takes effect in the next run"
        : paragraph.by_hand ? "assigned manually" : "";
      note.hidden = !note.textContent;
      save.classList.toggle("wanted", Boolean(draft));
      enable(save, !changes.locked);
      enable(undo, !changes.locked && (edited ? saved : paragraph.by_hand));
      locked.textContent = changes.locked;
    }
    return { element, watch: ["index", "page", "paragraph", "changes", "background"], draw };
  }

  // a new keyword, typed or selected in the text

  function keywordPart(text) {
    const word = create("input", { type: "text", placeholder: "word or phrase", "aria-label": "New keyword" });
    const select = create("select", { "aria-label": "Theme of the keyword" });
    const add = button("Add", "add-keyword", () => send("add_keyword", { theme: select.value, keyword: word.value }));
    const element = create("div", { className: "row keyword", "data-part": "keyword", role: "group", "aria-label": "Add a keyword" },
      span("soft small", "Keyword"), word, select, add);
    let last = "";
    function draw(changed) {
      if (changed.has("index")) {
        const before = select.value, { themes } = get("index");
        select.replaceChildren(...themes.map((item, i) => create("option", { value: item.name }, `${i + 1} ${item.label}`)));
        if (themes.some(item => item.name === before)) select.value = before;
      }
      if (changed.has("theme") && get("theme")) select.value = get("theme");
      const locked = Boolean(get("changes").locked);
      word.disabled = select.disabled = locked;
      enable(add, !locked);
    }
    listen(document, "selectionchange", () => {
      const selection = document.getSelection();
      const within = text.contains(selection.anchorNode) && text.contains(selection.focusNode);
      const words = within ? String(selection).replace(/\s+/g, " ").trim() : "";
      if (words && words !== last && words.length < 80 && !word.disabled) word.value = words;
      last = words;
    });
    listen(word, "keydown", event => { if (event.key === "Enter") { event.preventDefault(); add.click(); } });
    // a rejected keyword is kept, so that it can be corrected
    const replied = (action, ok) => { if (action === "add_keyword" && ok) word.value = ""; };
    return { element, watch: ["index", "theme", "changes"], draw, replied };
  }

  // the map of paragraphs, and the nearest ones on it

  function mapPart() {
    // all points are drawn once on a hidden canvas; the rings are drawn on a copy of it
    const canvas = create("canvas", { role: "img" }), base = create("canvas"), list = create("ol", { className: "near" });
    const plot = create("div", { className: "plot" }, canvas), heading = create("p", { className: "small strong" }, "Nearest on the map");
    const element = create("div", { "data-part": "map" }, plot, heading, list, create("p", { className: "soft small" },
      "In this two-dimensional projection, nearby paragraphs are often similar, but similar paragraphs may be far apart."));
    let points = [], byId = new Map(), scheduled = false;

    function build() {
      const { ids, x, y, layers } = get("index").paragraphs;
      const titles = get("index").articles.flatMap(article => Array(article.n).fill(article.title));
      points = ids.map((id, i) => ({ id, x: x[i], y: y[i], layers: layers[i], title: titles[i] }));
      points = points.filter(point => point.x !== null && point.y !== null);
      byId = new Map(points.map(point => [point.id, point]));
      canvas.setAttribute("aria-label", `Map of ${count(points.length, "paragraph")}, coloured by main theme;`
        + " the list shows those nearest to the selected one");
      plot.hidden = !points.length;
    }
    // reduce, because Math.min(...) fails with many thousands of arguments
    const range = key => points.reduce(([low, high], point) => [Math.min(low, point[key]), Math.max(high, point[key])],
      [Infinity, -Infinity]);
    function place(width, height) {
      const [left, right] = range("x"), [low, high] = range("y"), edge = 12;
      const scale = Math.min((width - 2 * edge) / (right - left || 1), (height - 2 * edge) / (high - low || 1));
      for (const point of points) {
        point.px = width / 2 + scale * (point.x - (left + right) / 2);
        point.py = height / 2 - scale * (point.y - (low + high) / 2);
      }
    }
    const circle = (pen, point, radius) => { pen.beginPath(); pen.arc(point.px, point.py, radius, 0, 7); };
    function paint() {
      scheduled = false;
      const width = canvas.clientWidth, height = canvas.clientHeight, ratio = devicePixelRatio || 1, number = chosenTheme();
      if (closing.signal.aborted || !width || !points.length) return;
      for (const element of [canvas, base]) { element.width = width * ratio; element.height = height * ratio; }
      place(width, height);
      const pen = base.getContext("2d"), size = points.length < 600 ? 4 : points.length < 4000 ? 2.6 : 1.8;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      const layerOf = point => number ? point.layers.find(([own]) => own === number) : point.layers[0];
      // grey points first, so that they do not cover others
      for (const coloured of [false, true]) for (const point of points) {
        const layer = layerOf(point);
        if (Boolean(layer) !== coloured) continue;
        pen.fillStyle = layer ? tint(theme(layer[0]).colour, number ? layer[1] : .9) : grey(number ? .45 : .8);
        circle(pen, point, layer ? size : size * .8); pen.fill();
        if (dark && layer && size > 2) { pen.strokeStyle = "rgb(255 255 255 / .4)"; pen.lineWidth = .7; pen.stroke(); }
      }
      paintRings();
    }
    function paintRings() {
      const pen = canvas.getContext("2d"), ratio = devicePixelRatio || 1;
      if (!canvas.width || !points.length) return;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(base, 0, 0);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.strokeStyle = dark ? "#fff" : "#14181c";
      const ring = (id, radius, width, opacity) => {
        if (!byId.has(id)) return;
        pen.globalAlpha = opacity; pen.lineWidth = width;
        circle(pen, byId.get(id), radius); pen.stroke();
      };
      get("near").forEach(neighbour => ring(neighbour.id, 6.5, 1.2, .55));
      ring(get("paragraph"), 8, 2.4, 1);
      pen.globalAlpha = 1;
    }
    function schedule() { if (!scheduled) { scheduled = true; requestAnimationFrame(paint); } }
    function pointAt(event, reach) {
      const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      let nearest = null, least = reach * reach;
      for (const point of points) {
        const distance = (point.px - x) ** 2 + (point.py - y) ** 2;
        if (distance < least) { least = distance; nearest = point; }
      }
      return nearest;
    }
    function draw(changed) {
      if (changed.has("index")) build();
      heading.textContent = get("near").length ? "Nearest on the map" : "This paragraph is not on the map";
      list.replaceChildren(...get("near").map(({ id, number, title, position, words }) => create("li", {}, create("button",
        { type: "button", "data-paragraph": id, title: theme(number).label },
        badge(number), span("", span("title", `${title}, ${position}`), span("soft small words", words))))));
      if (any(changed, "index", "theme", "background")) schedule(); else paintRings();
    }
    listen(canvas, "click", event => pointAt(event, 16) && send("paragraph", { paragraph: pointAt(event, 16).id }));
    listen(canvas, "pointermove", event => {
      const point = pointAt(event, 12);
      canvas.title = point ? `${point.title}: ${point.layers.map(([own]) => theme(own).label).join(", ") || "no theme"}` : "";
      canvas.style.cursor = point ? "pointer" : "default";
    });
    onButton(list, ({ dataset }) => send("paragraph", { paragraph: dataset.paragraph }));
    const resized = new ResizeObserver(schedule);
    resized.observe(plot);
    closing.signal.addEventListener("abort", () => resized.disconnect());
    return { element, watch: ["index", "theme", "paragraph", "near", "background"], draw };
  }

  // the result of the last action, and the next run

  function statusPart() {
    const rerun = button("Run again", "rerun", () => { requested = true; enable(rerun, false); send("rerun"); });
    const waiting = span("waiting"), bar = create("progress", { max: 1, "aria-label": "Progress of the run" });
    const step = span("soft small"), message = create("div", { className: "message", role: "status", "data-part": "message" });
    const element = create("div", { className: "status", "data-part": "status" }, div("row", rerun, waiting, bar, step), message);
    let requested = false; // a run was requested, but has not reported its first step
    function draw() {
      const changes = get("changes"), progress = get("progress");
      if (progress.step) requested = false;
      const running = requested || Boolean(progress.step);
      waiting.textContent = !changes.rerun ? "" : changes.waiting
        ? count(changes.waiting, "pending change")
        : "no pending changes";
      enable(rerun, changes.rerun && !running);
      bar.hidden = step.hidden = !running;
      waiting.hidden = running;
      bar.value = progress.done || 0;
      step.textContent = running ? `${progress.step || "starting"} ${percent(progress.done || 0)}` : "";
      message.classList.toggle("trouble", get("trouble"));
      // an unchanged message must not be announced again
      if (message.textContent !== get("message").replaceAll("\n", "")) {
        message.replaceChildren(...get("message").split("\n").filter(Boolean).map(line => create("p", {}, line)));
      }
    }
    const replied = action => { if (action === "rerun") { requested = false; draw(); } };
    return { element, watch: ["changes", "progress", "message", "trouble"], draw, replied };
  }

  const chips = themesPart(), articles = articlesPart(), ribbon = ribbonPart(), text = textPart();
  const scores = scoresPart(), keyword = keywordPart(text.text), map = mapPart(), status = statusPart();
  const parts = [title, chips, articles, ribbon, text, scores, keyword, map, status];
  root.append(title.element, chips.element, div("body", articles.element, div("main", ribbon.element,
    div("columns", div("reading", text.element, scores.element, keyword.element, status.element), map.element))));

  // several traits may change at once, e.g. when an article is opened: they are drawn together in the next frame
  const names = [...new Set(parts.flatMap(part => part.watch))], dirty = new Set(names);
  let scheduled = false;
  function draw() {
    scheduled = false;
    if (closing.signal.aborted || !get("index").themes) return;
    const changed = new Set(dirty);
    dirty.clear();
    themes = get("index").themes.map(item => ({ ...item, colour: brighten(item.colour) }));
    for (const part of parts) if (any(changed, ...part.watch)) part.draw(changed);
  }
  function schedule(name) {
    dirty.add(name);
    if (!scheduled) { scheduled = true; requestAnimationFrame(draw); }
  }
  // "background" is not a trait of the model: readColours() schedules it
  const watchers = names.filter(name => name !== "background").map(name => [`change:${name}`, () => schedule(name)]);
  const replied = reply => parts.forEach(part => part.replied && reply && part.replied(reply.action, reply.ok));
  watchers.forEach(([event, act]) => model.on(event, act));
  model.on("msg:custom", replied);

  // the colours of the page are known only once the view has been added to it
  function readColours() {
    const colour = getComputedStyle(root).backgroundColor.match(/\d+/g), before = String(background);
    if (colour) background = colour.slice(0, 3).map(Number);
    dark = lightness(background) < 128;
    if (String(background) !== before) schedule("background");
  }
  const resized = new ResizeObserver(readColours), restyled = new MutationObserver(() => requestAnimationFrame(readColours));
  resized.observe(root);
  restyled.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });

  el.append(root);
  readColours();
  draw();
  return () => {
    closing.abort();
    resized.disconnect();
    restyled.disconnect();
    watchers.forEach(([event, act]) => model.off(event, act));
    model.off("msg:custom", replied);
    root.remove();
  };
}

export default { render };
