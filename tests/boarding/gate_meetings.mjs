// Phones at a ship's side without a signal, for tests/boarding/gate_meetings.py: the modules of the gate's page, with a
// store in memory. Reads one line of JSON and answers one, twice:
//   {"phones", "seed", "orders"}            -> {"keys"}: the public key of each phone
//   {"pack", "devices": [{id, gate_id}], "since", "minutes"} -> {"copies", "flagged_after_exchange", "order_differences", ...}

import { createInterface } from "node:readline";

import { BoardingSet } from "../../static/js/gate/boarding_set.mjs";
import { makeKey } from "../../static/js/gate/device.mjs";
import { Kept } from "../../static/js/gate/kept.mjs";
import { statementOf } from "../../static/js/gate/meeting_code.mjs";
import { Meetings } from "../../static/js/gate/meetings.mjs";
import { judgeHere, preparePack } from "../../static/js/gate/pack_judge.mjs";

const MINUTE_MS = 60_000;
const COPIED = 0.15; // of the tickets are shown at a second phone, and some of them at a third
const MEETING_EVERY = 40; // showings
const SKEW_MS = 2 * MINUTE_MS;
const WRONG_MS = 9 * MINUTE_MS; // the clock of the last phone, where there are more than three

function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle(items, random) {
  for (let last = items.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1));
    [items[last], items[at]] = [items[at], items[last]];
  }
  return items;
}

function storage() {
  const rows = { scans: new Map(), events: new Map() };
  const list = (name) => async (ids) => ids.map((id) => rows[name].get(id));
  const keep = (name) => async (row) => { rows[name].set(row.id, row); };
  return {
    rows, scanIds: async () => [...rows.scans.keys()], listScans: list("scans"), keepScan: keep("scans"),
    eventIds: async () => [...rows.events.keys()], listEvents: list("events"), keepEvent: keep("events"),
  };
}

class Phone {
  constructor({ id, gate_id }, key, prepared, skew, clock) {
    const { departure_id } = prepared.pack;
    Object.assign(this, { id, prepared, letIn: new Map(), scans: [], store: storage(), skew, clock });
    this.place = { departure_id, gate_id, stage: "gangway", officer_id: 1 };
    this.meetings = new Meetings(this.store, this.place, { id, key }, {
      now: () => this.now(), prepared: () => prepared, ahead: () => 0,
    });
    this.kept = new Kept(this.store, "page");
  }

  now() {
    return this.clock.ms + this.skew;
  }

  judge(serial) {
    const showing = { serial, signed: null, fault: "", now: this.now(), said: {}, seen: [] };
    return { showing, judged: judgeHere(this.prepared, showing, this.kept.memory(this.place, this.prepared)) };
  }

  async scan(serial) {
    const { showing, judged } = this.judge(serial);
    const id = `${this.id} ${this.scans.length}`;
    await this.kept.keep({ id, ...this.place, at: showing.now, serial, question: { shown: serial }, showing, judged });
    await this.kept.seen(id, judged.verdict);
    this.scans.push({ device: this.id, gate_id: this.place.gate_id, serial, at: showing.now, verdict: judged.verdict, reason: judged.reason });
    if (judged.verdict === "pass") this.letIn.set(serial, this.clock.ms);
    return judged;
  }

  async reads(other, kind) {
    const codes = await other.meetings.codes();
    if (!codes[kind]) return null;
    const heard = await this.meetings.hear(codes[kind]);
    if (heard.fault) throw new Error(`${other.id} is not read: ${heard.fault}`);
    return codes[kind];
  }
}

/** People come aboard, some on a copied ticket at another phone, while phones meet now and then. Answers all texts shown. */
async function board(phones, serials, since, minutes, clock, random) {
  const pick = () => phones[Math.floor(random() * phones.length)];
  const showings = serials.flatMap((serial) => {
    const at = since + random() * minutes * MINUTE_MS;
    const again = random() < COPIED ? [1, ...(random() < 0.3 ? [2] : [])] : [];
    return [{ serial, at }, ...again.map(() => ({ serial, at: since + random() * minutes * MINUTE_MS }))];
  }).sort((one, other) => one.at - other.at);
  const shown = [];
  let [refusedHere, refusedByMeeting] = [0, 0];
  for (const [number, { serial, at }] of showings.entries()) {
    clock.ms = Math.floor(at);
    const { verdict, reason } = await pick().scan(serial);
    if (verdict !== "pass") reason === "used_elsewhere" ? refusedByMeeting++ : refusedHere++;
    if (number % MEETING_EVERY === MEETING_EVERY - 1) {
      const [one, other] = shuffle([...phones], random);
      for (const [reader, shower] of [[one, other], [other, one]]) shown.push(await reader.reads(shower, "aboard"));
      for (const [reader, shower] of [[one, other], [other, one]]) shown.push(await reader.reads(shower, "times"));
    }
  }
  return { shown: shown.filter(Boolean), showings: showings.length, refusedHere, refusedByMeeting };
}

/** Each two phones meet once, in an order of chance. */
async function exchange(phones, random) {
  const pairs = phones.flatMap((one, at) => phones.slice(at + 1).map((other) => [one, other]));
  const shown = [];
  for (const kind of ["aboard", "times"]) {
    for (const [one, other] of shuffle(pairs, random)) {
      shown.push(await one.reads(other, kind), await other.reads(one, kind));
    }
  }
  return shown.filter(Boolean);
}

/** How often a phone that heard all this in another order, or more than once, knew something else afterwards. */
function differencesOf(phones, shown, orders, random) {
  const statements = shown.map((text) => statementOf(text));
  const own = phones.map(({ store }) => [...store.rows.events.values()].filter(({ serial }) => serial));
  const isOff = new Map(phones.map(({ id, skew }) => [id, Math.abs(skew) > 5 * MINUTE_MS]));
  const known = (phone, order) => {
    const set = new BoardingSet();
    for (const { serial, gate_id, stamp } of own[phone]) {
      set.add({ ticket: serial, device_id: phones[phone].id, gate_id, stamp, before: stamp, isOff: false });
    }
    for (const statement of order) {
      if (statement.device_id !== phones[phone].id) set.hear(statement, isOff.get(statement.device_id));
    }
    return JSON.stringify(set.copies((number) => phones[phone].prepared.byNumber.get(number)));
  };
  const expected = phones.map((_phone, at) => known(at, statements));
  let differences = 0;
  for (let order = 0; order < orders; order++) {
    const phone = order % phones.length;
    const again = statements.filter(() => random() < 0.1);
    if (known(phone, shuffle([...statements, ...again], random)) !== expected[phone]) differences++;
  }
  return differences;
}

async function run({ keys, seed, orders }, { pack, devices, since, minutes }) {
  const random = randomOf(seed);
  const [prepared, clock] = [preparePack(pack), { ms: since }];
  const phones = devices.map((device, at) => {
    const isWrong = devices.length > 3 && at === devices.length - 1;
    const skew = isWrong ? WRONG_MS : Math.floor((random() * 2 - 1) * SKEW_MS);
    return new Phone(device, keys[at].pair.privateKey, prepared, skew, clock);
  });
  for (const phone of phones) await phone.kept.meet(phone.meetings);
  const serials = pack.tickets.map(({ serial }) => serial);
  const { shown, showings, refusedHere, refusedByMeeting } = await board(phones, serials, since, minutes, clock, random);
  const letIn = (serial) => phones.filter((phone) => phone.letIn.has(serial));
  const copies = serials.filter((serial) => letIn(serial).length > 1);
  clock.ms = Math.max(clock.ms, since + minutes * MINUTE_MS);
  shown.push(...await exchange(phones, random));
  const listed = phones.map((phone) => new Set(phone.meetings.copies().map(({ ticket }) => ticket)));
  const again = serials.flatMap((serial) => phones.map((phone) => phone.judge(serial).judged.verdict));
  return {
    copies: copies.length,
    flagged_after_exchange: copies.filter((serial) => listed.every((one) => one.has(serial))).length,
    order_differences: differencesOf(phones, shown, orders, random),
    flagged_wrongly: listed.reduce((sum, one) => sum + [...one].filter((serial) => !copies.includes(serial)).length, 0),
    passed_after_exchange: again.filter((verdict) => verdict === "pass").length,
    firsts_known: phones[0].meetings.copies().filter(({ isKnown }) => isKnown).length,
    showings, refused_here: refusedHere, refused_by_meeting: refusedByMeeting, codes: shown.length,
    longest_code: Math.max(...shown.map((text) => text.length)),
    copied: copies,
    scans: phones.flatMap(({ scans }) => scans),
  };
}

let given = null;
for await (const text of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const line = JSON.parse(text);
  let answer;
  if (!given) {
    const keys = await Promise.all(Array.from({ length: line.phones }, makeKey));
    given = { ...line, keys };
    answer = { keys: keys.map(({ publicKey }) => publicKey) };
  } else answer = await run(given, line);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
