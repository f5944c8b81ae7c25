//# allFunctionsCalledOnLoad
// Pure: what this device has done since its pack was made, so that it judges by it as the server would.
//
// {passes: Map serial -> {at, gate}, offs: Map serial -> {at} of whom has stepped off since, said: Map serial ->
// {facts, tests, seen}, newcomers: Map serial -> legs, elsewhere: Map serial -> {phone, gate, at} of whom other phones let
// aboard, as they told it themselves}. A new
// pack knows all that the server has; what it has not got yet is remembered over it, by `remember` again for each scan.
// Judging takes also what was said as plain facts, and does without the newcomers: a leg is counted for each.

const NOTHING = { facts: {}, tests: [], seen: [] };

export function newMemory() {
  return { passes: new Map(), offs: new Map(), said: new Map(), newcomers: new Map(), elsewhere: new Map() };
}

/** Let `memory` hold what was judged: `showing` as it was given to `judgeHere`, `judged` as it was answered. */
export function remember(memory, { pack, tickets }, showing, judged) {
  const { serial, now, out = false } = showing;
  if (judged.heard) memory.said.set(serial, heardOf(memory, serial, showing));
  if (judged.verdict !== "pass" || isKnownTo(tickets.get(serial), now)) return;
  if (out) {
    if (judged.reason === "alighted") return;
    memory.passes.delete(serial);
    memory.offs.set(serial, { at: isoOf(now) });
    return;
  }
  memory.offs.delete(serial);
  if (memory.passes.has(serial)) return;
  memory.passes.set(serial, { at: isoOf(now), gate: pack.gate });
  if (judged.certainty === "provisional") memory.newcomers.set(serial, judged.legs ?? 1);
}

/** Whether the pack tells of the ticket what was as late as that at the ship's side, or later. */
function isKnownTo(ticket, now) {
  const { aboard = false, ashore = null, fault = null } = ticket ?? {};
  const at = ashore?.at ?? (aboard && fault?.reason === "already_used" ? fault.details.at : null);
  return at !== null && Date.parse(at) > now;
}

/** Since when the passenger of this ticket is ashore who had been aboard here: {at}, else null. */
export function ashoreOf({ pack }, memory, { serial, ashore = null }) {
  if (pack.stage === "gangway" && memory.passes.has(serial)) return null;
  return memory.offs?.get(serial) ?? ashore;
}

/** Whether the passenger of this ticket is aboard, by the pack, by what this device has seen since, and by other phones. */
export function isAboard(memory, { serial, aboard = false, ashore = null }) {
  return (aboard || memory.passes.has(serial) || isElsewhere(memory, serial, ashore)) && !memory.offs?.has(serial);
}

// Of whom the pack knows to be ashore, what another phone told was before that.
function isElsewhere(memory, serial, ashore = null) {
  return Boolean(memory.elsewhere?.has(serial) && !ashore && !memory.offs?.has(serial));
}

export function passOf(memory, serial) {
  return memory.passes.get(serial) ?? null;
}

/** That this ticket, shown at the ship's side, was used: here, or at another phone that has told so; null where not. */
export function useOf({ pack }, memory, { serial, ashore = null }) {
  if (pack.stage !== "gangway") return null;
  const pass = passOf(memory, serial);
  if (pass) return { verdict: "refuse", reason: "already_used", details: pass };
  return isElsewhere(memory, serial, ashore)
    ? { verdict: "refuse", reason: "used_elsewhere", details: memory.elsewhere.get(serial) } : null;
}

/** Everything that this device's officer has said of a ticket, with what is being said now. */
export function heardOf(memory, serial, { said = {}, seen = [] } = {}) {
  const kept = memory.said.get(serial) ?? NOTHING;
  return hear(kept.facts ? kept : hear(NOTHING, { said: kept, seen: [] }), { said, seen });
}

function hear(before, { said, seen }) {
  const { documents, ...facts } = said;
  const tests = Array.isArray(documents) ? documents.filter((test) => !before.tests.some((one) => same(one, test))) : [];
  // Of papers a statement says only that none were shown; those that were are kept one by one.
  if (documents !== undefined && !(documents?.length > 0)) facts.documents = documents;
  return {
    facts: { ...before.facts, ...facts },
    tests: [...before.tests, ...tests],
    seen: [...new Set([...before.seen, ...seen])],
  };
}

function same(one, other) {
  return ["kind", "result", "taken_at"].every((name) => one[name] === other[name]);
}

/** How many this device has let aboard whom its pack does not count: so much of its share is used. */
export function passesSince({ pack, tickets }, memory) {
  if (pack.stage !== "gangway") return 0;
  return [...memory.passes.keys()].filter((serial) => !tickets.get(serial)?.aboard).length;
}

/** Whether it may let nobody else aboard by itself, though the ship has room: others may have filled what is left. */
export function isShareUsed(prepared, memory) {
  const { share = null } = prepared.pack;
  return share !== null && passesSince(prepared, memory) >= share;
}

/**
 * Souls and ceiling of each leg from here on: those of the pack with whom this device let aboard since and without whom
 * it saw step off, with `another` ticket and without the one that `leaves`.
 */
export function loadsOf({ pack, tickets }, memory, another = null, leaves = null) {
  const { load, stage } = pack;
  const legs = load.legs.length > 0 ? load.legs : [{ aboard: load.aboard, ceiling: load.ceiling }];
  if (stage !== "gangway") return legs;
  const boarded = another ? [another.legs] : [];
  const elsewhere = [...(memory.elsewhere?.keys() ?? [])].filter((serial) => isElsewhere(memory, serial, tickets.get(serial)?.ashore));
  for (const serial of new Set([...memory.passes.keys(), ...elsewhere])) {
    const ticket = tickets.get(serial);
    // The pack that knows of a pass has counted it.
    if (!ticket?.aboard) boarded.push(ticket ? ticket.legs : memory.newcomers?.get(serial) ?? 1);
  }
  const gone = [...(memory.offs?.keys() ?? [])].map((serial) => tickets.get(serial)).filter((ticket) => ticket?.aboard)
    .map((ticket) => ticket.legs);
  if (leaves) gone.push(leaves.legs);
  const over = (counts, leg) => counts.filter((count) => count > leg).length;
  return legs.map(({ aboard, ceiling }, leg) => (
    { aboard: aboard === null ? null : aboard + over(boarded, leg) - over(gone, leg), ceiling }
  ));
}

/** A moment as the server writes it. */
export function isoOf(ms) {
  const [whole, rest] = new Date(ms).toISOString().slice(0, -1).split(".");
  return `${whole}${rest === "000" ? "" : `.${rest}000`}+00:00`;
}
