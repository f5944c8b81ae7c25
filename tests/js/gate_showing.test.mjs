import assert from "node:assert/strict";
import { test } from "node:test";

import { AWAY_MS, CALM_AWAY_MS, READ_MS, Showing } from "../../static/js/gate/showing.mjs";

const FRAME = 100;

// Feeds frames from `start` to `end` and answers when something was to be scanned.
function watch(showing, texts, start, end, judgeMs = 200) {
  const scans = [];
  let tellAt = Infinity;
  for (let now = start; now < end; now += FRAME) {
    if (now >= tellAt) {
      showing.told(now);
      tellAt = Infinity;
    }
    const { scan } = showing.see(texts, now);
    if (scan) {
      scans.push([scan, now]);
      showing.asked(scan, now);
      tellAt = now + judgeMs;
    }
  }
  return scans;
}

test("a code held in front of the camera is scanned once, however long it is held", () => {
  assert.deepEqual(watch(new Showing(), ["A"], 0, 60_000), [["A", 0]]);
});

test("a code that went away is scanned when it is shown again", () => {
  const showing = new Showing();
  watch(showing, ["A"], 0, 5000);
  watch(showing, [], 5000, 5000 + AWAY_MS);
  assert.equal(watch(showing, ["A"], 5000 + AWAY_MS, 8000).length, 1);
});

test("a shaking hand is not a second showing", () => {
  const showing = new Showing();
  watch(showing, ["A"], 0, 500);
  watch(showing, [], 500, 500 + CALM_AWAY_MS - 2 * FRAME);
  assert.deepEqual(watch(showing, ["A"], 500 + CALM_AWAY_MS - 2 * FRAME, 9000), []);
});

test("while one ticket is judged no other is taken", () => {
  const showing = new Showing();
  showing.asked("A", 0);
  assert.deepEqual(showing.see(["B"], 3000), {});
  showing.told(3100);
  assert.deepEqual(showing.see(["B"], 3100 + READ_MS - 1), {}, "the verdict is still being read");
  assert.deepEqual(showing.see(["B"], 3100 + READ_MS), { scan: "B" });
});

test("of two tickets side by side none is taken, and the officer is told", () => {
  assert.deepEqual(new Showing().see(["A", "B"], 0), { many: true });
});

test("two tickets that are read in turn are scanned once each", () => {
  const showing = new Showing();
  assert.equal(watch(showing, ["A"], 0, 2000).length, 1);
  assert.equal(watch(showing, ["B"], 2000, 3400).length, 1);
  assert.equal(watch(showing, ["A"], 3400, 4800).length, 0);
  assert.equal(watch(showing, ["A"], 4800, 9000).length, 0);
});

test("nothing in view means nothing", () => {
  assert.deepEqual(new Showing().see([], 0), {});
});

test("a code that is held through a long judging has not left, though nobody looked meanwhile", () => {
  const showing = new Showing();
  assert.deepEqual(showing.see(["A"], 0), { scan: "A" });
  showing.asked("A", 0);
  assert.equal(showing.isJudging, true);
  showing.told(9000);
  assert.equal(showing.isJudging, false);
  assert.deepEqual(showing.see(["A"], 9000 + CALM_AWAY_MS - 1), {});
});

test("a ticket that was typed leaves what the camera has seen as it is", () => {
  const showing = new Showing();
  showing.asked("A", 0);
  showing.told(100);
  showing.told(50_000);
  assert.deepEqual(showing.see(["A"], 50_000 + READ_MS), { scan: "A" });
});
