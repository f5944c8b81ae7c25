// Pure but for the store it is given: the scans that this device has kept, and what follows from them.
//
// A scan is kept before its verdict is shown. It is answered when the server's result for its id has arrived, and
// forgotten when a pack that was asked for after that has arrived: until then the device itself remembers whom it let in.
//
// A scan: {id, officer_id, at, answered, departure_id, gate_id, gate, stage, serial, question, verdict, reason, judged,
// page, told, result, overruled}. `verdict` and `reason` are the device's, `judged` all of its judgement, `told` the
// verdict that the officer has seen, `page` the opened page that kept it, `result` the server's verdict.

// So long somebody whose pass was kept and never seen, as the page died in between, may come again and is told it.
export const UNSEEN_MS = 600_000;

export class Kept {
  #store;
  #page;
  #scans = new Map();
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
  }

  // On disk when this answers; throws what the store throws, and nothing is kept then.
  async keep(scan) {
    const kept = { answered: false, page: this.#page, ...scan };
    await this.#store.keepScan(kept, "strict");
    this.#scans.set(kept.id, kept);
  }

  // The officer has seen this verdict.
  seen(id, told) {
    return this.#change(id, { told });
  }

  // The server's result for this scan: {answer, code}. Somebody whom it would not have let in is to be called back,
  // unless the officer has seen the server's own verdict, `told`.
  settle(id, { answer = null, code = "" }, told = undefined) {
    const scan = this.#scans.get(id);
    if (!scan || scan.answered) return Promise.resolve();
    const result = answer?.verdict ?? "";
    const seen = told ?? scan.told;
    const overruled = (seen ?? scan.verdict) === "pass" && result !== "pass" ? whom(scan, answer, code) : null;
    return this.#change(id, { answered: true, result, overruled, ...(seen && { told: seen }) });
  }

  // The officer has read that this person is to be called back.
  calledBack(id) {
    return this.#change(id, { overruled: null });
  }

  // Those of this officer that the server has not answered, in the order of keeping.
  unsent(officerId) {
    return [...this.#scans.values()].filter((scan) => !scan.answered && scan.officer_id === officerId);
  }

  // How many wait to be sent: the officer's own, and those of others who used this device.
  count(officerId) {
    const waiting = [...this.#scans.values()].filter((scan) => !scan.answered);
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
    const over = ids.filter((id) => {
      const scan = this.#scans.get(id);
      return scan && !scan.overruled && (scan.told || now - scan.at > UNSEEN_MS);
    });
    await this.#store.forgetScans(over);
    for (const id of over) this.#scans.delete(id);
  }

  // What this device did at a place that its pack may not know: {passes, said, aboard}, as judgeHere takes it.
  // `isUsed(serial)` tells whether the pack has the pass already: nobody is counted aboard twice.
  memory({ departure_id, stage }, isUsed) {
    const [passes, said, aboard] = [new Map(), new Map(), new Set()];
    for (const scan of this.#scans.values()) {
      if (scan.departure_id !== departure_id || !scan.serial) continue;
      if (scan.question.said) said.set(scan.serial, { ...said.get(scan.serial), ...scan.question.said });
      if (scan.stage !== stage || !letIn(scan)) continue;
      if (!passes.has(scan.serial)) passes.set(scan.serial, { at: scan.question.scanned_at, gate: scan.gate });
      if (stage === "gangway" && !isUsed(scan.serial)) aboard.add(scan.serial);
    }
    return { passes, said, aboard: aboard.size };
  }

  // The pass of this ticket that an earlier page kept and died before showing, or null.
  unseenPass(serial, { departure_id, gate_id, officer_id }, now) {
    return [...this.#scans.values()].find((scan) => (
      scan.serial === serial && scan.departure_id === departure_id && scan.gate_id === gate_id
      && scan.officer_id === officer_id && scan.page !== this.#page && !scan.told && letIn(scan)
      && now - scan.at <= UNSEEN_MS
    )) ?? null;
  }

  // Whether the server has not yet heard all that this device knows of a ticket.
  hasUnsent(serial) {
    return [...this.#scans.values()].some((scan) => scan.serial === serial && !scan.answered);
  }

  // Known here at once, and written one after the other, so that no older state is written over a newer one. Were it
  // lost, the server would be asked again and give the same answer.
  #change(id, changes) {
    const scan = this.#scans.get(id);
    if (!scan) return Promise.resolve();
    this.#scans.set(id, { ...scan, ...changes });
    const write = () => this.#scans.has(id) && this.#store.keepScan(this.#scans.get(id), "relaxed");
    this.#line = this.#line.then(write, write);
    return this.#line;
  }
}

// Who is to be called back, and why.
function whom({ judged, serial }, answer, code) {
  const { name, reason = code, sentence = "", next_step = "" } = answer ?? {};
  return { name: name || (judged?.name ?? ""), serial: answer?.serial || serial, reason, sentence, next_step };
}

// Whether this scan let its person in: by what the officer has seen, else by what would have been shown.
function letIn(scan) {
  return (scan.told ?? (scan.answered ? scan.result : scan.verdict)) === "pass";
}
