// Phones that meet: what each keeps, shows, and knows after it has read another's screen.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeKey } from "../../static/js/gate/device.mjs";
import { remember } from "../../static/js/gate/gate_memory.mjs";
import { Kept } from "../../static/js/gate/kept.mjs";
import { Meetings } from "../../static/js/gate/meetings.mjs";
import { judgeHere, preparePack } from "../../static/js/gate/pack_judge.mjs";

const NOW = Date.UTC(2026, 10, 30, 6, 10);
const PLACE = { departure_id: 1, gate_id: 5, stage: "gangway", officer_id: 7 };
const keys = { 1: await makeKey(), 2: await makeKey(), 3: await makeKey() };
const SERIALS = ["AAAAAAAAAA", "BBBBBBBBBB", "CCCCCCCCCC"];

function aPack(stage = "gangway") {
  const ticket = (serial, number) => ({ serial, number, name: `Nama ${serial[0]}`, fault: null, legs: 1, passed: false });
  return preparePack({
    stage, gate: "Tangga A", gate_id: 5, others: [], rules: null, times: { opens: "2026-11-30T00:00:00Z", closes: "2026-12-01T00:00:00Z" },
    load: { aboard: 10, ceiling: 100, legs: [{ aboard: 10, ceiling: 100 }] }, facts: {},
    devices: Object.fromEntries([1, 2].map((id) => [id, { name: `HP ${id}`, public_key: keys[id].publicKey }])),
    gates: { 5: "Tangga A", 6: "Tangga B" }, tickets: SERIALS.map(ticket),
  });
}

/** A store in memory, which holds copies as a real one does. */
function storage() {
  const rows = { scans: new Map(), events: new Map() };
  const list = (name) => async (ids) => ids.map((id) => structuredClone(rows[name].get(id)));
  const keep = (name) => async (row) => { rows[name].set(row.id, structuredClone(row)); };
  return {
    rows, scanIds: async () => [...rows.scans.keys()], listScans: list("scans"), keepScan: keep("scans"),
    eventIds: async () => [...rows.events.keys()], listEvents: list("events"), keepEvent: keep("events"),
    forgetScans: async (ids) => ids.forEach((id) => rows.scans.delete(id)),
  };
}

async function aPhone(id, { store = storage(), gate_id = 4 + id, late = 0, prepared = aPack(), page = "page" } = {}) {
  const phone = { store, prepared, time: NOW + late, place: { ...PLACE, gate_id } };
  phone.meetings = new Meetings(store, phone.place, { id, key: keys[id].pair.privateKey }, {
    now: () => phone.time, prepared: () => phone.prepared, ahead: () => 0,
  });
  phone.kept = new Kept(store, page);
  await phone.kept.load();
  await phone.kept.meet(phone.meetings);
  phone.letIn = async (serial, more = {}) => {
    const showing = { serial, now: phone.time, said: {}, seen: [] };
    const judged = { verdict: "pass", reason: "admitted", name: "", heard: true, certainty: "verified", ...more };
    const scan = { id: `${id} ${serial}`, ...phone.place, at: phone.time, serial, question: {}, showing, judged };
    await phone.kept.keep(scan);
    await phone.kept.seen(scan.id, "pass");
    phone.time += 1000;
  };
  phone.judge = (serial, signed = null) => {
    const memory = phone.kept.memory(phone.place, phone.prepared);
    return judgeHere(phone.prepared, { serial, signed, fault: "", now: phone.time, said: {}, seen: [] }, memory);
  };
  phone.copies = () => phone.meetings.copies().map(({ ticket, isKnown, places }) => (
    [ticket, isKnown ? places.find(({ isFirst }) => isFirst).phone : "", ...places.map(({ gate, at }) => `${gate} ${at}`)]
  ));
  return phone;
}

test("after one look at each other both refuse what the other has let in, with phone and gate", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  await one.letIn(SERIALS[0]);
  await other.letIn(SERIALS[1]);
  const heard = await other.meetings.hear((await one.meetings.codes()).aboard);
  assert.deepEqual(heard, { kind: "aboard", phone: "HP 1", count: 1, unknown: 0, minutes: 0 });
  await one.meetings.hear((await other.meetings.codes()).aboard);
  const refused = other.judge(SERIALS[0]);
  assert.deepEqual([refused.verdict, refused.reason], ["refuse", "used_elsewhere"]);
  assert.deepEqual(refused.details, { phone: "HP 1", gate: "Tangga A", at: "" });
  assert.equal(one.judge(SERIALS[1]).details.gate, "Tangga B");
  assert.equal(one.judge(SERIALS[2]).verdict, "pass");
  assert.deepEqual([one.copies(), (await one.meetings.codes()).times], [[], null]);
});

test("those aboard by another phone are counted as souls, and use up no share of this one", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  await one.letIn(SERIALS[0]);
  await other.letIn(SERIALS[1]);
  await other.meetings.hear((await one.meetings.codes()).aboard);
  assert.equal(other.judge(SERIALS[2]).aboard, 13, "ten, one here, one there, and this one");
  assert.equal(other.kept.passesSince(other.place, other.prepared), 1);
});

test("a ticket that both let in is listed on both with places and times, and the first is known after the second code", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2, { late: 60_000 })];
  await one.letIn(SERIALS[0]);
  await other.letIn(SERIALS[0]);
  for (const [reader, shower] of [[one, other], [other, one]]) await reader.meetings.hear((await shower.meetings.codes()).aboard);
  const [here, there] = ["Tangga A 2026-11-30T06:10:00+00:00", "Tangga B 2026-11-30T06:11:00+00:00"];
  assert.deepEqual(other.copies(), [[SERIALS[0], "", there, "Tangga A "]], "whose time is not known yet");
  for (const [reader, shower] of [[one, other], [other, one]]) await reader.meetings.hear((await shower.meetings.codes()).times);
  for (const phone of [one, other]) assert.deepEqual(phone.copies(), [[SERIALS[0], "HP 1", here, there]]);
  assert.equal(one.judge(SERIALS[0]).reason, "already_used", "its own pass is told first");
});

test("what was read is known after a reload, by every page of the phone, and names nobody on disk", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  const second = await aPhone(2, { store: other.store, page: "page 2" });
  await one.letIn(SERIALS[0]);
  await other.meetings.hear((await one.meetings.codes()).aboard);
  await second.kept.load();
  const reloaded = await aPhone(2, { store: other.store, page: "page 3" });
  for (const phone of [second, reloaded]) assert.equal(phone.judge(SERIALS[0]).reason, "used_elsewhere");
  assert.doesNotMatch(JSON.stringify([...one.store.rows.events.values(), ...other.store.rows.events.values()]), /Nama/);
});

test("whom a page let aboard and did not note before it died is told by the next one", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  await one.letIn(SERIALS[0]);
  one.store.rows.events.clear();
  const reloaded = await aPhone(1, { store: one.store, page: "page 2" });
  await other.meetings.hear((await reloaded.meetings.codes()).aboard);
  assert.equal(other.judge(SERIALS[0]).reason, "used_elsewhere");
});

test("a ticket that is in no pack is told by its serial", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  await one.letIn("7K3M9QX2TG", { certainty: "provisional" });
  await other.meetings.hear((await one.meetings.codes()).aboard);
  const signed = { voyage: undefined, from_call: undefined, to_call: 1, infant: false, name_tag: "X" };
  assert.equal(other.judge("7K3M9QX2TG", signed).reason, "used_elsewhere");
});

test("a number that an older pack does not have is counted as unknown, and refused once a pack names it", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  other.prepared.byNumber.delete(0);
  await one.letIn(SERIALS[0]);
  assert.equal((await other.meetings.hear((await one.meetings.codes()).aboard)).unknown, 1);
  assert.equal(other.judge(SERIALS[0]).verdict, "pass");
  other.prepared = aPack();
  assert.equal(other.judge(SERIALS[0]).reason, "used_elsewhere");
});

test("only a pass at the ship's side is told: no refusal, no terminal, nobody who only came back", async () => {
  const one = await aPhone(1);
  await one.letIn(SERIALS[0], { reason: "came_back" });
  const scan = { ...PLACE, at: NOW, question: {}, showing: {}, judged: { reason: "" } };
  for (const [id, more] of [["a", { stage: "terminal" }], ["b", { told: "refuse" }], ["c", { departure_id: 9 }], ["d", { told: null }],
    ["e", { showing: { out: true } }]]) {
    await one.meetings.note([{ ...scan, id, serial: SERIALS[1], told: "pass", ...more }]);
  }
  assert.equal(one.store.rows.events.size, 0);
});

test("who boarded at another phone may step off here and come back here, and one who is known to be ashore is no copy", async () => {
  const [one, other] = [await aPhone(1), await aPhone(2)];
  for (const serial of SERIALS.slice(0, 2)) await one.letIn(serial);
  await other.meetings.hear((await one.meetings.codes()).aboard);
  const memory = other.kept.memory(other.place, other.prepared);
  const shown = (serial, out) => ({ serial, signed: null, fault: "", now: other.time, said: {}, seen: [], out });
  const left = judgeHere(other.prepared, shown(SERIALS[0], true), memory);
  assert.deepEqual([left.reason, left.aboard], ["stepped_off", 11]);
  remember(memory, other.prepared, shown(SERIALS[0], true), left);
  const back = judgeHere(other.prepared, shown(SERIALS[0], false), memory);
  assert.deepEqual([back.reason, back.aboard], ["came_back", 12]);
  other.prepared.tickets.get(SERIALS[1]).ashore = { at: "2026-11-30T06:30:00+00:00" };
  assert.equal(other.judge(SERIALS[1]).reason, "came_back");
});

test("a phone whose clock is off by more than five minutes is told, moves no other, and leaves the order unknown", async () => {
  const [one, wrong] = [await aPhone(1), await aPhone(2, { late: 6 * 60_000 })];
  await one.letIn(SERIALS[0]);
  await wrong.letIn(SERIALS[0]);
  assert.equal((await one.meetings.hear((await wrong.meetings.codes()).aboard)).minutes, 6);
  assert.equal((await wrong.meetings.hear((await one.meetings.codes()).aboard)).minutes, 6);
  await one.meetings.hear((await wrong.meetings.codes()).times);
  assert.equal(one.copies()[0][1], "", "both times are listed, and who was first is not");
  await one.letIn(SERIALS[1]);
  const [, row] = [...one.store.rows.events.values()].filter(({ serial }) => serial);
  assert.ok(row.stamp < (NOW + 60_000) * 256);
});

test("a code of its own, of another departure, of a stranger, or while the pack is shut is refused with the reason", async () => {
  const [one, other, stranger] = [await aPhone(1), await aPhone(2), await aPhone(3)];
  const codes = await one.meetings.codes();
  assert.deepEqual(await one.meetings.hear(codes.aboard), { fault: "own_code" });
  assert.deepEqual(await other.meetings.hear((await stranger.meetings.codes()).aboard), { fault: "unknown_device" });
  other.place.departure_id = 9;
  assert.deepEqual(await other.meetings.hear(codes.aboard), { fault: "other_departure" });
  other.prepared = null;
  assert.deepEqual([await other.meetings.hear(codes.aboard), await other.meetings.codes()], [{ fault: "locked" }, null]);
  assert.equal(other.store.rows.events.size, 0);
});
