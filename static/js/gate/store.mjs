// Edge: what a gate's device keeps in the browser's database: packs of departures, scans, and what other phones told.
//
// Packs are sealed by keys that open with the officer's PIN (vault.mjs); scans, which must be sent also where it is
// forgotten, and events (meetings.mjs) name nobody and are sealed by a key that the browser keeps and gives to nobody, not even to this
// page. docs/gate.md says what that protects and what it does not.

import { seal, unseal } from "./seal.mjs";
import { Vault } from "./vault.mjs";

const NAME = "dermaga gate";
const VERSION = 2;
const KEY = "seal";
const DEVICE = "device";
// Of a scan these alone stay readable: by them rows are found, and none is about a traveler.
const OPEN = ["id", "officer_id", "at", "answered"];

// Answers the store. Throws an Error whose message is `store_none` (a page without https, an old browser, the library
// is not installed) or `store_refused` (the browser keeps nothing for this page).
export async function openStore() {
  if (!globalThis.indexedDB || !globalThis.crypto?.subtle) throw new Error("store_none");
  const { openDB } = await import("../../vendor/idb/index.js").catch(() => {
    throw new Error("store_none");
  });
  try {
    const base = await openDB(NAME, VERSION, {
      upgrade(db, before) {
        if (before < 1) {
          db.createObjectStore("keys");
          db.createObjectStore("packs", { keyPath: "id" }).createIndex("at", "at");
          db.createObjectStore("scans", { keyPath: "id" });
        }
        db.createObjectStore("events", { keyPath: "id" }).createIndex("at", "at");
      },
      blocking(_old, _new, event) {
        event.target.close(); // a newer page wants another form of it
      },
    });
    return new Store(base, await keyOf(base));
  } catch {
    throw new Error("store_refused");
  }
}

// Two pages that open at once agree on the first key that was written.
async function keyOf(base) {
  const found = await base.get("keys", KEY);
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const change = base.transaction("keys", "readwrite", { durability: "strict" });
  const first = await change.store.get(KEY);
  if (!first) await change.store.put(made, KEY);
  await change.done;
  return first ?? made;
}

class Store {
  #base;
  #key;

  constructor(base, key) {
    this.#base = base;
    this.#key = key;
    this.vault = new Vault(base, key, windowStorage());
  }

  // The pack of one gate and departure, as pack_parts.mjs holds it, takes the place of the one before; `id` names them.
  // Of its parts only the `changed` ones are written. What was true before `oldest` only is forgotten, and its key is thrown
  // away at `until`. Throws `locked` without a PIN.
  async savePack(id, { at, parts, ...rest }, changed, { oldest, until }) {
    const key = await this.vault.keyOf(departureOf(id), until);
    if (!key) throw new Error("locked");
    const numbers = { ...rest, numbers: Object.keys(parts) };
    const rows = [{ id, at, ...(await seal(key, id, numbers)) }];
    for (const number of changed) {
      const name = `${id} ${number}`;
      rows.push({ id: name, ...(await seal(key, name, parts[number])) });
    }
    await this.#put("packs", rows, "relaxed");
    const old = await this.#base.getAllKeysFromIndex("packs", "at", IDBKeyRange.upperBound(oldest));
    await Promise.all(old.map((one) => this.#base.delete("packs", withParts(one))));
  }

  // What was saved under `id`, null where nothing is or any of it cannot be read.
  async loadPack(id) {
    const key = await this.vault.keyOf(departureOf(id));
    if (!key) return null;
    const [row, ...rows] = await this.#base.getAll("packs", withParts(id));
    const found = row?.id === id ? await unseal(key, id, row) : null;
    const opened = await Promise.all(rows.map(async (one) => [one.id.slice(id.length + 1), await unseal(key, one.id, one)]));
    const parts = Object.fromEntries(opened);
    if (!found?.numbers?.every((number) => parts[number])) return null;
    const { numbers, ...rest } = found;
    return { ...rest, parts, at: row.at };
  }

  // With the durability `strict` it is on disk when this answers: some browsers else say "complete" before that.
  // Throws `store_full` or `store_refused`: then nothing is kept.
  async keepScan(scan, durability) {
    const [open, rest] = apart(scan);
    await this.#put("scans", [{ ...open, ...(await seal(this.#key, scan.id, rest)) }], durability);
  }

  scanIds() {
    return this.#base.getAllKeys("scans");
  }

  // Those of `ids` that can be read. One that cannot stays where it is, and hides no other.
  listScans(ids) {
    return this.#list("scans", ids);
  }

  async forgetScans(ids) {
    if (ids.length === 0) return;
    const change = this.#base.transaction("scans", "readwrite", { durability: "strict" });
    await Promise.all([...ids.map((id) => change.store.delete(id)), change.done]);
  }

  // Who was let aboard where (meetings.mjs): of a departure, whose number their ids begin with. On disk when this answers.
  async keepEvent(event) {
    const [open, rest] = apart(event);
    await this.#put("events", [{ ...open, ...(await seal(this.#key, event.id, rest)) }], "strict");
  }

  eventIds(departureId) {
    return this.#base.getAllKeys("events", IDBKeyRange.bound(`${departureId} `, `${departureId} ~`));
  }

  listEvents(ids) {
    return this.#list("events", ids);
  }

  async forgetEvents(oldest) {
    const old = await this.#base.getAllKeysFromIndex("events", "at", IDBKeyRange.upperBound(oldest));
    await Promise.all(old.map((id) => this.#base.delete("events", id)));
  }

  // This device, once it is enrolled: {id, key}, whose key signs and cannot be read.
  async loadDevice() {
    return (await this.#base.get("keys", DEVICE)) ?? null;
  }

  async saveDevice(device) {
    const change = this.#base.transaction("keys", "readwrite", { durability: "strict" });
    await Promise.all([change.store.put(device, DEVICE), change.done]);
  }

  // Asks the browser to keep all this also when the disk fills up, and answers whether it does.
  async persisted() {
    return Boolean((await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()));
  }

  async #list(name, ids) {
    const rows = await Promise.all(ids.map((id) => this.#base.get(name, id)));
    const opened = await Promise.all(rows.filter(Boolean).map(async (row) => {
      const rest = await unseal(this.#key, row.id, row);
      return rest && { ...apart(row)[0], ...rest };
    }));
    return opened.filter(Boolean);
  }

  async #put(name, rows, durability) {
    try {
      const change = this.#base.transaction(name, "readwrite", { durability });
      await Promise.all([...rows.map((row) => change.store.put(row)), change.done]);
    } catch (error) {
      throw new Error(error?.name === "QuotaExceededError" ? "store_full" : "store_refused");
    }
  }
}

// A pack's own key and those of its parts, of no other pack.
function withParts(id) {
  return IDBKeyRange.bound(id, `${id} ~`);
}

function departureOf(id) {
  return id.split(" ")[0];
}

// Some browsers forbid it altogether.
function windowStorage() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

// What of a scan stays readable, and what is sealed.
function apart(scan) {
  const part = (open) => Object.fromEntries(Object.entries(scan).filter(([name]) => OPEN.includes(name) === open));
  return [part(true), part(false)];
}
