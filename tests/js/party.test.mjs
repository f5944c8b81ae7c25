import assert from "node:assert/strict";
import { test } from "node:test";

import { newMemory, remember } from "../../static/js/gate/gate_memory.mjs";
import { preparePack } from "../../static/js/gate/pack_judge.mjs";
import { factsOf, membersOf, partyOf } from "../../static/js/gate/party.mjs";

const NOON = Date.parse("2026-03-20T05:00:00Z");
const BOTH = { id: "Kalimat.", en: "A sentence." };
const NAME = "identity.name_matches";

function aTicket(serial, order, changes = {}) {
  return {
    serial, order, name: `Orang ${serial}`, fare_class: "Ekonomi", infant: false, vehicle_plate: "", party: 3, legs: 1,
    document_kind: "ktp", document_number: "************0001", fault: null, used: null, passed: false, papers: [],
    doses: null, exemptions: [], companions: null, needs_adult: false,
    facts: { voyage: {}, person: { age_years: 30, infant: false }, identity: { kind: "ktp" }, ticket: { paid: true } },
    ...changes,
  };
}

function prepared(tickets) {
  const rule = {
    code: "name", title: BOTH, officer: BOTH, next: BOTH, logic: { var: NAME }, outcome: "refuse_movable", missing: { gate: "hold" },
  };
  return preparePack({
    stage: "gangway", gate: "Tangga A", voyage: 7, from_call: 0, others: [], share: null, tickets,
    port: { code: "IDSMQ", zone: "Asia/Jakarta" },
    times: {
      opens: "2026-03-20T03:00:00+00:00", closes: "2026-03-20T06:00:00+00:00", left: null, time_known: true,
      departs_at: "2026-03-20T06:00:00+00:00", planned: "2026-03-20T06:00:00+00:00", opened_at: null,
    },
    load: { aboard: 10, ceiling: 90, legs: [{ aboard: 10, ceiling: 90 }] }, rules: { number: 3, rules: [rule] },
    facts: { stage: "gangway", voyage: { day: "2026-03-20", port: "IDSMQ", ceiling: 90 } },
  });
}

const serials = (members) => members.map(({ ticket }) => ticket.serial);

test("a party is all who travel on one order, from any of its tickets, and nobody else", () => {
  const cancelled = { verdict: "refuse", reason: "cancelled", details: {} };
  const pack = prepared([
    aTicket("A", 5), aTicket("B", 6), aTicket("C", 5), aTicket("D", 5, { fault: cancelled }), aTicket("E", null),
  ]);
  assert.deepEqual(partyOf(pack, "C").map(({ serial }) => serial), ["A", "C"]);
  assert.deepEqual(partyOf(pack, "E"), []);
  assert.deepEqual(partyOf(pack, "Z"), []);
});

test("each is judged as at this moment, and who has passed, here or elsewhere, is not judged again", () => {
  const pack = prepared([aTicket("A", 5), aTicket("B", 5, { passed: true }), aTicket("C", 5)]);
  const memory = newMemory();
  remember(memory, pack, { serial: "C", now: NOON }, { verdict: "pass", certainty: "verified" });
  const members = membersOf(pack, "B", memory, NOON);
  assert.deepEqual(serials(members), ["A", "B", "C"]);
  assert.deepEqual(members.map(({ passed }) => passed), [false, true, true]);
  assert.deepEqual([members[0].judged.verdict, members[0].judged.reason, members[1].judged], ["hold", "confirm", null]);
});

test("one touch says of all what is still to be compared, and nothing that no button says", () => {
  const pack = prepared([aTicket("A", 5), aTicket("B", 5)]);
  assert.deepEqual(factsOf(membersOf(pack, "A", newMemory(), NOON), [NAME]), [NAME]);
  assert.deepEqual(factsOf(membersOf(pack, "A", newMemory(), NOON), ["ticket.exchanged"]), []);
});
