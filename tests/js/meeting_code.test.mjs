// What a phone says of itself on its screen, read by another one.
import assert from "node:assert/strict";
import { test } from "node:test";

import { toBase45 } from "../../static/js/gate/base45.mjs";
import { makeKey } from "../../static/js/gate/device.mjs";
import { stampOf } from "../../static/js/gate/hybrid_clock.mjs";
import { PREFIX, fromBytes, readSigned, sign, toBytes } from "../../static/js/gate/meeting_code.mjs";

const STAMP = stampOf(Date.UTC(2026, 10, 30, 6, 10)) + 3;
const HEAD = { departure_id: 12, device_id: 7, gate_id: 3, stamp: STAMP };
const aboard = (...tickets) => ({ kind: "aboard", ...HEAD, events: tickets.map((ticket) => ({ ticket, stamp: null })) });
const [own, other] = [await makeKey(), await makeKey()];
const devices = { 7: { public_key: own.publicKey }, 8: { public_key: other.publicKey } };

test("who was let aboard is read as it was written, with and without a number", async () => {
  const statement = aboard(0, 7, 8, 2999, "7K3M9QX2TG", "ZZZZZZZZZZ");
  assert.deepEqual(await readSigned(await sign(statement, own.pair.privateKey), devices), { statement });
  assert.deepEqual(fromBytes(toBytes(aboard())), aboard());
});

test("times are read as they were written, nine bytes for a ticket with a number", () => {
  const events = [{ ticket: 70_000, stamp: STAMP - 5 }, { ticket: 3, stamp: STAMP }];
  const times = { kind: "times", ...HEAD, events: [...events, { ticket: "7K3M9QX2TG", stamp: STAMP + 1 }] };
  assert.deepEqual(fromBytes(toBytes(times)), times);
  const size = (count) => toBytes({ ...times, events: events.slice(0, count) }).length;
  assert.equal(size(2) - size(1), 9);
});

test("three thousand people fit in 375 bytes and in one code of letters that QR codes write small", async () => {
  const all = aboard(...Array.from({ length: 3000 }, (_one, number) => number));
  assert.equal(toBytes(all).length - toBytes(aboard()).length, 375);
  const text = await sign(all, own.pair.privateKey);
  assert.match(text, /^[0-9A-Z $%*+\-./:]+$/);
  assert.ok(text.length < 758, "version 15 at level L, 77 modules wide");
});

test("a code that another phone signed, or that was changed, or that nobody knows is not believed", async () => {
  const text = await sign(aboard(1, 2), other.pair.privateKey);
  assert.deepEqual(await readSigned(text, devices), { fault: "forged" });
  const good = await sign(aboard(1, 2), own.pair.privateKey);
  assert.deepEqual(await readSigned(good, { 8: devices[8] }), { fault: "unknown_device" });
  const changed = new Uint8Array([...toBytes(aboard(1, 3)), ...new Uint8Array(64)]);
  assert.deepEqual(await readSigned(PREFIX + toBase45(changed), devices), { fault: "forged" });
});

test("what is not laid out so says nothing", async () => {
  const signed = (bytes) => PREFIX + toBase45(new Uint8Array([...bytes, ...new Uint8Array(64)]));
  const body = [...toBytes(aboard(9))];
  const cut = [signed(body.slice(0, -1)), signed([3, ...body.slice(1)]), signed([...body, 1]), signed([]), "DG1:", PREFIX];
  for (const text of cut) assert.deepEqual(await readSigned(text, devices), { fault: "unreadable" }, text);
});
