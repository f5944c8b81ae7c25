// Edge: the keys of what this phone knows of passengers. One for each departure, made of the officer's PIN, of a secret of
// this phone that no script can read, and of a number that is thrown away with the pack. docs/gate.md says what it protects.

import { COST, harden, isPin, isWeak } from "./pin.mjs";
import { keyOf, seal, unseal } from "./seal.mjs";

/** So many wrong PINs erase everything. */
export const TRIES = 10;
/** Without a touch or a scan for so long, the PIN is asked again. */
export const IDLE_MS = 30 * 60_000;

const PIN = "pin";
const SECRET = "pin secret";
const DEPARTURE = "departure ";
const WINDOW = "gate vault";
const CHANNEL = "gate vault";
const ANSWER_MS = 150;
const SALT_BYTES = 16;
const STRICT = { durability: "strict" };

export class Vault {
  #base;
  #device;
  #window;
  #channel;
  #officer = 0;
  // While it is open: the secret, and the same as another page of this phone can open it.
  #master = null;
  #passed = null;
  #usedAt = 0;
  // Told when another page of this phone has erased everything.
  onErased = () => {};

  // `base`: the database of store.mjs; `device`: its key; `place`: the storage of this window, or null.
  constructor(base, device, place) {
    [this.#base, this.#device, this.#window] = [base, device, place];
  }

  // Answers `none` (no PIN is set), `locked` or `open`, after it has looked for another page of this officer that is open,
  // or was open here before. What another officer left behind is erased.
  async begin(officerId) {
    this.#officer = officerId;
    this.#listen();
    const kept = await this.#base.get("keys", PIN);
    if (kept && (kept.officer_id !== officerId || kept.tries > TRIES)) await this.erase();
    const state = await this.state();
    if (state !== "locked") return state;
    const passed = this.#fromWindow() ?? await this.#fromOthers();
    if (passed && await this.#enter(kept, await unseal(this.#device, WINDOW, passed))) return "open";
    return "locked";
  }

  async state() {
    if (this.isOpen) return "open";
    return (await this.#base.count("keys", PIN)) ? "locked" : "none";
  }

  get isOpen() {
    if (this.#master && Date.now() - this.#usedAt > IDLE_MS) this.lock();
    return this.#master !== null;
  }

  // The officer is here: it stays open.
  touch() {
    this.#usedAt = Date.now();
  }

  lock() {
    [this.#master, this.#passed] = [null, null];
  }

  // A new PIN; what was sealed by an older one is erased. Throws `pin_form`, `pin_weak`, `pin_none`.
  async set(pin) {
    if (!isPin(pin)) throw new Error("pin_form");
    if (isWeak(pin)) throw new Error("pin_weak");
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
    const hardened = await harden(pin, salt, COST);
    await this.erase();
    const secret = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
    const bytes = await mix(secret, hardened);
    const proof = await seal(await keyOf(await masterOf(bytes), PIN), PIN, PIN);
    const change = this.#base.transaction("keys", "readwrite", STRICT);
    const kept = { officer_id: this.#officer, salt, cost: COST, tries: 0, ...proof };
    await Promise.all([change.store.put(secret, SECRET), change.store.put(kept, PIN), change.done]);
    await this.#enter(kept, btoa(String.fromCharCode(...bytes)));
  }

  // Answers how many tries are left, null when it is open. A try is on disk before it is made.
  async unlock(pin) {
    if (!isPin(pin)) throw new Error("pin_form");
    const kept = await this.#count((tries) => tries + 1);
    if (!kept || kept.tries > TRIES) {
      await this.erase();
      return 0;
    }
    const secret = await this.#base.get("keys", SECRET);
    const bytes = await mix(secret, await harden(pin, kept.salt, kept.cost));
    if (await this.#enter(kept, btoa(String.fromCharCode(...bytes)))) {
      await this.#count(() => 0);
      return null;
    }
    if (kept.tries >= TRIES) await this.erase();
    return TRIES - kept.tries;
  }

  // The key of a departure's packs, null while it is locked. With `until` there is one until then, else only one that was
  // made before.
  async keyOf(departureId, until = null) {
    if (!this.isOpen) return null;
    const name = DEPARTURE + departureId;
    const master = this.#master;
    const change = this.#base.transaction("keys", until === null ? "readonly" : "readwrite");
    let kept = await change.store.get(name);
    if (until !== null && kept?.until !== until) {
      kept = { salt: kept?.salt ?? crypto.getRandomValues(new Uint8Array(SALT_BYTES)), until };
      await change.store.put(kept, name);
    }
    await change.done;
    return kept ? keyOf(master, name, kept.salt) : null;
  }

  // The departures whose time is over: their keys are gone, and their packs.
  async forgetEnded(now) {
    const change = this.#base.transaction(["keys", "packs"], "readwrite", STRICT);
    const keys = change.objectStore("keys");
    for (const name of await keys.getAllKeys(IDBKeyRange.bound(DEPARTURE, `${DEPARTURE}~`))) {
      if ((await keys.get(name)).until > now) continue;
      const packs = `${name.slice(DEPARTURE.length)} `;
      await Promise.all([keys.delete(name), change.objectStore("packs").delete(IDBKeyRange.bound(packs, `${packs}~`))]);
    }
    await change.done;
  }

  // PIN, keys and packs are gone; scans that are not sent stay.
  async erase() {
    this.lock();
    this.#window?.removeItem(WINDOW);
    const change = this.#base.transaction(["keys", "packs"], "readwrite", STRICT);
    const keys = change.objectStore("keys");
    await Promise.all([
      keys.delete(PIN), keys.delete(SECRET), keys.delete(IDBKeyRange.bound(DEPARTURE, `${DEPARTURE}~`)),
      change.objectStore("packs").clear(), change.done,
    ]);
    this.#channel?.postMessage({ erased: true });
  }

  // This page goes, or is not looked at: the next page of this window may go on, while the officer is here.
  leave() {
    if (this.isOpen) this.#window?.setItem(WINDOW, JSON.stringify({ until: this.#usedAt + IDLE_MS, ...this.#passed }));
  }

  // This page is looked at again.
  comeBack() {
    this.#window?.removeItem(WINDOW);
  }

  async #enter(kept, secret) {
    if (!secret) return false;
    const master = await masterOf(Uint8Array.from(atob(secret), (char) => char.charCodeAt(0)));
    if (await unseal(await keyOf(master, PIN), PIN, kept) !== PIN) return false;
    const { nonce, sealed } = await seal(this.#device, WINDOW, secret);
    this.#passed = { nonce: [...nonce], sealed: [...new Uint8Array(sealed)] };
    this.#master = master;
    this.touch();
    return true;
  }

  // What is kept of the PIN, with another count of tries.
  async #count(next) {
    const change = this.#base.transaction("keys", "readwrite", STRICT);
    const kept = await change.store.get(PIN);
    const counted = kept && { ...kept, tries: next(kept.tries) };
    if (counted) await change.store.put(counted, PIN);
    await change.done;
    return counted ?? null;
  }

  #fromWindow() {
    const kept = JSON.parse(this.#window?.getItem(WINDOW) ?? "null");
    this.#window?.removeItem(WINDOW);
    return kept && kept.until > Date.now() ? bytesOf(kept) : null;
  }

  #fromOthers() {
    if (!this.#channel) return null;
    return new Promise((resolve) => {
      const heard = ({ data }) => data.passed && data.officer_id === this.#officer && resolve(bytesOf(data.passed));
      this.#channel.addEventListener("message", heard);
      this.#channel.postMessage({ asks: this.#officer });
      setTimeout(() => {
        this.#channel.removeEventListener("message", heard);
        resolve(null);
      }, ANSWER_MS);
    });
  }

  #listen() {
    if (this.#channel || !globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data.asks === this.#officer && this.isOpen) {
        this.#channel.postMessage({ officer_id: this.#officer, passed: this.#passed });
      }
      if (!data.erased) return;
      this.lock();
      this.#window?.removeItem(WINDOW);
      this.onErased();
    });
  }
}

// Of what the PIN gave and of what only this phone has.
async function mix(secret, hardened) {
  return new Uint8Array(await crypto.subtle.sign("HMAC", secret, hardened));
}

function masterOf(bytes) {
  return crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
}

function bytesOf({ nonce, sealed }) {
  return { nonce: Uint8Array.from(nonce), sealed: Uint8Array.from(sealed) };
}
