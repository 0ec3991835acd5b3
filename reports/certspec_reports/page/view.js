// view: what stands behind a cell: a statement in one library, or one run of a case.

const view = find("#view");
const close = () => make("button", { type: "button", class: "plain", "data-close": true }, "Close ", make("kbd", { "aria-hidden": "true" }, "Esc"));

function head(title, under, ...buttons) {
  return make("div", { class: "head" },
    make("div", {}, make("h2", { id: "view-title", tabindex: "-1" }, title), make("div", { class: "id" }, under)), ...buttons, close());
}

function words(names) {
  return make("ul", { class: "words" }, names.map((name) => {
    const { text = "", source = "" } = statements.get(name) ?? {};
    return make("li", {}, make("code", {}, name), ` ${text} `, make("span", { class: "quiet small" }, source));
  }));
}

// runButton: leads to one run. One button of a grid, the current or the first, is reached by Tab.
function runButton(item, protocol, library, current) {
  const letter = letterOf(item, protocol, library);
  if (letter === ".") return make("td", { class: "quiet small" }, "not run");
  return make("td", {}, make("button", { type: "button", class: `v v-${letter}`, tabindex: "-1",
    "aria-current": current ? "true" : null, "data-c": item.number, "data-p": protocol, "data-l": library },
  verdictOf[letter].name));
}

function grid(label, columns, rows) {
  const made = table(label, columns, rows, "grid");
  roveInto(find("[aria-current]", made) ?? find("button", made));
  return made;
}

// runGrid: one case, libraries down, protocols across.
function runGrid(item, protocol, library) {
  const rows = index.libraries.map((name, number) => make("tr", {}, make("th", { scope: "row" }, name),
    item.protocols.map((row) => runButton(item, row.protocol, number, row.protocol === protocol && number === library))));
  return grid(`Verdicts of ${item.id}`, ["library", ...item.protocols.map((row) => row.protocol)], rows);
}

// casesGrid: one library, cases down, protocols across.
function casesGrid(items, library) {
  const protocols = [...new Set(items.flatMap((item) => item.protocols.map((row) => row.protocol)))];
  const rows = items.map((item) => make("tr", {},
    make("th", { scope: "row" }, item.title || item.id, make("div", { class: "id" }, item.id)),
    protocols.map((protocol) => runButton(item, protocol, library, false))));
  return grid(`Verdicts in ${index.libraries[library]}`, ["case", ...protocols], rows);
}

const valueCell = (content, kind = "") => make("td", { class: kind }, content === undefined
  ? make("span", { class: "same" }, "–") : make("span", { class: "value" }, shown(content)));
const pathHeader = (path) => make("th", { scope: "row" }, make("span", { class: "path" }, path));
const unlike = (one, other) => one !== undefined && other !== undefined && shown(one) !== shown(other);

// gave: what a run gave at path. A documented run that holds gave what was wanted of the others.
function gave(run, path, wanted) {
  if (run.got && path in run.got) return run.got[path];
  return run.holds ? wanted[path] : undefined;
}

// valuesTables: what this run gave and what was wanted; then what every library gave, if it matters.
function valuesTables(item, all, library) {
  const runs = all.filter(Boolean);
  const wanted = Object.assign({}, ...runs.map((run) => run.want), all[library].want);
  const paths = [...new Set(runs.flatMap((run) => [...Object.keys(run.got ?? {}), ...Object.keys(run.want ?? {})]))].sort();
  const own = paths.filter((path) => gave(all[library], path, wanted) !== undefined);
  const want = item.tier === "observed" ? all[library].want ?? {} : wanted;
  const asked = Object.keys(want).length > 0;
  const mine = own.map((path) => {
    const value = gave(all[library], path, wanted);
    return make("tr", {}, pathHeader(path), valueCell(value, unlike(value, want[path]) ? "wrong" : ""),
      asked && valueCell(want[path]));
  });
  const others = [...all.keys()].filter((number) => all[number]);
  const everywhere = others.map((number) => make("tr", { class: number === library ? "mine" : null },
    make("th", { scope: "row" }, index.libraries[number]), paths.map((path) => {
      const value = gave(all[number], path, wanted);
      return valueCell(value, unlike(value, gave(all[library], path, wanted)) ? "other" : "");
    })));
  const columns = ["name", "got", ...(asked ? [item.tier === "observed" ? "pinned" : "want"] : [])];
  return [
    mine.length ? table("What was got and what was wanted", columns, mine) : null,
    paths.length && others.length > 1 ? make("details", { open: item.protocols.some((row) => row.apart) },
      make("summary", {}, "In every library"), table("What every library gave", ["library", ...paths], everywhere)) : null,
  ];
}

// stepsTable: names down, steps across; a value that a step did not change is pale.
function stepsTable(steps, end) {
  const columns = end ? [...steps, end] : steps;
  const names = [...new Set(columns.flatMap((step) => Object.keys(step ?? {})))];
  if (!names.length) return null;
  const rows = names.map((name) => make("tr", {}, pathHeader(name),
    columns.map((step, number) => {
      const content = step?.[name];
      const same = number > 0 && shown(content) === shown(columns[number - 1]?.[name]);
      return make("td", { class: same ? "same" : "" }, content === undefined ? "–" : make("span", { class: "value" }, shown(content)));
    })));
  return table("What could be seen after each step", ["name", ...steps.map((_, number) => `step ${number}`), ...(end ? ["end"] : [])], rows);
}

function callsTable(label, calls) {
  if (!calls?.length) return null;
  const names = [...new Set(calls.flatMap((call) => Object.keys(call)))];
  const rows = names.map((name) => make("tr", {}, pathHeader(name),
    calls.map((call) => valueCell(call[name]))));
  return table(label, ["name", ...calls.map((_, number) => `call ${number}`)], rows);
}

function serverTable(seen, number, all) {
  const rows = Object.entries(seen ?? {}).map(([name, content]) => make("tr", {},
    pathHeader(name), valueCell(content)));
  const title = all > 1 ? `What the server saw: connection ${number}` : "What the server saw";
  return rows.length ? make("details", {}, make("summary", {}, title), table(title, ["name", "value"], rows)) : null;
}

function command(text) {
  const status = make("span", { role: "status", class: "small quiet" });
  const code = make("pre", { tabindex: "0", "aria-label": "command" }, text);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    status.textContent = "copied";
  };
  return make("div", { class: "command" }, code, make("button", { type: "button", class: "plain", onclick: copy }, "Copy"), status);
}

function observed(run) {
  const { steps, callback, cert_cb: certCb, end, server, ladder: entries } = run;
  if (!steps.length && !end && !entries.length && !server.length) {
    return [make("p", { class: "quiet" }, "No observation is recorded: a baseline has none, nor has a run that never began.")];
  }
  return [
    section("Messages", entries.length ? ladder(entries) : null),
    section("Calls of client_cert_cb", callsTable("Calls of client_cert_cb", callback)),
    section("Calls of cert_cb", callsTable("Calls of cert_cb", certCb)),
    section("Steps of the client", stepsTable(steps, end)),
    section("Written to standard error", run.stderr ? make("pre", { class: "output", tabindex: "0" }, run.stderr) : null),
    section("Server", server.map((seen, number) => serverTable(seen, number, server.length))),
  ];
}

async function caseView(item, protocol, library) {
  const all = (await runsOf(item))[protocol];
  all.forEach((run, number) => { if (run) run.holds = "px".includes(letterOf(item, protocol, number)); });
  const run = all[library];
  const letter = letterOf(item, protocol, library);
  const step = (by, text, key) => make("button", { type: "button", class: "plain", onclick: () => openNeighbour(by) }, text, " ", make("kbd", { "aria-hidden": "true" }, key));
  const pinned = item.tier === "observed" ? "What was seen" : "Got and want";
  return [
    head(item.title || item.id, `${item.id} · rev ${run?.rev ?? "–"} · ${item.tier}`, step(-1, "Previous", "p"), step(1, "Next", "n")),
    make("div", { class: "body" },
      item.names.length ? words(item.names) : null,
      section("Runs", runGrid(item, protocol, library)),
      section(`${index.libraries[library]}, ${protocol}`, make("p", {}, verdictTag(letter), " ",
        make("span", { class: "quiet" }, letter === "." ? "" : verdictOf[letter].about)),
      run?.reason ? make("p", { class: "reason" }, linked(run.reason)) : null),
      run ? section(pinned, valuesTables(item, all, library)) : null,
      run?.reproduce ? section("Run it again", command(run.reproduce)) : null,
      run ? observed(run) : null),
  ];
}

function statementView(statement, library) {
  const items = blocks.find((block) => block.statement === statement).rows.map(({ item }) => item);
  const where = library === null ? "" : ` · ${index.libraries[library]}`;
  const parts = library !== null && items.length ? section("Cases", casesGrid(items, library))
    : items.map((item) => section(item.title || item.id, make("div", { class: "id" }, item.id), runGrid(item, "", -1)));
  return [head(`${statement.id}${where}`, statement.source),
    make("div", { class: "body" }, make("p", {}, statement.text),
      items.length ? parts : make("p", { class: "quiet" }, "No documented case checks it."))];
}
