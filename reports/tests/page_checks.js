// Checks that the browser tests run inside the page; each returns a list of faults, in words.

const visible = (element) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  return box.width > 1 && box.height > 1 && style.visibility === "visible" && style.clipPath === "none";
};

const channels = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return [red, green, blue, alpha];
};

const over = (front, back) => front.slice(0, 3).map((value, at) => value * front[3] + back[at] * (1 - front[3]));

function ground(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const color = channels(getComputedStyle(at).backgroundColor);
    layers.push(color);
    if (color[3] === 1) break;
  }
  return layers.reverse().reduce((back, front) => over(front, back), [255, 255, 255]);
}

const luminance = (color) => {
  const [red, green, blue] = color.slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

function ratio(front, back) {
  const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// contrastFaults: text against its ground, WCAG 1.4.3: 4.5, or 3 for large text.
function contrastFaults(root) {
  const faults = new Map();
  for (const element of root.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !visible(element) || element.closest("option, noscript, script, style")) continue;
    const style = getComputedStyle(element);
    const back = ground(element);
    const found = ratio(over(channels(style.color), back), back);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (found < (large ? 3 : 4.5)) {
      faults.set(`${element.tagName}.${element.className}`, `${element.tagName}.${element.className}: ${found.toFixed(2)} "${element.textContent.slice(0, 30)}"`);
    }
  }
  return [...faults.values()];
}

// tableFaults: every table has a caption or a label, and every data cell a row and a column header.
function tableFaults(root) {
  const faults = [];
  for (const table of root.querySelectorAll("table")) {
    if (!table.caption?.textContent.trim() && !table.closest("[aria-labelledby], [aria-label]")) {
      faults.push(`table without a name: ${table.className}`);
    }
    for (const row of table.querySelectorAll("tbody tr")) {
      if (row.cells.length && !row.querySelector("th[scope]") && !table.matches(".ladder")) {
        faults.push(`row without a header in ${table.className}: ${row.textContent.slice(0, 40)}`);
      }
    }
    for (const header of table.querySelectorAll("th")) {
      if (!header.scope) faults.push(`header without a scope: ${header.textContent}`);
    }
  }
  return faults;
}

// headingFaults: no level is left out on the way down.
function headingFaults(root) {
  let last = 0;
  const faults = [];
  for (const heading of root.querySelectorAll("h1, h2, h3, h4")) {
    const level = Number(heading.tagName[1]);
    if (last && level > last + 1) faults.push(`h${last} is followed by h${level}: ${heading.textContent}`);
    last = level;
  }
  return faults;
}

// focusFault: what holds the focus has to show it.
function focusFault() {
  const element = document.activeElement;
  if (element === document.body) return null;
  const style = getComputedStyle(element);
  const shows = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return shows || element.matches("h2") ? null : `focus not visible: ${element.outerHTML.slice(0, 80)}`;
}
