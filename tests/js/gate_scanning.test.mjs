import assert from "node:assert/strict";
import { test } from "node:test";

import { Kept } from "../../static/js/gate/kept.mjs";
import { QUIET_MS, SHORT_MS, Scanning } from "../../static/js/gate/scanning.mjs";
import { Unanswered } from "../../static/js/gate/unanswered.mjs";

const SERIAL = "0123456789"; // asked about as it stands: what is proved is the stub's word
const WORDS = {
  forged: { verdict: "refuse", word: "TOLAK" },
  mistyped: { verdict: "hold" },
  no_connection: { verdict: "hold", reason: "no_connection" },
  no_connection_signed: { verdict: "hold", reason: "no_connection_signed" },
  trouble: { verdict: "hold", reason: "trouble" },
  signed_out: { verdict: "hold", reason: "signed_out" },
};
const DEVICE = { departure_id: 1, gate_id: 2, officer_id: 7, stage: "gangway", keys: {}, words: WORDS };
const PACK = { pack: { gate: "Dermaga 1", stage: "gangway" }, tickets: new Map() };

function disk(rows = new Map()) {
  return {
    rows,
    scanIds: async () => [...rows.keys()],
    listScans: async (ids) => ids.map((id) => structuredClone(rows.get(id))),
    keepScan: async (scan) => { rows.set(scan.id, structuredClone(scan)); },
    forgetScans: async (ids) => ids.forEach((id) => rows.delete(id)),
  };
}

/** A gate whose device lets everybody pass once and whose server answers as told; with a record of what happened. */
function aGate({ server = () => ({ fault: "no_connection" }), proof = { ticket: { serial: SERIAL } }, store = disk(),
  prepared = PACK, page = "page", now = 1_000_000 } = {}) {
  const gate = { happened: [], time: now, asked: [], store, server, proof };
  gate.kept = store && new Kept(store, page);
  let number = 0;
  gate.scanning = new Scanning(DEVICE, {
    prove: async () => gate.proof,
    prepared: () => prepared,
    judge: (_pack, { serial }, memory) => {
      gate.happened.push("judged");
      return memory.passes.has(serial)
        ? { verdict: "refuse", reason: "already_used", serial, heard: true }
        : { verdict: "pass", reason: "admitted", serial, heard: true, certainty: "verified" };
    },
    put: (judged) => ({ ...judged, by: "device" }),
    ask: async (scan, ms) => {
      gate.happened.push(store && store.rows.has(scan.id) ? "asked, kept" : "asked");
      gate.asked.push({ ...scan, ms });
      return gate.server(scan);
    },
    now: () => gate.time,
    newId: () => `${page} ${(number += 1)}`,
    unanswered: new Unanswered(null, "gate"),
    kept: gate.kept,
    queue: { flush: async () => { gate.happened.push("flushed"); return "no_connection"; } },
    refused: (code) => gate.happened.push(code),
    broken: (error) => gate.happened.push(error.message),
  });
  return gate;
}

/** A page that dies while it waits for the server: the pass of the device is kept, and never told. */
function diesUnanswered(store) {
  return new Promise((died) => {
    const server = () => new Promise(() => { died(); });
    aGate({ store, page: "page 1", server }).scanning.scan("code");
  });
}

const pass = (scan) => ({ scan_id: scan.id, verdict: "pass", reason: "admitted", serial: SERIAL });

test("a scan is judged and on disk before anybody is asked, and the server's verdict in time is told", async () => {
  const gate = aGate({ server: (scan) => ({ ...pass(scan), verdict: "refuse", reason: "cancelled" }) });
  const { told, server, seen } = await gate.scanning.scan("code");
  assert.deepEqual(gate.happened, ["judged", "asked, kept"]);
  assert.deepEqual([told.reason, server, gate.asked[0].ms], ["cancelled", true, SHORT_MS]);
  await seen();
  assert.deepEqual(gate.kept.overruled(), [], "the officer has seen the refusal: nobody is to be called back");
  assert.deepEqual(gate.kept.unsent(7), []);
});

test("without an answer the device's own verdict is told, and the scan waits to be sent", async () => {
  const gate = aGate();
  const { told, server, alone, seen } = await gate.scanning.scan("code");
  assert.deepEqual([told.by, told.verdict, server, alone], ["device", "pass", false, true]);
  await seen();
  assert.deepEqual(gate.kept.unsent(7).map(({ told: shown }) => shown), ["pass"]);
  assert.equal(gate.happened.at(-1), "flushed");
});

test("a ticket whose pass the server has not heard yet is not asked about, or a copy would pass", async () => {
  const gate = aGate();
  await (await gate.scanning.scan("code")).seen();
  gate.server = pass;
  gate.time += QUIET_MS + 1;
  const { told } = await gate.scanning.scan("code");
  assert.deepEqual([told.by, told.reason], ["device", "already_used"]);
  assert.equal(gate.asked.length, 1);
});

test("after a question without answer the next people do not wait, until the line is back", async () => {
  const gate = aGate();
  await gate.scanning.scan("one");
  gate.proof = { ticket: { serial: "1123456789" } };
  await gate.scanning.scan("two");
  assert.equal(gate.asked.length, 1);
  gate.scanning.awake();
  gate.proof = { ticket: { serial: "2123456789" } };
  await gate.scanning.scan("three");
  assert.equal(gate.asked.length, 2);
});

test("where nothing can be kept the server alone lets anybody aboard, and the officer is told why", async () => {
  const full = { ...disk(), keepScan: async () => { throw new Error("store_full"); } };
  const gate = aGate({ store: full });
  const { told } = await gate.scanning.scan("code");
  assert.equal(told.reason, "no_connection_signed");
  assert.ok(gate.happened.includes("store_full"));
  gate.server = pass;
  assert.equal((await gate.scanning.scan("code")).told.verdict, "pass");
});

test("without a store or a pack it is as it was: no answer lets nobody aboard", async () => {
  for (const lacking of [{ store: null }, { prepared: null }]) {
    const gate = aGate(lacking);
    const { told } = await gate.scanning.scan("code");
    assert.equal(told.reason, "no_connection_signed");
    assert.deepEqual(gate.happened, ["asked"]);
    assert.ok(gate.asked[0].ms > SHORT_MS);
  }
});

test("an officer whom the server does not know is told so, and nothing of it is ever sent", async () => {
  const gate = aGate({ server: () => ({ fault: "signed_out" }) });
  const { told } = await gate.scanning.scan("code");
  assert.equal(told.reason, "signed_out");
  assert.deepEqual([gate.kept.unsent(7), gate.store.rows.size], [[], 0]);
});

test("a forged code is refused at once, kept, and sent, also without a pack", async () => {
  const gate = aGate({ proof: { fault: "forged" }, prepared: null });
  const { told, seen } = await gate.scanning.scan("code");
  assert.equal(told.word, "TOLAK");
  await seen();
  assert.deepEqual(gate.kept.unsent(7).map(({ judged }) => judged.reason), ["forged"]);
  assert.deepEqual(gate.happened, ["flushed"]);
});

test("a slip of the keyboard is no scan", async () => {
  const gate = aGate({ proof: { fault: "mistyped" } });
  assert.equal((await gate.scanning.scan("ABCDE")).scanned, false);
  assert.equal(gate.store.rows.size, 0);
});

test("a pass that died with its page is told once more as recorded, and no second one is kept", async () => {
  const store = disk();
  await diesUnanswered(store);
  const gate = aGate({ store, page: "page 2" });
  const { told, seen } = await gate.scanning.scan("code");
  assert.equal(told.reason, "recorded");
  await seen();
  assert.equal(store.rows.size, 1);
  assert.equal((await gate.scanning.scan("code")).told.reason, "already_used");
});

test("a page that dies as it shows a pass lets no copy pass after it, whoever has told the pass", async () => {
  for (const server of [pass, undefined]) {
    const store = disk();
    const { told } = await aGate({ store, page: "page 1", server }).scanning.scan("code"); // seen() is never called
    assert.equal(told.verdict, "pass");
    assert.equal((await aGate({ store, page: "page 2" }).scanning.scan("code")).told.reason, "already_used");
  }
});

test("of a pass that died with its page the next page tells no copy, though it dies as it shows it", async () => {
  const store = disk();
  await diesUnanswered(store);
  assert.equal((await aGate({ store, page: "page 2" }).scanning.scan("code")).told.reason, "recorded");
  assert.equal((await aGate({ store, page: "page 3" }).scanning.scan("code")).told.reason, "already_used");
});

test("a verdict is told although it cannot be written that it was", async () => {
  const gate = aGate();
  gate.kept.seen = async () => { throw new Error("store_full"); };
  assert.equal((await gate.scanning.scan("code")).told.verdict, "pass");
});

test("a device's hold keeps the showing open, so that a pass that the server gave unheard is told and not refused", async () => {
  const gate = aGate();
  gate.kept.memory = () => ({ passes: new Map([[SERIAL, {}]]) });
  await (await gate.scanning.scan("code")).seen();
  await gate.kept.settle(gate.asked[0].id, { answer: { verdict: "pass" } });
  gate.scanning.awake();
  await gate.scanning.scan("code");
  const [first, second] = gate.asked;
  assert.equal(first.showing_id, second.showing_id);
  assert.notEqual(first.id, second.id);
});

test("a fault of ours in the device's judging leaves the verdict to the server, and nothing is kept untold", async () => {
  const gate = aGate();
  gate.kept.memory = () => { throw new Error("ours"); };
  assert.equal((await gate.scanning.scan("code")).told.reason, "no_connection_signed");
  assert.deepEqual([gate.happened, gate.store.rows.size], [["ours", "asked"], 0]);
});

test("a locked device, without a pack, still knows whom it let aboard and of whom the server has not heard", async () => {
  const store = disk();
  const open = aGate({ store });
  await open.scanning.scan(SERIAL).then(({ seen }) => seen());
  const locked = aGate({ store, prepared: null, page: "next page" });
  const { told } = await locked.scanning.scan(SERIAL);
  assert.deepEqual([told.verdict, told.reason, told.name], ["refuse", "already_used", ""]);
});

test("a locked device tells a pass that nobody has seen once more, without a name", async () => {
  const store = disk();
  const dying = new Kept(store, "page that dies");
  await dying.keep({ id: "x", ...DEVICE, at: 1_000_000, serial: SERIAL, question: { id: "x", shown: "CODE" },
    showing: { serial: SERIAL, now: 1_000_000, said: {}, seen: [] },
    judged: { verdict: "pass", reason: "admitted", serial: SERIAL, name: "SITI", heard: true } });
  const locked = aGate({ store, prepared: null, page: "next page" });
  const { told } = await locked.scanning.scan(SERIAL);
  assert.deepEqual([told.verdict, told.reason, told.name, told.reasons], ["pass", "recorded", "", []]);
});
