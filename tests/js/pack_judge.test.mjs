import assert from "node:assert/strict";
import { test } from "node:test";

import { newMemory, remember } from "../../static/js/gate/gate_memory.mjs";
import { judgeHere, preparePack } from "../../static/js/gate/pack_judge.mjs";

const NOON = Date.parse("2026-03-20T05:00:00Z");
const BOTH = { id: "Kalimat.", en: "A sentence." };
const COMPARED = { "identity.name_matches": true, "identity.number_matches": true };

function aTicket(serial, changes = {}) {
  return {
    serial, name: `Orang ${serial}`, fare_class: "Ekonomi", infant: false, vehicle_plate: "", party: 1, legs: 1,
    document_kind: "ktp", document_number: "************0001", fault: null, used: null, passed: false, papers: [],
    doses: null, exemptions: [], companions: null, needs_adult: false,
    facts: {
      voyage: { to_port: "IDSRG" }, person: { age_years: 30, infant: false }, identity: { kind: "ktp" }, ticket: { paid: true },
    },
    ...changes,
  };
}

function aRule(code, logic, changes = {}) {
  return {
    code, title: BOTH, officer: BOTH, next: BOTH, logic, outcome: "refuse_movable", missing: { gate: "hold" }, ...changes,
  };
}

const NAME = aRule("name", { var: "identity.name_matches" });
const ADULT = aRule("infant-adult", {
  if: [{ var: "person.infant" }, { in: [{ var: "adult.verdict" }, ["pass", "note"]] }, true],
}, { outcome: "hold" });

function aPack(changes = {}) {
  return {
    version: "1", stage: "gangway", gate: "Tangga A", voyage: 7, from_call: 0, others: [],
    port: { code: "IDSMQ", zone: "Asia/Jakarta" },
    times: {
      opens: "2026-03-20T03:00:00+00:00", closes: "2026-03-20T06:00:00+00:00", left: null, time_known: true,
      departs_at: "2026-03-20T06:00:00+00:00", planned: "2026-03-20T06:00:00+00:00", opened_at: null,
    },
    load: { aboard: 10, ceiling: 12, legs: [{ aboard: 10, ceiling: 12 }] },
    rules: null,
    facts: { stage: "gangway", voyage: { day: "2026-03-20", port: "IDSMQ", ceiling: 12 } },
    tickets: [aTicket("A"), aTicket("B"), aTicket("C")],
    ...changes,
  };
}

const withRules = (...rules) => ({ rules: { number: 3, rules } });

class Gate {
  constructor(pack) {
    this.prepared = preparePack(pack);
    this.memory = newMemory();
  }

  scan(serial, { now = NOON, said = {}, seen = [], signed = null, out = false, fault } = {}) {
    const showing = { serial, signed, fault, now, said, seen, out };
    const judged = judgeHere(this.prepared, showing, this.memory);
    remember(this.memory, this.prepared, showing, judged);
    return judged;
  }

  reasons(...serials) {
    return serials.map((serial) => this.scan(serial).reason);
  }
}

const code = (changes = {}) => ({
  voyage: 7, from_call: 0, to_call: 1, infant: false, name_tag: "SITI BARU", serial: "Z", ...changes,
});

test("a good ticket passes once, and is counted until the ship is full", () => {
  const gate = new Gate(aPack());
  const first = gate.scan("A");
  assert.deepEqual([first.verdict, first.reason, first.aboard, first.certainty], ["pass", "admitted", 11, "verified"]);
  const again = gate.scan("A", { now: NOON + 60_000 });
  assert.deepEqual([again.reason, again.details], ["already_used", { at: "2026-03-20T05:00:00+00:00", gate: "Tangga A" }]);
  assert.equal(again.certainty, "refused");
  assert.deepEqual(gate.reasons("B", "C"), ["admitted", "ship_full"]);
});

test("a pass that the next pack knows is counted once", () => {
  const gate = new Gate(aPack());
  gate.scan("A");
  const used = { verdict: "refuse", reason: "already_used", details: { at: "2026-03-20T05:00:00+00:00", gate: "Tangga A" } };
  const legs = [{ aboard: 11, ceiling: 12 }];
  const tickets = [aTicket("A", { passed: true, aboard: true, fault: used }), aTicket("B")];
  gate.prepared = preparePack(aPack({ tickets, load: { aboard: 11, ceiling: 12, legs } }));
  const next = gate.scan("B");
  assert.deepEqual([next.reason, next.aboard], ["admitted", 12]);
});

test("the fault of the pack is told, and what was not paid in time is void", () => {
  const unpaid = aTicket("A", {
    fault: { verdict: "hold", reason: "unpaid", details: { booking: "X" } }, unpaid_until: "2026-03-20T05:30:00+00:00",
  });
  const gate = new Gate(aPack({ tickets: [unpaid] }));
  assert.deepEqual([gate.scan("A").verdict, gate.scan("A").details], ["hold", { booking: "X" }]);
  assert.equal(gate.scan("A", { now: NOON + 1_800_000 }).reason, "void");
});

test("nobody boards before or after the window, and the ship's leaving ends it", () => {
  const gate = new Gate(aPack());
  assert.equal(gate.scan("A", { now: NOON - 3 * 3_600_000 }).reason, "too_early");
  const late = gate.scan("A", { now: NOON + 3_600_000 });
  assert.deepEqual([late.verdict, late.reason, late.details], ["refuse", "too_late", { at: "2026-03-20T06:00:00+00:00" }]);
});

test("what is not known is asked, what was said is remembered and can be taken back", () => {
  const gate = new Gate(aPack(withRules(NAME)));
  const asked = gate.scan("A");
  assert.deepEqual([asked.verdict, asked.reason, asked.asks], ["hold", "confirm", ["identity.name_matches"]]);
  assert.deepEqual([asked.document_kind, asked.document_number], ["ktp", "************0001"]);
  const no = gate.scan("A", { said: { "identity.name_matches": false } });
  assert.deepEqual([no.verdict, no.reason, no.denied], ["refuse", "rules_movable", ["identity.name_matches"]]);
  assert.equal(gate.scan("A").reason, "rules_movable");
  assert.equal(gate.scan("A", { said: { "identity.name_matches": null } }).reason, "confirm");
  assert.equal(gate.scan("A", { said: COMPARED }).reason, "admitted");
});

const infantOf = (...carers) => aTicket("I", {
  infant: true, needs_adult: true, companions: carers.map((serial) => ({ serial, age_years: 30, carer: true })),
  facts: { voyage: {}, person: { age_years: 0, infant: true }, identity: { name_matches: true }, ticket: {} },
});

test("an infant boards after its adult", () => {
  const infant = infantOf("A");
  const gate = new Gate(aPack({ ...withRules(NAME, ADULT), tickets: [aTicket("A"), infant] }));
  assert.equal(gate.scan("I").reason, "rules_hold");
  assert.equal(gate.scan("A", { said: COMPARED }).reason, "admitted");
  assert.equal(gate.scan("I").reason, "admitted");
});

test("a paper that was entered ahead counts once the officer has seen it", () => {
  const negative = aRule("test", {
    reduce: [{ var: "documents" }, { if: [{ var: "accumulator" }, true, { "===": [{ var: "current.result" }, "negative"] }] }, false],
  });
  const paper = {
    id: 4, kind: "pcr", result: "negative", taken_at: "2026-03-19T05:00:00+00:00", fact: { kind: "pcr", result: "negative", minutes: 1500 },
  };
  const gate = new Gate(aPack({ ...withRules(negative), tickets: [aTicket("A", { papers: [paper] })] }));
  const asked = gate.scan("A");
  assert.deepEqual([asked.asks, asked.details.papers.map(({ id }) => id)], [["documents"], [4]]);
  assert.equal(gate.scan("A", { seen: [4] }).reason, "admitted");
});

test("whoever comes back into the terminal is told since when", () => {
  const gate = new Gate(aPack({ stage: "terminal" }));
  assert.deepEqual([gate.scan("A").reason, gate.scan("A").reason, gate.scan("A").aboard], ["entered", "entered_again", 10]);
});

test("a code that is forged, torn or mistyped is told before any ticket is looked for", () => {
  const gate = new Gate(aPack());
  const found = ["forged", "unreadable", "unknown_key", "mistyped"].map((fault) => gate.scan("A", { fault }));
  assert.deepEqual(found.map(({ verdict }) => verdict), ["refuse", "refer", "refer", "hold"]);
  assert.deepEqual(found.map(({ name }) => name), ["", "", "", ""]);
});

test("a number that was only typed and is not in the pack is referred", () => {
  const { verdict, reason } = new Gate(aPack()).scan("Z");
  assert.deepEqual([verdict, reason], ["refer", "unknown_ticket"]);
});

test("a proved code of another voyage or call is refused, with its ship where the pack knows it", () => {
  const journey = { ship: "KM Lain", port: "Sampit", at: "2026-03-21T05:00:00+00:00" };
  const gate = new Gate(aPack({ others: [{ voyage: 8, from_call: 1, journey }] }));
  const other = gate.scan("Z", { signed: code({ voyage: 8, from_call: 1 }) });
  assert.deepEqual([other.verdict, other.reason, other.details], ["refuse", "wrong_voyage", journey]);
  assert.deepEqual(gate.scan("Z", { signed: code({ voyage: 9 }) }).details, {});
  assert.equal(gate.scan("Z", { signed: code({ from_call: 1 }) }).reason, "wrong_port");
});

test("a ticket sold after the pack passes provisionally where no rule asks anything, once", () => {
  const gate = new Gate(aPack());
  const found = gate.scan("Z", { signed: code() });
  assert.deepEqual([found.verdict, found.reason, found.certainty, found.name], ["pass", "provisional", "provisional", "SITI BARU"]);
  assert.equal(found.aboard, 11);
  assert.equal(gate.scan("Z", { signed: code() }).reason, "already_used");
  assert.deepEqual(gate.reasons("A", "B"), ["admitted", "ship_full"]);
});

test("a ticket sold after the pack is compared where rules ask, and an infant's waits", () => {
  const young = aRule("young", { "<": [{ var: "person.age_years" }, 6] }, { outcome: "note" });
  const gate = new Gate(aPack(withRules(NAME, ADULT, young)));
  const asked = gate.scan("Z", { signed: code() });
  assert.deepEqual([asked.verdict, asked.reason, asked.asks], ["hold", "provisional_confirm", ["identity.name_matches"]]);
  const passed = gate.scan("Z", { signed: code(), said: COMPARED });
  assert.deepEqual([passed.verdict, passed.reason, passed.certainty], ["pass", "provisional", "provisional"]);
  const infant = gate.scan("Y", { signed: code({ infant: true }), said: COMPARED });
  assert.deepEqual([infant.verdict, infant.reason], ["hold", "provisional_hold"]);
  const other = gate.scan("X", { signed: code(), said: { "identity.name_matches": false } });
  assert.deepEqual([other.verdict, other.reason], ["refuse", "rules_movable"]);
});

test("what the rules must know of a newcomer and nobody here can say waits for signal", () => {
  const home = aRule("home", { "===": [{ var: "voyage.to_port" }, "IDSRG"] });
  const gate = new Gate(aPack(withRules(NAME, home)));
  const found = gate.scan("Z", { signed: code(), said: COMPARED });
  assert.deepEqual([found.verdict, found.reason], ["hold", "provisional_hold"]);
});

test("a memory of plain facts and passes is enough to judge by", () => {
  const prepared = preparePack(aPack(withRules(NAME)));
  const memory = { passes: new Map([["B", { at: "2026-03-20T04:00:00Z", gate: "A" }]]), said: new Map([["A", COMPARED]]), aboard: 1 };
  const judged = judgeHere(prepared, { serial: "A", signed: null, now: NOON, said: {}, seen: [] }, memory);
  assert.deepEqual([judged.reason, judged.aboard], ["admitted", 12]);
});

test("an infant's adult is judged by the pass, the words and the exemptions that are known of them", () => {
  const letter = { rule: "name", letter: "B-1", officer: "x", reason: "y" };
  const exempted = aTicket("A", { exemptions: [letter] });
  const may = (adult, act = () => {}) => {
    const pack = aPack({ ...withRules({ ...NAME, exemption: { by: ["official"] } }, ADULT), tickets: [adult, infantOf("A")] });
    const gate = new Gate(pack);
    act(gate);
    return gate.scan("I").verdict;
  };
  assert.equal(may(aTicket("A")), "hold");
  assert.equal(may(aTicket("A", { passed: true })), "pass");
  assert.equal(may(aTicket("A"), ({ memory }) => memory.passes.set("A", { at: "2026-03-20T04:00:00+00:00", gate: "B" })), "pass");
  assert.equal(may(aTicket("A"), ({ memory }) => memory.said.set("A", { facts: COMPARED, tests: [], seen: [] })), "pass");
  assert.equal(may(exempted), "pass");
});

test("a test that was shown counts to the planned departure, so that a delay makes it no older", () => {
  const fresh = aRule("test", {
    reduce: [{ var: "documents" }, { if: [{ var: "accumulator" }, true, { "<=": [{ var: "current.minutes" }, 1440] }] }, false],
  });
  const times = { ...aPack().times, departs_at: "2026-03-20T08:00:00+00:00" };
  const gate = new Gate(aPack({ ...withRules(fresh), times }));
  const documents = [{ kind: "antigen", result: "negative", taken_at: "2026-03-19T06:00:00+00:00" }];
  assert.equal(gate.scan("A", { said: { documents } }).reason, "admitted");
});

test("a terminal that an officer has opened ahead of its time is open", () => {
  const opens = aRule("opens", {
    if: [{ var: "voyage.terminal_opened" }, true, { "<=": [{ var: "voyage.minutes_to_departure" }, 30] }],
  });
  const times = { ...aPack().times, opened_at: "2026-03-20T04:59:00+00:00" };
  assert.equal(new Gate(aPack({ ...withRules(opens), stage: "terminal" })).scan("A").reason, "rules_movable");
  assert.equal(new Gate(aPack({ ...withRules(opens), stage: "terminal", times })).scan("A").reason, "entered");
});

test("a paper that an officer has seen counts, also after somebody said that there was none", () => {
  const some = aRule("some", { reduce: [{ var: "documents" }, true, false] });
  const facts = { ...aTicket("A").facts, documents: [{ kind: "pcr", result: "negative", minutes: 60 }] };
  const gate = new Gate(aPack({ ...withRules(some), tickets: [aTicket("A", { facts }), aTicket("B")] }));
  assert.equal(gate.scan("A", { said: { documents: [] } }).reason, "admitted");
  assert.equal(gate.scan("B", { said: { documents: [] } }).reason, "rules_movable");
});

test("where a rule says from when people enter, it decides, and not the hours of boarding", () => {
  const opens = aRule("opens", { "<=": [{ var: "voyage.minutes_to_departure" }, 120] });
  const times = { ...aPack().times, opens: "2026-03-20T05:30:00+00:00" };
  const gate = new Gate(aPack({ ...withRules(opens), stage: "terminal", times }));
  assert.equal(gate.scan("A").reason, "entered");
  const early = gate.scan("B", { now: NOON - 2 * 3_600_000 });
  assert.deepEqual([early.reason, early.outcome], ["too_early", "refuse_movable"]);
  const without = new Gate(aPack({ ...withRules(NAME), stage: "terminal", times })).scan("A", { said: COMPARED });
  assert.deepEqual([without.reason, without.outcome, without.asks], ["too_early", null, []]);
});

test("since when somebody is in the terminal, the pack knows better than this device", () => {
  const used = { at: "2026-03-20T04:00:00+00:00", gate: "Terminal B" };
  const gate = new Gate(aPack({ stage: "terminal", tickets: [aTicket("A", { passed: true, used })] }));
  gate.memory.passes.set("A", { at: "2026-03-20T04:30:00+00:00", gate: "Terminal A" });
  assert.deepEqual(gate.scan("A").details, used);
});

test("whoever this device let aboard before the ship left is told so, and not that it has left", () => {
  const gate = new Gate(aPack());
  gate.scan("A");
  const fault = { verdict: "refuse", reason: "departed", details: { at: "2026-03-20T05:30:00+00:00" } };
  gate.prepared = preparePack(aPack({ tickets: [aTicket("A", { fault }), aTicket("B", { fault })] }));
  assert.deepEqual(gate.reasons("A", "B"), ["already_used", "departed"]);
});

test("a test is offered only where every rule that asks for papers takes it, and it can have been taken by now", () => {
  const shown = { reduce: [{ var: "documents" }, true, false] };
  const [pcr, antigen, soon] = [["pcr", 4320], ["antigen", 1440], ["genose", 10]].map(([kind, minutes]) => ({ kind, minutes }));
  const rules = withRules(aRule("one", shown, { tests: [pcr, antigen, soon] }), aRule("two", shown, { tests: [pcr, soon] }));
  const { details } = new Gate(aPack(rules)).scan("A");
  assert.deepEqual(details, { tests: [{ kind: "pcr", since: "2026-03-17T06:00:00+00:00" }] });
});

test("beyond its share a phone lets nobody else aboard by itself, though the ship has room", () => {
  const gate = new Gate(aPack({ share: 1 }));
  assert.equal(gate.scan("A").reason, "admitted");
  const held = gate.scan("B");
  assert.deepEqual([held.verdict, held.reason, held.certainty], ["hold", "share_used", "provisional"]);
  assert.equal(gate.scan("A").reason, "already_used");
  const stranger = gate.scan("Z", { signed: code() });
  assert.equal(stranger.reason, "share_used");
});

test("whom the pack counts takes nothing of a share, and where there is none nobody is held", () => {
  const counted = new Gate(aPack({ share: 1, tickets: [aTicket("A", { passed: true, aboard: true }), aTicket("B")] }));
  counted.memory.passes.set("A", { at: "2026-03-20T05:00:00+00:00", gate: "Tangga A" });
  assert.equal(counted.scan("B").verdict, "pass");
  assert.equal(new Gate(aPack({ share: null })).scan("A").verdict, "pass");
  assert.equal(new Gate(aPack({ share: 0, stage: "quay" })).scan("A").verdict, "pass");
});

const ABOARD = { verdict: "refuse", reason: "already_used", details: { at: "2026-03-20T05:00:00+00:00", gate: "Tangga A" } };
const twoLegs = { aboard: 11, ceiling: 12, legs: [{ aboard: 11, ceiling: 12 }, { aboard: 7, ceiling: 12 }] };

test("whoever steps off is counted no more, comes back on the same ticket, and is then used again", () => {
  const tickets = [aTicket("A", { passed: true, aboard: true, fault: ABOARD, legs: 2 }), aTicket("B")];
  const gate = new Gate(aPack({ tickets, load: twoLegs }));
  const off = gate.scan("A", { out: true });
  assert.deepEqual([off.verdict, off.reason, off.aboard], ["pass", "stepped_off", 10]);
  const again = gate.scan("A", { out: true });
  assert.deepEqual([again.verdict, again.reason, again.aboard], ["refer", "not_aboard", 10]);
  assert.ok(again.details.at);
  const back = gate.scan("A");
  assert.deepEqual([back.verdict, back.reason, back.aboard, back.details], ["pass", "came_back", 11, again.details]);
  assert.equal(gate.scan("A").reason, "already_used");
});

test("a ticket that nobody saw coming aboard is no refusal on the way off", () => {
  const never = new Gate(aPack()).scan("A", { out: true });
  assert.deepEqual([never.verdict, never.reason, never.details], ["refer", "not_aboard", {}]);
});

test("at a call on the way one alights, and who travels on steps off and comes back", () => {
  const there = { verdict: "refuse", reason: "wrong_port", details: {} };
  const tickets = [
    aTicket("A", { aboard: true, fault: there, legs: 0 }), aTicket("B", { aboard: true, fault: there, legs: 1 }),
  ];
  const gate = new Gate(aPack({ tickets, load: twoLegs }));
  assert.deepEqual([gate.scan("A", { out: true }).reason, gate.scan("B", { out: true }).aboard], ["alighted", 10]);
  assert.deepEqual([gate.scan("A").reason, gate.scan("B").reason, gate.scan("B").reason], ["wrong_port", "came_back", "wrong_port"]);
});

test("who the pack says is ashore comes back, and who was sold a ticket after the pack steps off as well", () => {
  const ashore = { at: "2026-03-20T05:00:00+00:00" };
  const gate = new Gate(aPack({ tickets: [aTicket("A", { passed: true, ashore })] }));
  assert.deepEqual([gate.scan("A").reason, gate.scan("A").reason], ["came_back", "already_used"]);
  gate.memory.passes.set("Z", ashore);
  gate.memory.newcomers.set("Z", 1);
  const off = gate.scan("Z", { signed: code(), out: true });
  assert.deepEqual([off.reason, off.certainty], ["stepped_off", "provisional"]);
  assert.equal(gate.scan("Z", { signed: code() }).reason, "came_back");
});
