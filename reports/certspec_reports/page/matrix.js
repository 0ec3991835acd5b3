// matrix: the table. Filters its rows, folds cases beneath statements, moves by keys.

const matrixTable = find("#table");
const unfolded = new Set();

// blocks: a statement's row with the rows of its cases; an observed case stands alone.
const blocks = [];
for (const row of findAll("tbody > tr", matrixTable)) {
  if (row.dataset.s) blocks.push({ row, statement: statements.get(row.dataset.s), rows: [] });
  else if (row.classList.contains("o")) blocks.push({ row, item: cases[row.dataset.c] });
  else if (row.dataset.c) blocks.at(-1).rows.push({ row, item: cases[row.dataset.c] });
}

// filterMatrix shows what the query asks for; of the statements without a run only if all is wanted.
function filterMatrix(text, all) {
  const terms = parse(text);
  const runWanted = cases.map((item) => matchesCase(terms, item));
  const caseShown = cases.map((item) => runWanted[item.number] && inTopic(terms, item.topic)
    && hasWords(terms, ...wordsOfCase(item)));
  const seen = new Set();
  let statementsShown = 0;
  let numStatements = 0;

  for (const block of blocks) {
    if (block.item) {
      const on = caseShown[block.item.number];
      block.row.classList.toggle("off", !on);
      if (on) seen.add(block.item.number);
      continue;
    }
    const { statement } = block;
    const out = !all && block.row.classList.contains("w");
    if (!out) numStatements++;
    const named = hasWords(terms, ...wordsOfStatement(statement));
    let some = 0;
    for (const { row, item } of block.rows) {
      const on = runWanted[item.number] && inTopic(terms, item.topic, statement.topic)
        && (named || hasWords(terms, ...wordsOfCase(item), ...wordsOfStatement(statement)));
      row.classList.toggle("off", !on);
      if (on) { some++; seen.add(item.number); }
    }
    const alone = !block.rows.length && !out && named && inTopic(terms, statement.topic) && !asksForRuns(terms);
    block.row.classList.toggle("off", !some && !alone);
    if (some || alone) statementsShown++;
  }

  for (const body of matrixTable.tBodies) {
    body.classList.toggle("off", !find("tr[data-s]:not(.off), tr.o:not(.off)", body));
  }
  isShown = caseShown;
  filterLists();
  // Few cases asked for: they are what is looked for, so they are unfolded.
  const asked = terms.length && seen.size <= 150;
  for (const block of blocks) if (block.statement) fold(block, asked || unfolded.has(block.statement.id));
  find("#nothing").hidden = seen.size + statementsShown > 0;
  find("#shown").textContent = terms.length
    ? `${seen.size} of ${cases.length} cases, ${statementsShown} of ${numStatements} statements`
    : `${cases.length} cases, ${numStatements} statements`;
  for (const option of findAll("option.w")) option.hidden = !all;
  roveInto(find("tr:not(.off) td button", matrixTable));
}

// filterLists does the same to the lists above the matrix: what the last filter said of each case.
let isShown = [];
function filterLists() {
  for (const item of findAll("li[data-c]")) item.classList.toggle("off", !isShown[item.dataset.c]);
  for (const topic of findAll("details.topic")) {
    topic.classList.toggle("off", !find("li:not(.off), .packed", topic));
  }
  for (const part of findAll(".part")) part.classList.toggle("off", !find(".topic:not(.off)", part));
}

function fold(block, on) {
  for (const { row } of block.rows) row.classList.toggle("on", !!on);
  find(".fold", block.row)?.setAttribute("aria-expanded", String(!!on));
}

function toggleFold(button) {
  const block = blocks.find(({ row }) => row === button.closest("tr"));
  const on = button.getAttribute("aria-expanded") !== "true";
  unfolded[on ? "add" : "delete"](block.statement.id);
  fold(block, on);
}

function unfoldAll(button) {
  const on = button.textContent === "Unfold all";
  for (const block of blocks) {
    if (!block.statement) continue;
    unfolded[on ? "add" : "delete"](block.statement.id);
    fold(block, on);
  }
  button.textContent = on ? "Fold all" : "Unfold all";
}

// shownCases: the cases that the filter leaves, in the order of the page.
function shownCases() {
  const numbers = new Set();
  for (const block of blocks) {
    for (const { row, item } of block.item ? [block] : block.rows) {
      if (!row.classList.contains("off")) numbers.add(item.number);
    }
  }
  return [...numbers].map((number) => cases[number]);
}

// roveInto makes button the one of its table that the tab key reaches.
function roveInto(button) {
  if (!button) return;
  const inside = button.closest("table");
  for (const other of findAll('td button[tabindex="0"]', inside)) other.tabIndex = -1;
  button.tabIndex = 0;
}

const MOVES = { ArrowUp: [-1, 0], k: [-1, 0], ArrowDown: [1, 0], j: [1, 0],
  ArrowLeft: [0, -1], h: [0, -1], ArrowRight: [0, 1], l: [0, 1] };

// moveIn moves the focus by one cell, over rows that are not shown. False: not its key.
function moveIn(key, grid) {
  const move = MOVES[key];
  if (!move) return false;
  const at = document.activeElement.closest("td, th[scope=row]");
  if (!at || !grid.contains(at)) {
    const first = find('td button[tabindex="0"]', grid) ?? find("td button", grid);
    if (first) { roveInto(first); first.focus(); }
    return !!first;
  }
  let row = at.parentNode;
  let column = at.cellIndex + move[1];
  if (move[0]) {
    const all = findAll("tbody tr", grid).filter((other) => other.offsetParent !== null && find("td", other));
    row = all[all.indexOf(row) + move[0]];
    column = at.cellIndex;
  }
  const target = row && row.cells[column] && find("button", row.cells[column]);
  if (!target) return true;
  if (target.closest("td")) roveInto(target);
  target.focus();
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}
