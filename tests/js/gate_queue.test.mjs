import assert from "node:assert/strict";
import { test } from "node:test";

import { Kept } from "../../static/js/gate/kept.mjs";
import { BATCH, PAUSE_MAX_MS, PAUSE_MS, Queue } from "../../static/js/gate/queue.mjs";

const OFFICER = 7;

function storage() {
  const rows = new Map();
  return {
    rows,
    scanIds: async () => [...rows.keys()],
    listScans: async (ids) => ids.map((id) => structuredClone(rows.get(id))),
    keepScan: async (scan) => { rows.set(scan.id, structuredClone(scan)); },
    forgetScans: async (ids) => ids.forEach((id) => rows.delete(id)),
  };
}

async function keptWith(ids, officer_id = OFFICER) {
  const kept = new Kept(storage(), "page");
  for (const id of ids) {
    await kept.keep({ id, officer_id, at: 1, departure_id: 1, gate_id: 2, stage: "gangway", serial: `S${id}`,
      told: "pass", question: { id, shown: `S${id}` }, judged: { verdict: "pass", reason: "admitted" } });
    kept.release(id);
  }
  return kept;
}

/** A server that takes everything, with what it was sent; `changes` are other edges. */
function edges(changes = {}) {
  const seen = { batches: [], states: [], timers: [], settled: [] };
  return {
    seen,
    session: async () => ({ officer_id: OFFICER, csrf: "token" }),
    upload: async (scans) => {
      seen.batches.push(scans.map(({ id }) => id));
      return { results: scans.map(({ id }) => ({ id, answer: { verdict: "pass" }, code: "" })) };
    },
    alone: async (work) => work(),
    later: (work, ms) => seen.timers.push({ work, ms }),
    never: () => {},
    settled: (scan, result) => seen.settled.push([scan.id, result]),
    told: (state) => seen.states.push(state),
    ...changes,
  };
}

const numbers = (length) => Array.from({ length }, (_, number) => String(number));

test("all is sent in batches in the order of keeping, with the device's verdict, and leaves the queue", async () => {
  const kept = await keptWith(numbers(BATCH + 5));
  const line = edges();
  assert.equal(await new Queue(kept, OFFICER, line).flush(), "");
  assert.deepEqual(line.seen.batches, [numbers(BATCH + 5).slice(0, BATCH), numbers(BATCH + 5).slice(BATCH)]);
  assert.deepEqual(line.seen.states, [{ own: 0, others: 0, fault: "" }]);
  assert.deepEqual(line.seen.timers, [], "nothing waits, so no timer runs");
});

test("a scan is sent as it was asked, with what the device told", async () => {
  let sent;
  const kept = await keptWith(["a"]);
  await new Queue(kept, OFFICER, edges({ upload: async (scans) => { sent = scans; return { results: [] }; } })).flush();
  assert.deepEqual(sent, [{ id: "a", shown: "Sa", device_verdict: "pass", device_reason: "admitted" }]);
});

test("only a result with a scan's own id takes it out of the queue, in whatever order they come", async () => {
  const kept = await keptWith(["a", "b", "c"]);
  const upload = async () => ({ results: [
    { id: "c", answer: { verdict: "pass" }, code: "" },
    { id: "stranger", answer: { verdict: "pass" }, code: "" },
    { id: "a", answer: null, code: "gate_not_found" },
    { id: "b", answer: null, code: "" },
  ] });
  const line = edges({ upload });
  assert.equal(await new Queue(kept, OFFICER, line).flush(), "trouble");
  assert.deepEqual(kept.unsent(OFFICER).map(({ id }) => id), ["b"]);
  assert.deepEqual(line.seen.settled.map(([id]) => id), ["a", "c"]);
});

test("one scan that the server cannot read holds up no later passenger", async () => {
  const kept = await keptWith(numbers(9));
  const upload = async (scans) => (scans.some(({ id }) => id === "4")
    ? { fault: "malformed" }
    : { results: scans.map(({ id }) => ({ id, answer: { verdict: "pass" }, code: "" })) });
  assert.equal(await new Queue(kept, OFFICER, edges({ upload })).flush(), "trouble");
  assert.deepEqual(kept.unsent(OFFICER).map(({ id }) => id), ["4"], "and it is not lost either");
});

test("two showings of one ticket are two scans, and a lost answer is asked for again with the same id", async () => {
  const kept = await keptWith(["a"]);
  await kept.keep({ ...kept.unsent(OFFICER)[0], id: "b", question: { id: "b", shown: "Sa" } });
  kept.release("b");
  const sent = [];
  let lost = true;
  const upload = async (scans) => {
    sent.push(scans.map(({ id }) => id));
    if (lost) return { fault: "no_connection" };
    return { results: scans.map(({ id }) => ({ id, answer: { verdict: "pass" }, code: "" })) };
  };
  const queue = new Queue(kept, OFFICER, edges({ upload }));
  assert.equal(await queue.flush(), "no_connection");
  lost = false;
  assert.equal(await queue.flush(), "");
  assert.deepEqual(sent, [["a", "b"], ["a", "b"]]);
});

test("nothing is sent in another officer's name, nor where nobody has signed in", async () => {
  for (const [session, fault] of [[{ officer_id: 8, csrf: "t" }, "other_officer"], [{ fault: "signed_out" }, "signed_out"]]) {
    const kept = await keptWith(["a"]);
    const line = edges({ session: async () => session });
    assert.equal(await new Queue(kept, OFFICER, line).flush(), fault);
    assert.deepEqual(line.seen.batches, []);
    assert.deepEqual(line.seen.states, [{ own: 1, others: 0, fault }]);
  }
});

test("another officer's scans on this device stay, are counted, and are not sent", async () => {
  const kept = await keptWith(["a"], 8);
  const line = edges();
  assert.equal(await new Queue(kept, OFFICER, line).flush(), "");
  assert.deepEqual(line.seen.batches, []);
  assert.deepEqual(line.seen.states, [{ own: 0, others: 1, fault: "" }]);
});

test("the pauses grow while the line is dead, and are short again when it is back", async () => {
  const kept = await keptWith(["a"]);
  const line = edges({ session: async () => ({ fault: "no_connection" }) });
  const queue = new Queue(kept, OFFICER, line);
  for (let times = 0; times < 9; times += 1) await queue.flush();
  const pauses = line.seen.timers.map(({ ms }) => ms);
  assert.deepEqual(pauses.slice(0, 3), [PAUSE_MS, 2 * PAUSE_MS, 4 * PAUSE_MS]);
  assert.equal(pauses.at(-1), PAUSE_MAX_MS);
  await queue.wake();
  assert.equal(line.seen.timers.at(-1).ms, PAUSE_MS);
});

test("asked for twice at once it runs once, and not while another page sends", async () => {
  const kept = await keptWith(["a"]);
  const line = edges();
  const queue = new Queue(kept, OFFICER, line);
  await Promise.all([queue.flush(), queue.flush()]);
  assert.equal(line.seen.batches.length, 1);
  const waiting = await keptWith(["b"]);
  const busy = edges({ alone: async () => undefined });
  assert.equal(await new Queue(waiting, OFFICER, busy).flush(), "elsewhere");
  assert.equal(busy.seen.timers.length, 1, "it looks again later");
});

test("a storage that fails in between loses nothing and stops nothing", async () => {
  const kept = await keptWith(["a"]);
  const line = edges({ settled: () => { throw new Error("store_full"); } });
  assert.equal(await new Queue(kept, OFFICER, line).flush(), "trouble");
});

test("a scan of which the server has kept nothing stays, though a code tells why", async () => {
  const kept = await keptWith(["a", "b"]);
  const upload = async () => ({ results: [
    { id: "a", answer: null, code: "database_away", again: true },
    { id: "b", answer: null, code: "not_your_port", again: false },
  ] });
  const line = edges({ upload });
  assert.equal(await new Queue(kept, OFFICER, line).flush(), "trouble");
  assert.deepEqual(kept.unsent(OFFICER).map(({ id }) => id), ["a"]);
});
