import assert from "node:assert/strict";
import { test } from "node:test";

import { DRIFT_MS, HybridClock, isOff, momentOf, stampOf } from "../../static/js/gate/hybrid_clock.mjs";

const NOW = Date.UTC(2026, 10, 30, 6, 10);

test("stamps grow, also within a millisecond and when the phone's clock is set back", () => {
  let now = NOW;
  const clock = new HybridClock(() => now);
  const stamps = Array.from({ length: 600 }, () => clock.tick());
  now -= 60_000;
  stamps.push(clock.tick());
  assert.ok(stamps.every((stamp, at) => at === 0 || stamp > stamps[at - 1]));
  assert.ok(stamps.every(Number.isSafeInteger));
  assert.deepEqual([momentOf(stamps[0]), momentOf(stamps[599])], [NOW, NOW + 2]);
});

test("what happens after a meeting comes after it, though one's own clock is behind", () => {
  const [ahead, behind] = [new HybridClock(() => NOW + 200_000), new HybridClock(() => NOW)];
  const before = ahead.tick();
  assert.equal(behind.hear(before), 200_000);
  assert.ok(behind.tick() > before);
  assert.ok(ahead.hear(behind.tick()) < 1);
});

test("a clock that is more than five minutes ahead is found and moves no other", () => {
  const clock = new HybridClock(() => NOW);
  const wrong = clock.hear(stampOf(NOW + DRIFT_MS + 1));
  assert.deepEqual([wrong, isOff(wrong)], [DRIFT_MS + 1, true]);
  assert.equal(momentOf(clock.tick()), NOW);
  assert.equal(isOff(clock.hear(stampOf(NOW - DRIFT_MS - 1))), true, "one behind is found as well");
  assert.equal(isOff(clock.hear(stampOf(NOW + DRIFT_MS))), false);
  assert.equal(momentOf(clock.tick()), NOW + DRIFT_MS);
});

test("after a reload a phone goes on behind the last stamp that it gave", () => {
  const [clock, last] = [new HybridClock(() => NOW), stampOf(NOW + 1000)];
  clock.follow(last);
  assert.ok(clock.tick() > last);
});
