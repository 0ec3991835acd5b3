// elements: makes and finds DOM nodes. Text is always set as text: results are not trusted.

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

// make("td", {class: "value", onclick: f}, child, "text", …): null and false children are left out.
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== false));
  return element;
}

// linked: text with its https addresses as links.
function linked(text) {
  return text.split(/(https:\/\/[^\s<>"]*[^\s<>".,;)])/).map((part, number) =>
    number % 2 ? make("a", { href: part, rel: "noopener noreferrer" }, part) : part);
}

const hidden = (text) => make("span", { class: "vh" }, text);
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

// section: a titled part of a view, or null when it would be empty.
function section(title, ...children) {
  const kept = children.flat().filter(Boolean);
  return kept.length ? make("section", {}, make("h3", {}, title), ...kept) : null;
}

// wide: a table that scrolls by itself, and can be reached and scrolled by keyboard.
function wide(label, table) {
  return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label }, table);
}

function table(label, columns, rows, kind = "") {
  return wide(label, make("table", { class: kind }, make("caption", { class: "vh" }, label),
    make("thead", {}, make("tr", {}, columns.map((column) => make("th", { scope: "col" }, column)))),
    make("tbody", {}, rows)));
}
