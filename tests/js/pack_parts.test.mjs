import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_PACK, packOf, versionOf, withChanges } from "../../static/js/gate/pack_parts.mjs";

const digest = (letter) => letter.repeat(8);
const FIRST = {
  version: digest("a") + digest("b") + digest("c"), as_of: "2026-03-20T05:00:00+00:00", head: { gate: "Tangga A" },
  load: { aboard: 1 }, share: 3, parts: { 0: [{ serial: "A" }], 1: [{ serial: "B" }] },
};

test("a first pack is the whole of it, and says what it has", () => {
  const held = withChanges(NO_PACK, FIRST);
  assert.equal(versionOf(NO_PACK), "");
  assert.equal(versionOf(held), FIRST.version);
  assert.deepEqual(packOf(held), {
    gate: "Tangga A", load: { aboard: 1 }, share: 3, tickets: [{ serial: "A" }, { serial: "B" }],
  });
});

test("what has not changed stays, and what has takes its place with its digest", () => {
  const later = {
    version: digest("a") + digest("b") + digest("d"), as_of: "2026-03-20T05:01:00+00:00", head: null,
    load: { aboard: 2 }, share: 2, parts: { 1: [{ serial: "B", passed: true }] },
  };
  const held = withChanges(withChanges(NO_PACK, FIRST), later);
  assert.equal(versionOf(held), later.version);
  assert.deepEqual(packOf(held).tickets, [{ serial: "A" }, { serial: "B", passed: true }]);
  assert.deepEqual([packOf(held).load, packOf(held).share, packOf(held).gate], [{ aboard: 2 }, 2, "Tangga A"]);
  assert.equal(held.asOf, Date.parse(later.as_of));
});

test("a version tells the parts in the order of their numbers, however many", () => {
  const numbers = Array.from({ length: 12 }, (_, number) => number);
  const version = ["head", ...numbers].map((one) => String(one).padEnd(8, "-")).join("");
  const parts = Object.fromEntries(numbers.reverse().map((number) => [number, []]));
  assert.equal(versionOf(withChanges(NO_PACK, { ...FIRST, version, parts })), version);
});
