// Pure but for the store it is given: who was let aboard at which phone, as phones tell each other by a code on the screen.
//
// Kept is what this phone let aboard itself, and the signed texts of others as they were read; the set of boardings
// (boarding_set.mjs) is made of them. Nothing of it names a person: that is in the pack.

import { BoardingSet } from "./boarding_set.mjs";
import { HybridClock, isOff, momentOf } from "./hybrid_clock.mjs";
import { isoOf } from "./gate_memory.mjs";
import { readSigned, sign, statementOf } from "./meeting_code.mjs";

// So long it is remembered who was let aboard, as packs are.
export const REMEMBERED_MS = 72 * 3_600_000;

export class Meetings {
  #store;
  #place;
  #own;
  #edges;
  #clock;
  #rows = new Map();
  #set = new BoardingSet();
  #found = null;

  // place: {departure_id, gate_id, stage}; own: {id, key} of this device; edges: now(), prepared() -> the pack or null,
  // ahead() -> milliseconds that the server's clock is ahead of this one, as it last said.
  constructor(store, place, own, edges) {
    [this.#store, this.#place, this.#own, this.#edges] = [store, place, own, edges];
    this.#clock = new HybridClock(() => edges.now() + edges.ahead());
  }

  // Reads what other pages of this device have kept since.
  async load() {
    const ids = await this.#store.eventIds(this.#place.departure_id);
    for (const row of await this.#store.listEvents(ids.filter((id) => !this.#rows.has(id)))) this.#add(row);
  }

  // Keeps that these scans (kept.mjs) let their people aboard here. On disk when this answers.
  async note(scans) {
    for (const scan of scans) {
      const id = `${this.#place.departure_id} own ${scan.id}`;
      if (!isBoarding(scan, this.#place) || this.#rows.has(id)) continue;
      const stamp = this.#clock.tick(scan.at + this.#edges.ahead());
      const { serial, gate_id, judged, at } = scan;
      const row = { id, at, serial, gate_id, stamp, isNew: judged.certainty === "provisional" };
      await this.#store.keepEvent(row);
      this.#add(row);
    }
  }

  // What this phone shows: {aboard, times}, each a text; `times` is null while no other phone that it has met let the same
  // people aboard. Null without the pack, which has the numbers.
  async codes() {
    const prepared = this.#edges.prepared();
    if (!prepared) return null;
    await this.load();
    const own = [...this.#rows.values()].filter(({ serial }) => serial);
    const { departure_id, gate_id } = this.#place;
    const head = { departure_id, device_id: this.#own.id, gate_id, stamp: this.#clock.tick() };
    const events = own.map(({ serial, stamp, isNew }) => (
      { ticket: isNew ? serial : prepared.tickets.get(serial)?.number ?? serial, serial, stamp }
    ));
    const copied = new Set(this.copies().map(({ ticket }) => ticket));
    const both = events.filter(({ serial }) => copied.has(serial));
    const silent = events.map(({ ticket }) => ({ ticket, stamp: null }));
    return {
      aboard: await sign({ kind: "aboard", ...head, events: silent }, this.#own.key),
      times: both.length > 0 ? await sign({ kind: "times", ...head, events: both }, this.#own.key) : null,
    };
  }

  // What another phone shows was read. Answers {fault}: `locked`, `own_code`, `other_departure`, or as readSigned; else
  // {phone, count, unknown, minutes}: its name, how many it let aboard, how many of them this phone cannot name, and by
  // how many minutes its clock is off, 0 where it is not. On disk when this answers; throws what the store throws.
  async hear(text) {
    const prepared = this.#edges.prepared();
    if (!prepared) return { fault: "locked" };
    const { devices } = prepared.pack;
    const { statement, fault } = await readSigned(text, devices);
    if (fault) return { fault };
    if (statement.device_id === this.#own.id) return { fault: "own_code" };
    if (statement.departure_id !== this.#place.departure_id) return { fault: "other_departure" };
    const ahead = this.#clock.hear(statement.stamp);
    const id = `${statement.departure_id} ${statement.device_id} ${statement.kind} ${statement.stamp}`;
    if (!this.#rows.has(id)) {
      const row = { id, at: this.#edges.now(), text, isOff: isOff(ahead) };
      await this.#store.keepEvent(row);
      this.#add(row);
    }
    const numbers = statement.events.map(({ ticket }) => ticket).filter((ticket) => typeof ticket === "number");
    return {
      kind: statement.kind,
      phone: devices[statement.device_id].name,
      count: statement.events.length,
      unknown: numbers.filter((number) => !prepared.byNumber.has(number)).length,
      minutes: isOff(ahead) ? Math.round(Math.abs(ahead) / 60_000) : 0,
    };
  }

  // Whom other phones have let aboard, as judgeHere takes it: Map serial -> {phone, gate, at}, `at` empty while not known.
  elsewhere(prepared) {
    const found = new Map();
    if (this.#place.stage !== "gangway") return found;
    for (const [ticket, events] of this.#byTicket(prepared)) {
      const first = events.find(({ device_id }) => device_id !== this.#own.id);
      if (first) found.set(ticket, this.#told(first, prepared));
    }
    return found;
  }

  // Tickets that more than one phone let aboard: [{ticket, name, places: [{phone, gate, at, isOwn, isFirst}], isKnown}].
  copies() {
    const prepared = this.#edges.prepared();
    if (!prepared) return [];
    return this.#set.copies((number) => prepared.byNumber.get(number)).map(({ ticket, events, first }) => ({
      ticket,
      name: prepared.tickets.get(ticket)?.name ?? "",
      isKnown: first !== null,
      places: events.map((event) => (
        { ...this.#told(event, prepared), isOwn: event.device_id === this.#own.id, isFirst: event === first }
      )),
    }));
  }

  // The same as long as neither the pack nor the set is another one: it is asked for at each scan.
  #byTicket(prepared) {
    if (this.#found?.prepared !== prepared || this.#found.size !== this.#rows.size) {
      const tickets = this.#set.byTicket((number) => prepared.byNumber.get(number));
      this.#found = { prepared, size: this.#rows.size, tickets };
    }
    return this.#found.tickets;
  }

  #told({ device_id, gate_id, stamp }, { pack }) {
    const at = stamp === null ? "" : isoOf(momentOf(stamp));
    return { phone: pack.devices[device_id]?.name ?? "", gate: pack.gates[gate_id] ?? "", at };
  }

  #add(row) {
    this.#rows.set(row.id, row);
    if (row.serial) {
      const { serial: ticket, gate_id, stamp } = row;
      this.#set.add({ ticket, device_id: this.#own.id, gate_id, stamp, before: stamp, isOff: false });
      this.#clock.follow(stamp);
    } else {
      const statement = statementOf(row.text);
      this.#set.hear(statement, row.isOff);
      if (!row.isOff) this.#clock.follow(statement.stamp);
    }
  }
}

// Whether somebody came aboard by it: not one who was told no, who stepped off, or who only came back.
function isBoarding({ departure_id, stage, told, judged, showing, serial }, place) {
  return departure_id === place.departure_id && stage === "gangway" && told === "pass" && Boolean(serial)
    && !showing?.out && judged.reason !== "came_back";
}
