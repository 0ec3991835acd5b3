// start: the address says what is shown. #q=FILTER&case=ID&protocol=P&library=L or &statement=ID,
// and &show=all for the statements without a run.

const query = find("#query");
const picks = findAll("select[data-key]");
const different = find("#pick-different");
const showAll = find("#show-all");

const state = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

function go(changes, replace = false) {
  const next = Object.fromEntries(Object.entries({ ...state(), ...changes }).filter(([, value]) => value));
  const hash = `#${new URLSearchParams(next)}`;
  if (hash === (location.hash || "#")) return;
  history[replace ? "replaceState" : "pushState"](null, "", hash);
  show();
}

const openCase = (item, protocol, library) =>
  go({ case: item.id, protocol, library: index.libraries[library], statement: "" }, view.open && !!state().case);
const closeView = () => go({ case: "", protocol: "", library: "", statement: "" });

function openNeighbour(by) {
  const shownNow = shownCases();
  const at = shownNow.findIndex((item) => item.id === state().case);
  const item = shownNow[at + by];
  if (item) openCase(item, ...worstRun(item, index.libraries.indexOf(state().library)));
}

// worstRun: [protocol, library] to begin with: what is bad or unlike the rest, in that library if any.
function worstRun(item, library = -1) {
  const weigh = (row, number) => {
    const verdict = verdictOf[row.letters[number]];
    return verdict ? 1 + 4 * verdict.bad + 2 * "kcw".includes(verdict.letter) + 2 * row.apart - (verdict.letter === "u") : -1;
  };
  const numbers = library >= 0 ? [library] : [...index.libraries.keys()];
  const all = item.protocols.flatMap((row) => numbers.map((number) => [row.protocol, number, weigh(row, number)]));
  return all.reduce((best, other) => (other[2] > best[2] ? other : best)).slice(0, 2);
}

let showing = "";
async function show() {
  const now = state();
  if (query.value !== (now.q ?? "")) query.value = now.q ?? "";
  const all = now.show === "all";
  if (showing !== `${all} ${now.q ?? ""}`) {
    showing = `${all} ${now.q ?? ""}`;
    filterMatrix(now.q ?? "", all);
  }
  if (showAll) showAll.checked = all;
  for (const link of findAll(".upgrades a")) {
    const asked = new URLSearchParams(link.hash.slice(1)).get("q") ?? "";
    link.setAttribute("aria-current", String(asked === (now.q ?? "")));
  }
  const terms = parse(now.q ?? "");
  for (const pick of picks) {
    const term = terms.find((other) => other.key === pick.dataset.key && !other.not && other.values.length === 1);
    pick.value = [...pick.options].find((option) => option.value.toLowerCase() === term?.values[0])?.value ?? "";
  }
  if (different) different.checked = terms.some((term) => term.key === "is" && term.values.includes("different") && !term.not);
  await showView(now);
}

async function showView(now) {
  const item = caseById.get(now.case);
  const statement = statements.get(now.statement);
  if (!item && !statement) {
    if (view.open) view.close();
    return;
  }
  const library = index.libraries.indexOf(now.library);
  let content;
  try {
    if (item) {
      const row = item.protocols.find((other) => other.protocol === now.protocol);
      const at = row && library >= 0 ? [row.protocol, library] : worstRun(item, library);
      content = await caseView(item, ...at);
    } else {
      content = statementView(statement, library < 0 ? null : library);
    }
  } catch (error) {
    content = [head(now.case ?? now.statement, ""), make("p", { class: "body" }, `This browser cannot unpack the details: ${error}`)];
  }
  const focused = view.contains(document.activeElement) && document.activeElement.dataset.p;
  view.replaceChildren(...content);
  if (!view.open) view.showModal();
  view.scrollTop = 0;
  (focused ? find("[aria-current]", view) ?? find("h2", view) : find("h2", view)).focus();
}

view.addEventListener("close", () => {
  view.replaceChildren();
  if (state().case || state().statement) closeView();
});
view.addEventListener("click", (event) => {
  if (event.target === view && event.offsetX < 0) closeView();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("close" in button.dataset) return button.closest("dialog").close();
  if (button.classList.contains("fold")) return toggleFold(button);
  if (button.dataset.c) {
    const item = cases[button.dataset.c];
    const library = button.dataset.l ? Number(button.dataset.l) : -1;
    const [protocol, at] = button.dataset.p && library >= 0 ? [button.dataset.p, library] : worstRun(item, library);
    return openCase(item, button.dataset.p ?? protocol, at);
  }
  const cell = button.closest("#table td");
  if (!cell) return;
  roveInto(button);
  const library = cell.cellIndex - 1;
  const row = cell.parentNode;
  if (row.dataset.c) openCase(cases[row.dataset.c], ...worstRun(cases[row.dataset.c], library));
  else go({ statement: row.dataset.s, library: index.libraries[library], case: "", protocol: "" });
});

let typing = 0;
query.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => go({ q: query.value.trim() }, true), 120);
});
query.form.addEventListener("submit", (event) => event.preventDefault());
for (const pick of picks) {
  pick.addEventListener("change", () => go({ q: withTerm(query.value, pick.dataset.key, pick.value) }));
}
different?.addEventListener("change", () => go({ q: withTerm(query.value, "is", different.checked ? "different" : "") }));
showAll?.addEventListener("change", () => go({ show: showAll.checked ? "all" : "" }));
find("#clear").addEventListener("click", () => go({ q: "" }));
find("#unfold").addEventListener("click", (event) => unfoldAll(event.target));
find("#ask-help").addEventListener("click", () => find("#help").showModal());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = event.target.matches("input, select, textarea");
  if (event.target === query && event.key === "Escape") {
    if (query.value) go({ q: "" }); else query.blur();
    return event.preventDefault();
  }
  if (inField || find("#help").open) return;
  if (event.key.length === 1 && !find("#keys").checked) return;
  const moves = event.key.length === 1 || event.target.closest("#table, .grid");
  const grid = view.open ? find(".grid", view) : matrixTable;
  if (view.open && event.target.closest(".wide:not(:has(.grid))")) return;
  if (moves && grid && moveIn(event.key, view.open ? event.target.closest(".grid") ?? grid : grid)) return event.preventDefault();
  if (view.open && state().case && "np".includes(event.key)) openNeighbour(event.key === "n" ? 1 : -1);
  else if (event.key === "/" && !view.open) query.focus();
  else if (event.key === "?") find("#help").showModal();
  else return;
  event.preventDefault();
});

addEventListener("hashchange", show);
addEventListener("popstate", show);
show();
document.documentElement.dataset.ready = String(Math.round(performance.now()));
