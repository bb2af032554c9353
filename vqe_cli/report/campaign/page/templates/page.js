"use strict";
(() => {
  const byId = (name) => document.getElementById(name);
  const data = JSON.parse(byId("campaign-data").textContent);
  const count = data.ids.length;
  const columns = data.columns;
  const columnOf = new Map(columns.map((column) => [column.name, column]));
  const placeOf = new Map(data.ids.map((name, row) => [name, row]));
  const ROW_PIXELS = 72, SPARE_ROWS = 6, PRINTED_ROWS = 200;
  const NARROW = matchMedia("(max-width: 640px)").matches;
  const NARROW_COLUMNS = new Set(["candidate", "verdict", "error_mha", data.rankBy]);

  const state = {
    sort: columnOf.has(data.rankBy) ? data.rankBy : "candidate",
    down: data.descending,
    visible: new Set(columns.filter((column) =>
      NARROW ? NARROW_COLUMNS.has(column.name) : column.shown).map((column) => column.name)),
    chosen: new Map(), ranges: [], text: "",
    rows: [], first: -1, last: -1, printing: false,
  };

  function make(name, properties = {}, ...content) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (value === null || value === undefined) continue;
      if (key === "class") node.className = value; else node.setAttribute(key, value);
    }
    node.append(...content.filter((piece) => piece !== null && piece !== undefined));
    return node;
  }

  /* Values as people read them */

  const isNumber = (column) => column.kind === "number" || column.kind === "integer";
  const valueAt = (name, row) => data.values[name][row];
  const formats = new Map();

  function format(column) {
    if (!formats.has(column.name)) {
      const digits = column.kind === "integer" ? 0 : column.decimals;
      formats.set(column.name, new Intl.NumberFormat("en-GB",
        { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "min2" }));
    }
    return formats.get(column.name);
  }

  function minus(text) { return text.replaceAll("-", "\u2212"); }

  function show(column, row) {
    const value = valueAt(column.name, row);
    if (value === null || value === undefined) return "";
    if (!isNumber(column)) return value;
    const text = format(column).format(value);
    return minus(/^-[0.]+$/.test(text) ? text.slice(1) : text);
  }

  const TWO_DIGITS = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });

  function standardError(column, row) {
    const value = column.bar ? valueAt(column.bar.column, row) : null;
    if (value === null) return null;
    const error = value * column.bar.factor;
    return error < 1e-6 ? short(Number(error.toPrecision(2))) : TWO_DIGITS.format(error);
  }

  function barOf(column, row) {
    const error = standardError(column, row);
    return error === null ? null : make("small", { class: "bar" }, `± ${error}`);
  }

  function full(column, row) {
    const value = valueAt(column.name, row);
    if (value === null || value === undefined) return "";
    const unit = column.unit ? ` ${column.unit}` : "";
    return isNumber(column) ? minus(String(value)) + unit : String(value);
  }

  const heading = (column) => column.unit ? `${column.label} / ${column.unit}` : column.label;

  /* Structures: drawn when they come into view */

  const SVG = "http://www.w3.org/2000/svg";

  function drawn(name, attributes, text) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function ink(node, property, colour) {
    node.style[property] = colour ? `var(--atom-${colour.slice(1)}, ${colour})` : "currentColor";
    return node;
  }

  function structure(row, room, label) {
    const drawing = data.drawings[data.structures[row]];
    if (!drawing) return make("span", { class: "no-structure" }, "no structure");
    const [width, height] = drawing.size;
    const scale = Math.min(room.width / width, room.height / height, room.scale);
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, class: "structure",
      width: (width * scale).toFixed(0), height: (height * scale).toFixed(0) });
    if (label) { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", label); }
    else svg.setAttribute("aria-hidden", "true");
    for (const [kind, colour, path] of drawing.paths) {
      const line = kind === "line";
      const node = drawn("path", { d: path, class: line ? "bond" : "area" });
      svg.append(ink(node, line ? "stroke" : "fill", colour));
    }
    for (const [x, y, size, colour, text] of drawing.texts) {
      svg.append(ink(drawn("text", { x, y, "font-size": size }, text), "fill", colour));
    }
    return svg;
  }

  /* Sorting: every column is ranked once, what is missing stands last either way */

  const ranks = new Map();
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const GRADES = { pass: "0", warn: "1", fail: "2" };

  function rankOf(name) {
    if (ranks.has(name)) return ranks.get(name);
    const values = data.values[name];
    const rank = new Float64Array(count);
    if (isNumber(columnOf.get(name))) {
      const { bySize } = columnOf.get(name);
      for (let row = 0; row < count; row++) {
        const value = values[row] ?? NaN;
        rank[row] = bySize ? Math.abs(value) : value;
      }
    } else {
      const graded = (text) => name === "verdict" ? GRADES[text] ?? text : text;
      const words = [...new Set(values)].filter((word) => word !== null);
      words.sort((a, b) => collator.compare(graded(a), graded(b)));
      const places = new Map(words.map((word, place) => [word, place]));
      for (let row = 0; row < count; row++) rank[row] = places.get(values[row]) ?? NaN;
    }
    ranks.set(name, rank);
    return rank;
  }

  function sorted(rows) {
    const rank = rankOf(state.sort), sign = state.down ? -1 : 1;
    const known = [], missing = [];
    for (const row of rows) (Number.isNaN(rank[row]) ? missing : known).push(row);
    known.sort((a, b) => sign * (rank[a] - rank[b]) || a - b);
    return known.concat(missing);
  }

  /* Filters */

  let haystacks = null;

  function haystack(row) {
    if (haystacks === null) {
      const texts = [...columns.filter((column) => !isNumber(column))
        .map((column) => data.values[column.name]), ...Object.values(data.texts)];
      haystacks = data.ids.map((_, place) =>
        texts.map((values) => values[place] ?? "").join("\n").toLowerCase());
    }
    return haystacks[row];
  }

  function passes(row, words) {
    for (const [name, words] of state.chosen) {
      if (words.size && !words.has(valueAt(name, row))) return false;
    }
    for (const { name, low, high } of state.ranges) {
      const value = valueAt(name, row);
      if (value === null || value < low || value > high) return false;
    }
    return words.every((word) => haystack(row).includes(word));
  }

  function refresh() {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = [];
    for (let row = 0; row < count; row++) if (passes(row, words)) rows.push(row);
    state.rows = sorted(rows);
    const all = count.toLocaleString("en-GB");
    byId("shown").textContent = rows.length === count ? `${all} rows`
      : `${rows.length.toLocaleString("en-GB")} of ${all} rows`;
    byId("table").setAttribute("aria-rowcount", rows.length + 1);
    byId("viewport").scrollTop = 0;
    state.first = -1;
    paint();
  }

  function chips(name) {
    if (!columnOf.has(name)) return;
    const box = byId(`${name}-filter`), chosen = new Set(), tally = new Map();
    state.chosen.set(name, chosen);
    for (const value of data.values[name]) {
      if (value !== null) tally.set(value, (tally.get(value) ?? 0) + 1);
    }
    for (const [value, number] of [...tally].sort((a, b) => b[1] - a[1])) {
      const tick = make("input", { type: "checkbox", value });
      tick.addEventListener("change", () => {
        if (tick.checked) chosen.add(value); else chosen.delete(value);
        refresh();
      });
      box.append(make("label", {}, tick, make("span", { class: `word ${grade(value)}` }, value,
        make("small", {}, number.toLocaleString("en-GB")))));
    }
    box.hidden = tally.size === 0;
  }

  function addRange() {
    const low = byId("range-low"), high = byId("range-high");
    if (low.value === "" && high.value === "") { low.focus(); return; }
    state.ranges.push({
      name: byId("range-column").value,
      low: low.value === "" ? -Infinity : Number(low.value),
      high: high.value === "" ? Infinity : Number(high.value),
    });
    low.value = high.value = "";
    paintRanges();
    refresh();
  }

  function paintRanges() {
    byId("ranges").replaceChildren(...state.ranges.map((range, place) => {
      const bounds = [Number.isFinite(range.low) ? `≥ ${minus(String(range.low))}` : "",
        Number.isFinite(range.high) ? `≤ ${minus(String(range.high))}` : ""].filter(Boolean);
      const text = `${heading(columnOf.get(range.name))} ${bounds.join(", ")}`;
      const drop = make("button", { type: "button", class: "quiet", "aria-label": `Remove: ${text}` }, "×");
      drop.addEventListener("click", () => {
        state.ranges.splice(place, 1);
        paintRanges();
        refresh();
        byId("range-column").focus();
      });
      return make("li", {}, text, drop);
    }));
  }

  function columnChooser() {
    const chooser = byId("chooser");
    addEventListener("click", (event) => { if (!chooser.contains(event.target)) chooser.open = false; });
    chooser.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      chooser.open = false;
      chooser.querySelector("summary").focus();
    });
    for (const column of columns) {
      const tick = make("input", { type: "checkbox", value: column.name });
      tick.checked = state.visible.has(column.name);
      tick.disabled = column.name === "candidate";
      tick.addEventListener("change", () => {
        if (tick.checked) state.visible.add(column.name); else state.visible.delete(column.name);
        paintHead();
        state.first = -1;
        paint();
      });
      byId("column-list").append(make("label", { title: column.description }, tick, heading(column)));
    }
  }

  /* The table: only rows in view are in the document */

  const shownColumns = () => columns.filter((column) => state.visible.has(column.name));

  function paintHead() {
    const cells = shownColumns().map((column) => {
      const active = column.name === state.sort;
      const arrow = make("span", { class: "arrow", "aria-hidden": "true" },
        active ? (state.down ? "↓" : "↑") : "");
      const label = make("span", {}, column.label);
      const unit = column.unit ? make("small", {}, column.unit) : null;
      const order = column.bySize ? " (sorted by size, without the sign)" : "";
      const button = make("button", { type: "button", title: column.description + order }, label, arrow, unit);
      button.addEventListener("click", () => sortBy(column.name));
      return make("th", { scope: "col", "data-column": column.name, class: `${column.kind} ${column.name}`,
        "aria-sort": active ? (state.down ? "descending" : "ascending") : "none" }, button);
    });
    byId("head").replaceChildren(...cells);
  }

  function sortBy(name) {
    state.down = name === state.sort ? !state.down : false;
    state.sort = name;
    paintHead();
    state.rows = sorted(state.rows);
    byId("viewport").scrollTop = 0;
    state.first = -1;
    paint();
    byId("head").querySelector(`[data-column="${CSS.escape(name)}"] button`).focus();
  }

  const grade = (word) => ["pass", "warn", "fail", "failed", "refused", "duplicate"].includes(word) ? word : "";
  const address = (row) => `#case=${encodeURIComponent(data.ids[row])}`;

  function cell(column, row) {
    if (column.name === "candidate") return nameCell(row);
    const text = show(column, row);
    const marked = column.name === "status" || column.name === "verdict";
    const content = marked && text ? make("span", { class: `word ${grade(text)}` }, text) : text;
    const why = column.name === "status" ? valueAt("failure_kind", row) : null;
    return make("td", { class: `${column.kind} ${column.name}`, title: full(column, row) || null }, content, barOf(column, row),
      why && why !== text ? make("small", {}, why) : null);
  }

  function nameCell(row) {
    const smiles = data.texts.smiles[row];
    const called = valueAt("candidate", row) ?? data.ids[row];
    const name = make("a", { href: address(row), class: "name" }, NARROW ? data.ids[row] : called);
    const words = make("div", { class: "words" }, name, smiles ? make("span", { class: "smiles" }, smiles) : null);
    const picture = make("div", { class: "picture" },
      structure(row, { width: NARROW ? 64 : 120, height: 62, scale: 1.1 }));
    return make("th", { scope: "row", class: "candidate", title: [called, smiles].filter(Boolean).join("\n") }, make("div", { class: "pair" }, picture, words));
  }

  function tableRow(place) {
    const row = state.rows[place];
    const node = make("tr", { "aria-rowindex": place + 2, "data-place": place },
      ...shownColumns().map((column) => cell(column, row)));
    return node;
  }

  const spacer = (rows) => make("tr", { class: "spacer", "aria-hidden": "true" },
    Object.assign(make("td", { colspan: shownColumns().length }), { style: `height:${rows * ROW_PIXELS}px` }));

  function paint() {
    if (state.printing) return;
    const top = Math.floor(byId("viewport").scrollTop / ROW_PIXELS);
    const inView = Math.ceil(innerHeight / ROW_PIXELS);  // the viewport grows with its rows
    const first = Math.max(0, top - SPARE_ROWS);
    const last = Math.min(state.rows.length, top + inView + SPARE_ROWS);
    if (first === state.first && last === state.last) return;
    paintRows(first, last);
  }

  function paintRows(first, last) {
    const focused = document.activeElement?.closest?.("#body tr")?.dataset.place;
    [state.first, state.last] = [first, last];
    const rows = [];
    if (first > 0) rows.push(spacer(first));
    for (let place = first; place < last; place++) rows.push(tableRow(place));
    if (last < state.rows.length) rows.push(spacer(state.rows.length - last));
    if (!state.rows.length) {
      const text = "No molecule passes these filters.";
      rows.push(make("tr", { class: "empty" }, make("td", { colspan: shownColumns().length }, text)));
    }
    byId("body").replaceChildren(...rows);
    if (focused !== undefined) linkAt(Number(focused))?.focus({ preventScroll: true });
  }

  const linkAt = (place) => byId("body").querySelector(`tr[data-place="${place}"] a.name`);

  function focusRow(place) {
    const viewport = byId("viewport");
    const head = byId("head").offsetHeight;
    const top = place * ROW_PIXELS;
    const room = viewport.clientHeight - head - ROW_PIXELS;
    if (top < viewport.scrollTop) viewport.scrollTop = top;
    else if (top > viewport.scrollTop + room) viewport.scrollTop = top - room;
    paint();
    linkAt(place)?.focus({ preventScroll: true });
  }

  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };

  function onTableKey(event) {
    const row = event.target.closest("tr[data-place]");
    if (!row || !(event.key in STEPS) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const place = Number(row.dataset.place) + STEPS[event.key];
    focusRow(Math.min(Math.max(place, 0), state.rows.length - 1));
  }

  /* The panel of a molecule */

  let opened = -1;

  function definitions(pairs) {
    return make("dl", { class: "facts" }, ...pairs.filter(([, value]) => value !== "" && value !== null)
      .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
  }

  function valuesTable(row) {
    const lines = columns.filter((column) => isNumber(column) && show(column, row) !== "")
      .map((column) => make("tr", { title: column.description }, make("th", { scope: "row" }, column.label),
        make("td", { class: "number" }, exact(column, row), barOf(column, row)), make("td", { class: "unit" }, column.unit)));
    return lines.length ? make("table", { class: "plain values" }, make("tbody", {}, ...lines)) : null;
  }

  function exact(column, row) {
    const value = valueAt(column.name, row);
    const text = show(column, row);
    const lost = value !== 0 && /^[\u22120.]*$/.test(text);
    return lost ? short(value) : text;
  }

  function failureBox(row) {
    const message = data.texts.failure_message[row];
    if (!message) return null;
    const kind = columnOf.has("failure_kind") ? valueAt("failure_kind", row) : null;
    const hint = data.texts.failure_hint[row];
    return make("div", { class: "failure" }, make("h3", {}, [whatFailed(row), kind].filter(Boolean).join(": ")),
      make("p", {}, message), hint ? make("p", { class: "hint" }, `Hint: ${hint}`) : null);
  }

  function whatFailed(row) {
    const property = columnOf.has("failure_property") ? valueAt("failure_property", row) : null;
    return valueAt("status", row) === "partial" && property ? `No ${property}` : "No result";
  }

  function checkLine([place, value]) {
    const [name, status, hard, expected, tolerance, detail] = data.checks[place];
    const said = [];
    if (value !== null) said.push(short(value));
    if (expected !== null) said.push(`expected ${short(expected)}`);
    if (tolerance !== null) said.push(`within ${short(tolerance)}`);
    if (detail) said.push(detail);
    return make("tr", {}, make("td", {}, make("span", { class: `word ${grade(status)}` }, status)),
      make("th", { scope: "row" }, name, hard ? "" : make("small", {}, " soft")), make("td", {}, said.join(", ")));
  }

  function short(value) {
    if (typeof value !== "number") return String(value);
    const small = value !== 0 && Math.abs(value) < 1e-3;
    return minus(small ? value.toExponential().replace(/(\.\d\d)\d+/, "$1") : String(Number(value.toPrecision(6))));
  }

  function part(title, content) {
    return content ? make("section", {}, make("h3", {}, title), content) : null;
  }

  function notesList(row) {
    const notes = data.notes[row];
    return notes.length ? make("ul", {}, ...notes.map((note) => make("li", {}, note))) : null;
  }

  function duplicateLine(row) {
    const twin = data.texts.duplicate_of[row];
    if (!twin) return null;
    const variant = columnOf.has("variant") ? valueAt("variant", row) : null;
    const id = variant ? `${twin}, ${variant}` : twin;
    const known = placeOf.has(id) ? make("a", { href: `#case=${encodeURIComponent(id)}` }, id) : twin;
    return make("p", { class: "duplicate-line" }, "The same structure as ", known, ".");
  }

  function paintPanel(row) {
    const detail = data.details[row];
    const named = (pairs) => (pairs ?? []).map(([name, value]) => [data.names[name], value]);
    const elsewhere = new Set(["candidate", "failure_kind"]);
    const words = columns.filter((column) => !isNumber(column) && !elsewhere.has(column.name))
      .map((column) => [column.label, show(column, row)]);
    const checks = detail?.checks.length
      ? make("table", { class: "plain checks" }, make("tbody", {}, ...detail.checks.map(checkLine))) : null;
    const costs = named(detail?.costs);
    const room = { width: Math.min(460, innerWidth - 60), height: 240, scale: 1.7 };
    const smiles = data.texts.smiles[row];
    byId("panel-title").textContent = data.ids[row];
    const place = state.rows.indexOf(row);
    byId("panel-place").textContent = place < 0 ? "" : `${place + 1} of ${state.rows.length}`;
    byId("previous").disabled = place <= 0;
    byId("next").disabled = place < 0 || place >= state.rows.length - 1;
    byId("panel-content").replaceChildren(...[
      make("div", { class: "stage" }, structure(row, room, `Structure of ${data.ids[row]}`)),
      failureBox(row), duplicateLine(row),
      part("Values", valuesTable(row)),
      part("Facts", definitions([["SMILES", smiles ? make("code", {}, smiles) : null], ...words,
        ["source", data.texts.source[row]], ...named(detail?.facts)])),
      part("Origin of charge and geometry", notesList(row)),
      part("Checks", checks),
      part("Cost", costs.length ? definitions(costs) : null),
    ].filter(Boolean));
  }

  function open(row) {
    opened = row;
    paintPanel(row);
    const panel = byId("panel");
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
    byId("panel-title").focus();
  }

  function step(by) {
    const place = state.rows.indexOf(opened) + by;
    if (place >= 0 && place < state.rows.length) {
      history.replaceState(null, "", address(state.rows[place]));
      open(state.rows[place]);
    }
  }

  function onAddress() {
    const match = /^#case=(.+)$/.exec(location.hash);
    const row = match ? placeOf.get(decoded(match[1])) : undefined;
    if (row !== undefined) open(row);
    else if (byId("panel").open) byId("panel").close();
  }

  function decoded(text) {
    try { return decodeURIComponent(text); } catch { return text; /* a link that somebody cut */ }
  }

  function onPanelClose() {
    if (location.hash.startsWith("#case=")) {
      history.replaceState(null, "", location.pathname + location.search);
    }
    const place = state.rows.indexOf(opened), focused = document.activeElement;
    const elsewhere = focused !== document.body && !byId("viewport").contains(focused);
    if (place >= 0 && !elsewhere) focusRow(place);
  }

  /* Printing: the first rows, all at once */

  function beforePrint() {
    const rows = Math.min(state.rows.length, PRINTED_ROWS);
    const left = state.rows.length - rows;
    byId("print-note").textContent = left
      ? `The first ${rows} of ${state.rows.length.toLocaleString("en-GB")} rows; the others are in the campaign’s export.` : "";
    state.printing = true;
    paintRows(0, rows);
    byId("body").querySelector(".spacer")?.remove();
  }

  function afterPrint() {
    state.printing = false;
    state.first = -1;
    paint();
  }

  async function copyMethods() {
    const button = byId("copy-methods"), text = byId("methods-text").textContent;
    const references = [...document.querySelectorAll(".references li")]
      .map((item, place) => `[${place + 1}] ${item.textContent}`);
    const caveats = [...document.querySelectorAll("#methods > ul li")].map((item) => item.textContent);
    try {
      await navigator.clipboard.writeText([text, ...caveats, ...references].join("\n"));
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(byId("methods-text"));
      button.textContent = "Selected: press Ctrl-C";
    }
  }

  function later(action, milliseconds) {
    let timer = 0;
    return () => { clearTimeout(timer); timer = setTimeout(action, milliseconds); };
  }

  for (const name of ["status", "verdict", "classical_methods"]) chips(name);
  columnChooser();
  byId("range-column").append(...columns.filter(isNumber)
    .map((column) => make("option", { value: column.name }, heading(column))));
  if (columnOf.has("error_mha")) byId("range-column").value = "error_mha";
  byId("find").addEventListener("input", later(() => { state.text = byId("find").value; refresh(); }, 80));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("range-add").addEventListener("click", addRange);
  for (const name of ["range-low", "range-high"]) {
    byId(name).addEventListener("keydown", (event) => { if (event.key === "Enter") addRange(); });
  }
  byId("viewport").addEventListener("scroll", () => requestAnimationFrame(paint), { passive: true });
  addEventListener("resize", () => requestAnimationFrame(paint));
  byId("body").addEventListener("keydown", onTableKey);
  byId("body").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-place]");
    if (row && !event.target.closest("a") && !getSelection().toString()) {
      location.hash = address(state.rows[Number(row.dataset.place)]);
    }
  });
  byId("panel").addEventListener("close", onPanelClose);
  byId("panel").addEventListener("click", (event) => {
    if (event.target === byId("panel")) byId("panel").close();
  });
  byId("panel").addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  byId("close").addEventListener("click", () => byId("panel").close());
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("copy-methods").addEventListener("click", copyMethods);
  addEventListener("hashchange", onAddress);
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", afterPrint);
  paintHead();
  refresh();
  onAddress();
})();
