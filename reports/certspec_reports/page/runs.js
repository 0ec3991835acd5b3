// runs: what the results say. The verdicts are there at once; the rest is unpacked by topic.

const index = JSON.parse(find("#index").textContent);
const verdictOf = Object.fromEntries(index.verdicts.map(
  ([letter, name, symbol, about, bad]) => [letter, { letter, name, symbol, about, bad }]));
const statements = new Map(index.statements.map(
  ([id, topic, text, source]) => [id, { id, topic, text, source }]));
const headOf = [];
for (const row of findAll("#table tr[data-c]")) headOf[row.dataset.c] ??= row.cells[0];
const cases = index.cases.map(([tier, names, topic, protocols], number) => ({
  number, id: find(".id", headOf[number]).textContent, title: headOf[number].firstChild.data,
  tier, names, topic: index.topics[topic], chunk: topic,
  protocols: protocols.map(([protocol, letters, groups]) => ({ protocol, letters, groups, apart: !!groups })),
}));
const caseById = new Map(cases.map((item) => [item.id, item]));
const chunks = new Map();

const RUN = ["reason", "reproduce", "got", "want", "steps", "callback", "cert_cb", "end", "server", "ladder", "stderr"];

// inflate resolves to the text of what packing.py has packed.
async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

// runsOf resolves to {protocol: [run or null, one a library]}, the runs of one case.
async function runsOf(item) {
  if (!chunks.has(item.chunk)) {
    chunks.set(item.chunk, inflate(find(`#chunk-${item.chunk}`).textContent).then(JSON.parse));
  }
  const { runs, values } = await chunks.get(item.chunk);
  const unpack = (packed) => {
    const run = Object.fromEntries(RUN.map((name, place) => [name, values[packed[place]]]));
    run.steps = run.steps.map((place) => values[place]);
    [run.times, run.rev] = packed.slice(RUN.length);
    let now = 0;
    run.ladder = run.ladder.map((entry, place) => ({
      t: (now += run.times[place]) / index.steps,
      place,
      ...Object.fromEntries(index.ladder.map((key, at) => [key, entry[at]])),
    }));
    return run;
  };
  return Object.fromEntries(Object.entries(runs[item.id]).map(
    ([protocol, row]) => [protocol, row.map((packed) => packed && unpack(packed))]));
}

const letterOf = (item, protocol, library) =>
  item.protocols.find((row) => row.protocol === protocol)?.letters[library] ?? ".";

const verdictTag = (letter) => letter === "."
  ? make("span", { class: "quiet" }, "not run")
  : make("span", { class: `v tag v-${letter}` }, verdictOf[letter].name);
