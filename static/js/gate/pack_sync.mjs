// Edge: the pack by which this device judges: asked for while there is a signal, and kept for the time without.

import { preparePack } from "./pack_judge.mjs";

// A pack is judged by for so long.
export const LASTS_MS = 72 * 3_600_000;
const TIMEOUT_MS = 15_000;

export class PackSync {
  #device;
  #store;
  #kept;
  #prepared = null;
  #held = null;
  #running = null;

  // device: {pack: its address, departure_id, gate_id}; what was kept in `store` and `kept` by this device.
  constructor(device, store, kept) {
    this.#device = device;
    this.#store = store;
    this.#kept = kept;
  }

  // From the device itself, before anything is asked.
  async open() {
    const found = await this.#store.loadPack(this.#id);
    if (found) this.#hold(found);
  }

  // The pack ready to be judged by, null where there is none or it is too old.
  prepared() {
    return this.isOld ? null : this.#prepared;
  }

  get isOld() {
    return this.#held !== null && Date.now() - this.#held.at > LASTS_MS;
  }

  // When it was true by the server's clock, and when that was by this device's: {asOf, at}, null without a pack.
  get age() {
    return this.#held && { asOf: this.#held.asOf, at: this.#held.at };
  }

  // Asks the server for it, unless it is the one that is here. Answers whether the server was reached; throws what the
  // store throws, and the pack is good all the same until the page is closed.
  sync() {
    this.#running ??= this.#ask().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #ask() {
    // What the server has answered by now it knows, and so does the pack that comes.
    const answered = this.#kept.answeredIds(this.#device.departure_id);
    const response = await this.#fetch();
    if (!response) return false;
    const at = Date.now();
    if (response.status === 304) {
      const asOf = Date.parse(response.headers.get("Date") ?? "") || this.#held.asOf;
      this.#held = { ...this.#held, asOf, at };
    } else {
      const pack = await response.json();
      this.#hold({ pack, etag: response.headers.get("ETag"), asOf: Date.parse(pack.as_of), at });
    }
    await this.#store.savePack(this.#id, this.#held, at - LASTS_MS);
    await this.#kept.proved(answered, at);
    return true;
  }

  async #fetch() {
    const headers = { Accept: "application/json", ...(this.#held?.etag && { "If-None-Match": this.#held.etag }) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(this.#device.pack, { headers, cache: "no-store", redirect: "error", signal });
      return response.ok || response.status === 304 ? response : null;
    } catch {
      return null;
    }
  }

  #hold(held) {
    this.#prepared = preparePack(held.pack);
    this.#held = held;
  }

  get #id() {
    return `${this.#device.departure_id} ${this.#device.gate_id}`;
  }
}
