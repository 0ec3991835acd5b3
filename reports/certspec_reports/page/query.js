// query: the language of the filter. parse gives a test for cases; README.md lists the words.

const KEYS = ["verdict", "protocol", "topic", "lib", "between", "is"];

function parse(text) {
  const terms = [];
  for (const [, minus, key, quoted, plain] of
    text.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/gi)) {
    const value = (quoted ?? plain).toLowerCase();
    if (key && !KEYS.includes(key.toLowerCase())) {
      terms.push({ not: !!minus, key: "text", values: [`${key}:${value}`.toLowerCase()] });
    } else {
      const values = key ? value.split(",").filter(Boolean) : [value];
      terms.push({ not: !!minus, key: key ? key.toLowerCase() : "text", values });
    }
  }
  return terms;
}

// matching joins the terms of one key: any of them must hold (words: all), none of those with "-".
function holds(terms, key, test) {
  const wanted = terms.filter((term) => term.key === key && !term.not);
  const unwanted = terms.filter((term) => term.key === key && term.not);
  const any = (term) => term.values.some(test);
  const joined = key === "text" || key === "is" ? wanted.every(any) : !wanted.length || wanted.some(any);
  return joined && !unwanted.some(any);
}

// isApart: whether the run differs between the two libraries of "3.6..4.0", of which library is one.
function isApart(row, library, value) {
  const [one, other] = value.split("..");
  const mine = row.groups[library];
  const named = (name, number) => index.libraries[number].toLowerCase().includes(name);
  const differsFrom = (name) => [...row.groups].some(
    (group, number) => group !== "." && group !== mine && named(name, number));
  return !!one && !!other && !!mine && mine !== "."
    && (named(one, library) && differsFrom(other) || named(other, library) && differsFrom(one));
}

function matchesRun(terms, item, row, library) {
  const verdict = verdictOf[row.letters[library]];
  return !!verdict
    && holds(terms, "verdict", (value) => verdict.name === value)
    && holds(terms, "protocol", (value) => row.protocol.toLowerCase() === value)
    && holds(terms, "lib", (value) => index.libraries[library].toLowerCase().includes(value))
    && holds(terms, "between", (value) => isApart(row, library, value))
    && holds(terms, "is", (value) => ({
      different: row.apart, failing: verdict.bad, observed: item.tier === "observed",
      documented: item.tier === "documented", unsupported: verdict.letter === "u",
    })[value] ?? false);
}

const asksForRuns = (terms) => terms.some((term) => ["verdict", "protocol", "lib", "between", "is"].includes(term.key));

// matchesCase: whether some run of the case is asked for, whatever its topic and words.
function matchesCase(terms, item) {
  return item.protocols.some((row) =>
    index.libraries.some((_, library) => matchesRun(terms, item, row, library)));
}

const inTopic = (terms, ...topics) =>
  holds(terms, "topic", (value) => topics.some((topic) => topic.toLowerCase() === value));

function hasWords(terms, ...texts) {
  const text = texts.join(" ").toLowerCase();
  return holds(terms, "text", (word) => text.includes(word));
}

const wordsOfCase = (item) => [item.id, item.title, ...item.names];
const wordsOfStatement = (statement) => [statement.id, statement.text, statement.source];

// withTerm: the query with its terms of that key replaced by key:value (by nothing, for "").
function withTerm(text, key, value) {
  const kept = text.replace(new RegExp(`(^|\\s)${key}:("[^"]*"|\\S*)`, "gi"), " ").trim();
  return [value && `${key}:${value}`, kept].filter(Boolean).join(" ");
}
