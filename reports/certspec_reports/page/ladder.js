// ladder: the messages of both ends side by side, each at the place its own end gives it.

// pairUp joins what one end sent with what the other received of it: the nth of a name with the nth.
function pairUp(entries) {
  const waiting = new Map();
  for (const entry of entries) {
    if (entry.direction !== "sent" && entry.direction !== "received") continue;
    if (entry.kind !== "message" && entry.kind !== "alert") continue;
    const from = (entry.direction === "sent") === (entry.side === "client") ? "client" : "server";
    const key = `${from} ${entry.kind} ${entry.name}`;
    const line = waiting.get(key) ?? { sent: [], received: [] };
    waiting.set(key, line);
    line[entry.direction].push(entry);
  }
  for (const { sent, received } of waiting.values()) {
    sent.forEach((entry, number) => {
      if (!received[number]) return;
      entry.partner = received[number];
      received[number].partner = entry;
    });
  }
}

// ladderRows gives [{client, server}]: one or both of the ends. No end's own order is changed.
function ladderRows(entries) {
  pairUp(entries);
  const ends = { client: [], server: [] };
  for (const entry of entries) ends[entry.side === "server" ? "server" : "client"].push(entry);
  const out = [];
  while (ends.client.length || ends.server.length) {
    const [client, server] = [ends.client[0], ends.server[0]];
    if (client && server && client.partner === server) {
      out.push({ client: ends.client.shift(), server: ends.server.shift() });
    } else {
      // One that waits for its partner lets the other end's entries by; of two that wait for
      // each other, the earlier stands alone.
      const free = (entry) => entry && !entry.partner;
      const pick = free(client) && free(server) ? (client.place < server.place ? "client" : "server")
        : free(client) ? "client" : free(server) ? "server"
          : !server || (client && client.place < server.place) ? "client" : "server";
      const alone = ends[pick].shift();
      if (alone.partner) {
        alone.crossed = alone.partner.crossed = true;
        alone.partner.partner = null;
      }
      out.push({ [pick]: alone });
    }
  }
  return out;
}

function ladderEntry(entry) {
  if (!entry) return [];
  const { kind, name = "", length, detail } = entry;
  if (kind === "call") return [make("span", { class: "name" }, `${name}(${detail ?? ""})`)];
  const words = { return: " returns", alert: " alert" }[kind];
  return [make("span", { class: "name" }, name), words ? make("span", { class: "detail" }, words) : null,
    length >= 0 && length !== null ? make("span", { class: "quiet small" }, ` ${length} bytes`) : null,
    detail ? make("span", { class: "detail" }, ` ${detail}`) : null];
}

function ladderArrow({ client, server }) {
  const entry = client ?? server;
  if (!entry.direction || !["message", "alert"].includes(entry.kind)) return [];
  const right = (entry.direction === "sent") === (entry.side !== "server");
  const kind = client && server ? "" : entry.crossed ? "crossed" : "lost";
  const words = {
    "": "", crossed: ", crosses what the other end sends", lost: `, seen by the ${entry.side} only`,
  }[kind];
  return [make("i", { class: `${right ? "right" : "left"} ${kind} at-${entry.side}` }),
    hidden(`${right ? "to the server" : "to the client"}${words}`)];
}

function ladder(entries) {
  const milliseconds = (entry) => (entry ? entry.t.toFixed(entry.t < 100 ? 1 : 0) : "");
  const rows = ladderRows(entries).map((pair) => {
    const kind = `kind-${(pair.client ?? pair.server).kind}`;
    return make("tr", { class: kind },
      make("td", { class: "t" }, milliseconds(pair.client)),
      make("td", { class: "client" }, ladderEntry(pair.client)),
      make("td", { class: "arrow" }, ladderArrow(pair)),
      make("td", {}, ladderEntry(pair.server)),
      make("td", { class: "t" }, milliseconds(pair.server)));
  });
  return table("Messages and calls of both ends", ["ms", "client (the library under test)", "", "server (scripted)", "ms"], rows, "ladder");
}
