import assert from "node:assert/strict";
import { test } from "node:test";

import { Kept, REMEMBERED_MS, UNSEEN_MS } from "../../static/js/gate/kept.mjs";

const PLACE = { departure_id: 1, gate_id: 2, stage: "gangway", officer_id: 7 };
const PREPARED = { pack: { gate: "Dermaga 1", stage: "gangway" }, tickets: new Map() };
const passes = (kept) => [...kept.memory(PLACE, PREPARED).passes.keys()];

/** A store in memory, which holds copies as a real one does. */
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

function aScan(id, serial, verdict = "pass", more = {}) {
  const { said = {}, ...other } = more;
  const showing = { serial, now: Date.UTC(2026, 10, 30, 6, 10), said, seen: [] };
  const judged = { verdict, reason: "admitted", name: `Nama ${id}`, heard: true, certainty: "verified" };
  return { id, ...PLACE, at: 1000, serial, question: { id, shown: serial }, showing, judged, ...other };
}

test("whom the device let in it remembers over a reload, until a pack asked for after the server's answer", async () => {
  const store = storage();
  const kept = new Kept(store, "page 1");
  await kept.keep(aScan("a", "A"));
  await kept.seen("a", "pass");
  const reloaded = new Kept(store, "page 2");
  await reloaded.load();
  const pass = reloaded.memory(PLACE, PREPARED).passes.get("A");
  assert.deepEqual(pass, { at: "2026-11-30T06:10:00+00:00", gate: "Dermaga 1" });
  assert.deepEqual(reloaded.answeredIds(1), [], "the server has not answered: no pack proves it");
  await reloaded.settle("a", { answer: { verdict: "pass" } });
  assert.deepEqual(passes(reloaded), ["A"], "no pack has shown it yet");
  await reloaded.proved(reloaded.answeredIds(1), 2000);
  assert.deepEqual(passes(reloaded), []);
  assert.equal(store.rows.size, 0);
});

test("an answer that comes while a pack is on its way is not proved by it", async () => {
  const kept = new Kept(storage(), "page");
  for (const id of ["a", "b"]) await kept.keep(aScan(id, id, "pass", { told: "pass" }));
  await kept.settle("a", { answer: { verdict: "pass" } });
  const asked = kept.answeredIds(1);
  await kept.settle("b", { answer: { verdict: "pass" } });
  await kept.proved(asked, 2000);
  assert.deepEqual(passes(kept), ["b"]);
});

test("a pass at another stage or departure, or a refusal, is no use of the ticket here", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A", "pass", { stage: "terminal", gate_id: 3 }));
  await kept.keep(aScan("b", "B", "pass", { departure_id: 9 }));
  await kept.keep(aScan("c", "C"));
  await kept.keep(aScan("e", "E", "refuse"));
  assert.deepEqual(passes(kept), ["C"]);
});

test("what an officer has said is remembered, and taken back by the later word", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A", "hold", { said: { "identity.name_matches": false } }));
  await kept.keep(aScan("b", "A", "hold", { said: { "identity.name_matches": null, "ticket.exchanged": true } }));
  const { facts } = kept.memory(PLACE, PREPARED).said.get("A");
  assert.deepEqual(facts, { "identity.name_matches": null, "ticket.exchanged": true });
});

test("what is on disk of a scan names nobody: no name, no code of a ticket", async () => {
  const store = storage();
  const kept = new Kept(store, "page");
  await kept.keep(aScan("a", "A", "pass", { question: { id: "a", shown: "DRM1:SITI" } }));
  await kept.settle("a", { answer: { verdict: "refuse", reason: "cancelled", name: "SITI", sentence: "Batal." } });
  assert.equal(store.rows.get("a").question.shown, "A");
  assert.doesNotMatch(JSON.stringify([...store.rows.values()]), /SITI|Nama/);
  assert.equal(kept.unsent(7).length + kept.overruled().length, 1, "and the page itself still knows whom to call back");
  assert.equal(kept.overruled()[0].overruled.name, "SITI");
});

test("somebody whom the server would not have let in stays to be called back until it was read", async () => {
  const store = storage();
  const kept = new Kept(store, "page");
  await kept.keep(aScan("a", "A"));
  await kept.seen("a", "pass");
  await kept.settle("a", { answer: { verdict: "refuse", reason: "cancelled", name: "SITI", sentence: "Batal." } });
  await kept.proved(kept.answeredIds(1), 2000);
  const again = new Kept(store, "page 2");
  await again.load();
  assert.deepEqual(again.overruled().map(({ overruled }) => [overruled.serial, overruled.sentence]), [["A", "Batal."]]);
  await again.calledBack("a");
  assert.deepEqual(again.overruled(), []);
  await again.proved(again.answeredIds(1), 2000);
  assert.equal(store.rows.size, 0);
});

test("a scan that the server cannot take for good is told as well, with the name that the device knew", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A", "pass", { told: "pass" }));
  await kept.settle("a", { code: "departure_not_found" });
  const [{ overruled }] = kept.overruled();
  assert.deepEqual([overruled.name, overruled.reason], ["Nama a", "departure_not_found"]);
});

test("the server's own verdict that the officer has seen overrules nobody", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A"));
  await kept.settle("a", { answer: { verdict: "refuse" } }, "refuse");
  assert.deepEqual(kept.overruled(), []);
  assert.deepEqual(passes(kept), [], "and it was no pass");
});

test("a pass that a page kept and died before showing is told to the same officer once more, for a while", async () => {
  const store = storage();
  await new Kept(store, "page 1").keep(aScan("a", "A"));
  const kept = new Kept(store, "page 2");
  await kept.load();
  assert.equal(kept.unseenPass("A", PLACE, 2000)?.id, "a");
  assert.equal(kept.unseenPass("A", { ...PLACE, officer_id: 8 }, 2000), null);
  assert.equal(kept.unseenPass("A", PLACE, 1001 + UNSEEN_MS), null);
  await kept.settle("a", { answer: { verdict: "pass" } });
  await kept.proved(kept.answeredIds(1), 2000);
  assert.equal(kept.unseenPass("A", PLACE, 2000)?.id, "a", "sent meanwhile, it is still unseen");
  await kept.seen("a", "pass");
  assert.equal(kept.unseenPass("A", PLACE, 2000), null);
});

test("one's own scan that is not shown yet is no unseen pass", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A"));
  assert.equal(kept.unseenPass("A", PLACE, 1001), null);
});

test("what could not be kept is not remembered", async () => {
  const kept = new Kept({ ...storage(), keepScan: async () => { throw new Error("store_full"); } }, "page");
  await assert.rejects(kept.keep(aScan("a", "A")), { message: "store_full" });
  assert.deepEqual(passes(kept), []);
});

test("a scan that the server does not let ask is taken back, and one that is being asked about is not sent", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A"));
  assert.deepEqual(kept.unsent(7), []);
  assert.ok(kept.hasUnsent("A"));
  kept.release("a");
  assert.deepEqual(kept.unsent(7).map(({ id }) => id), ["a"]);
  await kept.withdraw("a");
  assert.deepEqual([kept.unsent(7), kept.hasUnsent("A")], [[], false]);
});

test("an answered scan of a departure whose pack comes no more is forgotten after three days", async () => {
  const kept = new Kept(storage(), "page");
  await kept.keep(aScan("a", "A", "pass", { told: "pass", departure_id: 9 }));
  await kept.keep(aScan("b", "B", "pass", { told: "pass", departure_id: 9 }));
  await kept.settle("a", { answer: { verdict: "pass" } });
  await kept.proved([], 1001 + REMEMBERED_MS);
  assert.deepEqual([kept.answeredIds(9), kept.hasUnsent("B")], [[], true], "one that was not sent stays for ever");
});
