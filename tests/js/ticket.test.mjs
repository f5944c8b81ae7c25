import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { cleanSerial, formatSerial, readTicket } from "../../static/js/gate/ticket.mjs";

const book = JSON.parse(readFileSync(new URL("../golden/tickets.json", import.meta.url)));
const noble = new URL("../../node_modules/@noble/ed25519/index.js", import.meta.url);
const good = book.tickets[0];

async function answer(text, verify) {
  const read = await readTicket(text, book.public_keys, verify);
  return read.ok ? read.ticket : { code: read.code };
}

/** Run `what` in a browser that has no Ed25519. */
async function without(crypto, what) {
  const before = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  try {
    return await what();
  } finally {
    Object.defineProperty(globalThis, "crypto", before);
  }
}

const { subtle } = globalThis.crypto;
const OLD = {
  subtle: {
    digest: (...given) => subtle.digest(...given),
    importKey: async () => { throw new DOMException("Unrecognized name", "NotSupportedError"); },
  },
};

test("every golden ticket is read as the book says", async (t) => {
  for (const { name, text, expect } of book.tickets) {
    await t.test(name, async () => assert.deepEqual(await answer(text), expect));
  }
});

test("every golden ticket is read the same by the library for browsers without Ed25519", async (t) => {
  if (!existsSync(noble)) return t.skip("the browser libraries are not installed");
  const { verifyAsync } = await import(noble);
  const verify = (signature, message, key) => verifyAsync(signature, message, key, { zip215: false });
  for (const { name, text, expect } of book.tickets) {
    assert.deepEqual(await without(OLD, () => answer(text, verify)), expect, name);
  }
});

test("on a page without WebCrypto the given function decides", async () => {
  for (const [decision, expect] of [[true, good.expect], [false, { code: "forged" }]]) {
    assert.deepEqual(await without(undefined, () => answer(good.text, () => decision)), expect);
  }
});

test("a browser that cannot verify says so, and never that a ticket is forged", async () => {
  await assert.rejects(without(OLD, () => answer(good.text)), { name: "NotSupportedError" });
});

test("every golden serial is cleaned as the book says", () => {
  for (const { typed, serial } of book.serials) assert.equal(cleanSerial(typed), serial, typed);
});

test("a serial is shown in two groups", () => {
  assert.equal(formatSerial("7Q2M4XA9T8"), "7Q2M4-XA9T8");
});
