// Pure but for the edges it is given: sends the kept scans of one officer to the server, in the order of keeping.
//
// A scan leaves the queue only by the server's result for its own id; one that the server cannot take holds up no other.
// Nothing is sent in another officer's name: before each sending the server is asked who has signed in, and the token
// that comes with the answer is good in that session alone.

export const BATCH = 100;
export const PAUSE_MS = 5_000;
export const PAUSE_MAX_MS = 300_000;

// What a device tells of a scan, besides the question itself.
export function asSent({ question, judged }) {
  return { ...question, device_verdict: judged.verdict, device_reason: judged.reason };
}

export class Queue {
  #kept;
  #officerId;
  #edges;
  #running = null;
  #pause = PAUSE_MS;
  #timer = null;

  // Edges: session() -> {officer_id, csrf} or {fault}; upload(scans, csrf) -> {results} or {fault}, where the fault
  // `malformed` is that of one of the scans; alone(work) runs work unless another page sends; later(work, ms) -> timer,
  // never(timer); settled(scan, result) and told(state) hear of it.
  constructor(kept, officerId, edges) {
    this.#kept = kept;
    this.#officerId = officerId;
    this.#edges = edges;
  }

  // Sends all that waits, and answers "" or why something stays: `no_connection`, `trouble`, `signed_out`,
  // `other_officer`, `elsewhere` (another page sends). Called while it runs, it is the same run.
  flush() {
    this.#running ??= this.#run().finally(() => { this.#running = null; });
    return this.#running;
  }

  // Something speaks for trying at once: the line is back, the page is looked at again.
  wake() {
    this.#pause = PAUSE_MS;
    return this.flush();
  }

  async #run() {
    const { alone, later, never, told } = this.#edges;
    never(this.#timer);
    let fault;
    try {
      fault = await alone(() => this.#empty()) ?? "elsewhere";
    } catch {
      fault = "trouble"; // the device's own storage, say: what is kept stays kept
    }
    const { own, others } = this.#kept.count(this.#officerId);
    told({ own, others, fault });
    if (own > 0) {
      this.#timer = later(() => this.flush(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, PAUSE_MAX_MS);
    } else this.#pause = PAUSE_MS;
    return fault;
  }

  async #empty() {
    await this.#kept.load();
    const held = new Set();
    for (;;) {
      const batch = this.#kept.unsent(this.#officerId).filter(({ id }) => !held.has(id)).slice(0, BATCH);
      if (batch.length === 0) return held.size > 0 ? "trouble" : "";
      const session = await this.#edges.session();
      if (session.fault) return session.fault;
      if (session.officer_id !== this.#officerId) return "other_officer";
      const fault = await this.#send(batch, session.csrf, held);
      if (fault) return fault;
    }
  }

  // Ids that got no result of their own are `held` for this run.
  async #send(batch, csrf, held) {
    const { results, fault } = await this.#edges.upload(batch.map(asSent), csrf);
    if (fault === "malformed" && batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      return await this.#send(batch.slice(0, half), csrf, held) || this.#send(batch.slice(half), csrf, held);
    }
    if (fault && fault !== "malformed") return fault;
    const byId = new Map((results ?? []).map((result) => [result.id, result]));
    for (const scan of batch) {
      const result = byId.get(scan.id);
      // With `again` the server has kept nothing of it: its database was away, say.
      if (result?.again || (!result?.answer && !result?.code)) {
        held.add(scan.id);
        continue;
      }
      await this.#kept.settle(scan.id, result);
      this.#edges.settled(scan, result);
    }
    return "";
  }
}
