// The light of a self-test is its worst part, and each part has its bounds.
import assert from "node:assert/strict";
import test from "node:test";

import * as readiness from "../../static/js/gate/readiness.mjs";

const look = (check) => check.look;

test("one bad part is a red light, one doubtful part an amber one", () => {
  const [good, doubtful, bad] = [readiness.ofDecoder(true), readiness.ofSound(null), readiness.ofStore("store_full")];
  assert.equal(readiness.lightOf([good, good]), "pass");
  assert.equal(readiness.lightOf([good, doubtful]), "hold");
  assert.equal(readiness.lightOf([doubtful, bad, good]), "refuse");
});

test("a clock is told by how far it is off, ahead or behind", () => {
  assert.deepEqual([0, 59_000, -60_000, 299_000, -300_000].map(readiness.ofClock).map(look), ["pass", "pass", "hold", "hold", "refuse"]);
  assert.equal(readiness.ofClock(null).code, "clock_unknown");
  assert.equal(readiness.ofClock(-600_000).values.minutes, 10);
});

test("what waits of another officer is told before one's own", () => {
  assert.equal(readiness.ofUnsent({ own: 0, others: 0 }).look, "pass");
  assert.deepEqual(readiness.ofUnsent({ own: 2, others: 1 }).values, { n: 1 });
});

test("too little space and a slow camera have their own words", () => {
  assert.deepEqual([5e6, 5e7, 5e8, null].map(readiness.ofSpace).map(look), ["refuse", "hold", "pass", "hold"]);
  assert.deepEqual([readiness.ofCamera("", 30), readiness.ofCamera("", 4), readiness.ofCamera("camera_denied", 0)].map(look), ["pass", "hold", "hold"]);
  assert.equal(readiness.ofPersistence({ persisted: false, installed: false }).code, "not_installed");
});
