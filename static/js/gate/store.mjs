// Edge: what a gate's device keeps in the browser's database: packs of departures and scans.
//
// All that is said about people is sealed (AES-GCM, a nonce of its own for each record) by a key that the browser keeps
// and gives to nobody, not even to this page. docs/gate.md says what that protects and what it does not.

const NAME = "dermaga gate";
const VERSION = 1;
const KEY = "seal";
const DEVICE = "device";
const NONCE_BYTES = 12;
// Of a scan these alone stay readable: by them rows are found, and none is about a traveler.
const OPEN = ["id", "officer_id", "at", "answered"];

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];

// Answers the store. Throws an Error whose message is `store_none` (a page without https, an old browser, the library
// is not installed) or `store_refused` (the browser keeps nothing for this page).
export async function openStore() {
  if (!globalThis.indexedDB || !globalThis.crypto?.subtle) throw new Error("store_none");
  const { openDB } = await import("../../vendor/idb/index.js").catch(() => {
    throw new Error("store_none");
  });
  try {
    const base = await openDB(NAME, VERSION, {
      upgrade(db) {
        db.createObjectStore("keys");
        db.createObjectStore("packs", { keyPath: "id" }).createIndex("at", "at");
        db.createObjectStore("scans", { keyPath: "id" });
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
  }

  // The pack of one gate and departure, {pack, etag, asOf, at}, takes the place of the one before; `id` names them.
  // What was true before `oldest` only is forgotten.
  async savePack(id, { at, ...rest }, oldest) {
    await this.#put("packs", { id, at, ...(await this.#seal(id, rest)) }, "relaxed");
    const old = await this.#base.getAllKeysFromIndex("packs", "at", IDBKeyRange.upperBound(oldest));
    await Promise.all(old.map((one) => this.#base.delete("packs", one)));
  }

  // What was saved under `id`, null where nothing is or it cannot be read.
  async loadPack(id) {
    const row = await this.#base.get("packs", id);
    const found = row && await this.#open(row);
    return found ? { ...found, at: row.at } : null;
  }

  // With the durability `strict` it is on disk when this answers: some browsers else say "complete" before that.
  // Throws `store_full` or `store_refused`: then nothing is kept.
  async keepScan(scan, durability) {
    const [open, rest] = apart(scan);
    await this.#put("scans", { ...open, ...(await this.#seal(scan.id, rest)) }, durability);
  }

  scanIds() {
    return this.#base.getAllKeys("scans");
  }

  // Those of `ids` that can be read. One that cannot stays where it is, and hides no other.
  async listScans(ids) {
    const rows = await Promise.all(ids.map((id) => this.#base.get("scans", id)));
    const opened = await Promise.all(rows.filter(Boolean).map(async (row) => {
      const rest = await this.#open(row);
      return rest && { ...apart(row)[0], ...rest };
    }));
    return opened.filter(Boolean);
  }

  async forgetScans(ids) {
    if (ids.length === 0) return;
    const change = this.#base.transaction("scans", "readwrite", { durability: "strict" });
    await Promise.all([...ids.map((id) => change.store.delete(id)), change.done]);
  }

  // Packs go when their officer does; scans stay until the server has them.
  async forgetPacks() {
    await this.#base.clear("packs");
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

  async #put(name, row, durability) {
    try {
      const change = this.#base.transaction(name, "readwrite", { durability });
      await Promise.all([change.store.put(row), change.done]);
    } catch (error) {
      throw new Error(error?.name === "QuotaExceededError" ? "store_full" : "store_refused");
    }
  }

  async #seal(id, value) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = await crypto.subtle.encrypt(way(nonce, id), this.#key, encoder.encode(JSON.stringify(value)));
    return { nonce, sealed };
  }

  async #open({ id, nonce, sealed }) {
    try {
      return JSON.parse(decoder.decode(await crypto.subtle.decrypt(way(nonce, id), this.#key, sealed)));
    } catch {
      return null;
    }
  }
}

// A record opens under its own name only, so that none can be put in the place of another.
function way(nonce, id) {
  return { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(id) };
}

// What of a scan stays readable, and what is sealed.
function apart(scan) {
  const part = (open) => Object.fromEntries(Object.entries(scan).filter(([name]) => OPEN.includes(name) === open));
  return [part(true), part(false)];
}
