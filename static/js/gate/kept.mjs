// Pure but for the store it is given: the scans that this device has kept, and what follows from them.
//
// A scan is kept before its verdict is shown. It is answered when the server's result for its id has arrived, and
// forgotten when a pack that was asked for after that has arrived: until then the device itself remembers whom it let in.
//
// A scan: {id, officer_id, at, answered, departure_id, gate_id, stage, serial, question, showing, judged, page, told,
// result, overruled}. `showing` and `judged` are what the device judged by, and its judgement; `told` is the verdict that
// the officer has seen, `page` the opened page that kept it, `result` the server's verdict. On disk a scan names nobody
// (`nameless`), since it opens without the officer's PIN; who it was is told by the pack.

import { newMemory, passesSince, remember } from "./gate_memory.mjs";

// So long somebody whose pass was kept and never seen, as the page died in between, may come again and is told it.
export const UNSEEN_MS = 600_000;

// Of another departure no pack comes any more: so long after the server's answer a scan of it is remembered.
export const REMEMBERED_MS = 72 * 3_600_000;

// What of a judgement is written down: what this device has to remember, and what it tells the server.
const WRITTEN = ["verdict", "reason", "serial", "certainty", "legs", "heard"];

export class Kept {
  // Who was let aboard at which phone (meetings.mjs), null where that is not kept.
  meetings = null;
  #store;
  #page;
  #scans = new Map();
  #asking = new Set();
  #line = Promise.resolve();

  constructor(store, page) {
    this.#store = store;
    this.#page = page;
  }

  // Reads what other pages of this device have kept since, and drops what they have forgotten.
  async load() {
    const before = [...this.#scans.keys()];
    const ids = await this.#store.scanIds();
    const there = new Set(ids);
    for (const id of before) if (!there.has(id)) this.#scans.delete(id);
    const found = await this.#store.listScans(ids.filter((id) => !this.#scans.has(id)));
    for (const scan of found.sort((one, other) => one.at - other.at)) this.#scans.set(scan.id, scan);
    await this.meetings?.load();
  }

  // On disk when this answers; throws what the store throws, and nothing is kept then. It is not sent until `release`:
  // its own page asks the server about it.
  async keep(scan) {
    const kept = { answered: false, page: this.#page, ...scan };
    this.#asking.add(kept.id);
    await this.#store.keepScan(nameless(kept), "strict");
    this.#scans.set(kept.id, kept);
  }

  release(id) {
    this.#asking.delete(id);
  }

  // The server does not let this officer ask: nothing was told of it, and nothing is to be sent.
  async withdraw(id) {
    this.#scans.delete(id);
    await this.#store.forgetScans([id]);
  }

  // The officer is shown this verdict. On disk when this answers, so that no next page takes it for unseen.
  async seen(id, told) {
    await this.#change(id, { told }, "strict");
    await this.#noteBoarding(id);
  }

  // The server's result for this scan: {answer, code}. Somebody whom it would not have let in is to be called back,
  // unless the officer has seen the server's own verdict, `told`.
  async settle(id, { answer = null, code = "" }, told = undefined) {
    const scan = this.#scans.get(id);
    if (!scan || scan.answered) return;
    const result = answer?.verdict ?? "";
    const seen = told ?? scan.told;
    const letAboard = !scan.showing?.out && (seen ?? scan.judged.verdict) === "pass";
    const overruled = letAboard && result !== "pass" ? whom(scan, answer, code) : null;
    await this.#change(id, { answered: true, result, overruled, ...(seen && { told: seen }) }, told && "strict");
    await this.#noteBoarding(id);
  }

  // The officer has read that this person is to be called back.
  calledBack(id) {
    return this.#change(id, { overruled: null });
  }

  // Those of this officer that the server has not answered, in the order of keeping.
  unsent(officerId) {
    return this.#waiting().filter(({ id, officer_id }) => officer_id === officerId && !this.#asking.has(id));
  }

  // How many wait to be sent: the officer's own, and those of others who used this device.
  count(officerId) {
    const waiting = this.#waiting();
    const own = waiting.filter((scan) => scan.officer_id === officerId).length;
    return { own, others: waiting.length - own };
  }

  // People whom the server would not have let in, and whom no officer has called back yet.
  overruled() {
    return [...this.#scans.values()].filter((scan) => scan.overruled);
  }

  // The answered ones of a departure. Ask before a pack is asked for: one that comes then knows them.
  answeredIds(departureId) {
    const here = [...this.#scans.values()].filter((scan) => scan.answered && scan.departure_id === departureId);
    return here.map(({ id }) => id);
  }

  // A pack has come that was asked for when these were answered.
  async proved(ids, now) {
    const proved = new Set(ids);
    const over = [...this.#scans.values()].filter((scan) => {
      const known = proved.has(scan.id) || now - scan.at > REMEMBERED_MS;
      return scan.answered && known && !scan.overruled && (scan.told || now - scan.at > UNSEEN_MS);
    }).map(({ id }) => id);
    await this.#store.forgetScans(over);
    for (const id of over) this.#scans.delete(id);
  }

  // What this device did at a place that its pack may not know, as judgeHere takes it. `prepared` is the pack; without one
  // of its scans, `butFor`, it is as before it.
  memory({ departure_id, stage }, prepared, butFor = "") {
    const memory = { ...newMemory(), elsewhere: this.meetings?.elsewhere(prepared) ?? new Map() };
    for (const scan of this.#scans.values()) {
      if (scan.departure_id !== departure_id || !scan.serial || scan.id === butFor) continue;
      // What was said counts at every gate, a pass at its own stage alone.
      const verdict = scan.stage === stage && letIn(scan) ? "pass" : "hold";
      remember(memory, prepared, scan.showing, { ...scan.judged, verdict });
    }
    return memory;
  }

  // How many this device has let aboard whom its pack, `prepared`, does not count; 0 without a pack.
  passesSince(device, prepared) {
    return prepared ? passesSince(prepared, this.memory(device, prepared)) : 0;
  }

  // The pass of this ticket that an earlier page kept and died before showing, or null.
  unseenPass(serial, { departure_id, gate_id, officer_id }, now) {
    return [...this.#scans.values()].find((scan) => (
      scan.serial === serial && scan.departure_id === departure_id && scan.gate_id === gate_id
      && scan.officer_id === officer_id && scan.page !== this.#page && !scan.told && letIn(scan)
      && now - scan.at <= UNSEEN_MS && !scan.showing?.out && !this.#hasLeftSince(serial, scan.at)
    )) ?? null;
  }

  // Whether the server has not yet heard all that this device knows of a ticket, but for one scan.
  hasUnsent(serial, butFor = "") {
    return this.#waiting().some((scan) => scan.serial === serial && scan.id !== butFor);
  }

  // Whether a pass at this ship's side waits to be sent, of somebody who has not stepped off since.
  hasUnsentPass(serial, { departure_id, stage }) {
    const here = (scan) => scan.serial === serial && scan.departure_id === departure_id && scan.stage === stage;
    const last = this.#waiting().filter((scan) => here(scan) && letIn(scan)).at(-1);
    return stage === "gangway" && last !== undefined && !last.showing?.out;
  }

  #hasLeftSince(serial, at) {
    return [...this.#scans.values()].some((scan) => scan.serial === serial && scan.showing?.out && scan.at >= at);
  }

  // Other phones are to be told of all whom this one has let aboard, also of those whom a page noted no more before it died.
  async meet(meetings) {
    this.meetings = meetings;
    await meetings.load();
    await meetings.note([...this.#scans.values()]);
  }

  async #noteBoarding(id) {
    if (this.#scans.has(id)) await this.meetings?.note([this.#scans.get(id)]);
  }

  #waiting() {
    return [...this.#scans.values()].filter((scan) => !scan.answered);
  }

  // Known here at once, and written one after the other, so that no older state is written over a newer one. Were the
  // server's answer lost, it would be asked again and give the same.
  #change(id, changes, durability = "relaxed") {
    const scan = this.#scans.get(id);
    if (!scan) return Promise.resolve();
    this.#scans.set(id, { ...scan, ...changes });
    const write = () => this.#scans.has(id) && this.#store.keepScan(nameless(this.#scans.get(id)), durability);
    this.#line = this.#line.then(write, write);
    return this.#line;
  }
}

// What of a scan is written down: of its ticket the number alone, for a code tells a part of the name. By the number the
// server takes it for the same question.
function nameless({ question, judged, overruled, ...rest }) {
  const { name: _name, ...called } = overruled ?? {};
  return {
    ...rest,
    question: rest.serial ? { ...question, shown: rest.serial } : question,
    judged: Object.fromEntries(WRITTEN.filter((part) => part in judged).map((part) => [part, judged[part]])),
    overruled: overruled && called,
  };
}

// Who is to be called back, and why.
function whom({ judged, serial }, answer, code) {
  const { name, reason = code, sentence = "", next_step = "" } = answer ?? {};
  return { name: name || (judged?.name ?? ""), serial: answer?.serial || serial, reason, sentence, next_step };
}

// Whether this scan let its person in: by what the officer has seen, else by what would have been shown.
function letIn(scan) {
  return (scan.told ?? (scan.answered ? scan.result : scan.judged.verdict)) === "pass";
}
