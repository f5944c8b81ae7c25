// Edge: the pack by which this device judges: asked for while there is a signal, and kept for the time without.

import { headerOf, tellTime } from "./device.mjs";
import { preparePack } from "./pack_judge.mjs";
import { NO_PACK, packOf, versionOf, withChanges } from "./pack_parts.mjs";

// A pack is judged by for so long.
export const LASTS_MS = 72 * 3_600_000;
// So long after the voyage its key is thrown away.
export const AFTER_MS = 12 * 3_600_000;
const TIMEOUT_MS = 15_000;

export class PackSync {
  #device;
  #store;
  #kept;
  #prepared = null;
  #held = null;
  #running = null;

  // device: {pack: its address, departure_id, gate_id, stage}; what was kept in `store` and `kept` by this device.
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

  // The PIN is asked again: nothing is known until then.
  close() {
    [this.#held, this.#prepared] = [null, null];
  }

  // Asks the server for what has changed of it. Answers "", or why nothing came: `device_unknown` for a phone that is not
  // enrolled, `device_revoked`, `locked` before the PIN, `no_connection`, `trouble`. Throws what the store throws, and the
  // pack is good all the same until the page is closed.
  sync() {
    this.#running ??= this.#ask().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #ask() {
    // What the server has answered by now it knows, and so does the pack that comes.
    const answered = this.#kept.answeredIds(this.#device.departure_id);
    const own = await this.#store.loadDevice();
    if (!own) return "device_unknown";
    if (own.revoked) return "device_revoked";
    if (!this.#store.vault.isOpen) return "locked";
    let response = await this.#fetch(own);
    if (response?.status === 403) {
      // Its signature is as good as its clock: once more by the server's.
      tellTime(Date.parse(response.headers.get("Date") ?? ""));
      response = await this.#fetch(own);
    }
    if (!response) return "no_connection";
    if (!response.ok) return this.#refused(response);
    const [at, told] = [Date.now(), await response.json()];
    if (!this.#store.vault.isOpen) return "locked";
    const changed = Object.keys(told.parts);
    this.#hold({ ...withChanges(this.#held ?? NO_PACK, told), at });
    const until = endOf(this.#prepared.pack) + AFTER_MS;
    await this.#store.savePack(this.#id, this.#held, changed, { oldest: at - LASTS_MS, until });
    await this.#kept.proved(answered, at);
    return "";
  }

  async #fetch(own) {
    const address = new URL(this.#device.pack, location.href);
    address.searchParams.set("version", versionOf(this.#held ?? NO_PACK));
    address.searchParams.set("unsent", this.#kept.passesSince(this.#device, this.#prepared));
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const headers = { Accept: "application/json", ...(await headerOf(own, "GET", address.pathname)) };
      return await fetch(address, { headers, cache: "no-store", redirect: "error", signal });
    } catch {
      return null;
    }
  }

  // A phone that was revoked keeps no data of passengers: it forgets them when it hears so.
  async #refused(response) {
    const { code = "" } = await response.json().catch(() => ({}));
    if (code !== "device_revoked") return code.startsWith("device_") ? code : "trouble";
    this.close();
    await this.#store.saveDevice({ ...(await this.#store.loadDevice()), revoked: true });
    await this.#store.vault.erase();
    return code;
  }

  #hold(held) {
    this.#prepared = preparePack(packOf(held));
    this.#held = held;
  }

  get #id() {
    return `${this.#device.departure_id} ${this.#device.gate_id}`;
  }
}

// When the ship is where it goes, as best known.
function endOf({ times: { ends, departs_at } }) {
  return Date.parse(ends ?? departs_at ?? "") || Date.now();
}
