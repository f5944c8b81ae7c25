import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { firstBits, solve } from "../../static/js/lib/work.mjs";

const digest = (text) => createHash("sha256").update(text).digest();

test("the reckoning is SHA-256, for texts of every length that a puzzle has", () => {
  for (let length = 0; length <= 55; length++) {
    const text = "aZ-_9:".repeat(10).slice(0, length);
    assert.equal(firstBits(text), digest(text).readInt32BE(0), text);
  }
});

test("each puzzle gets a number after which the digest begins with so many zeros", () => {
  const found = [...solve("q-_Zseed00000000", 4, 9)].flatMap(({ value }) => (value === undefined ? [] : [value]));
  assert.equal(found.length, 4);
  found.forEach((number, puzzle) => {
    assert.equal(digest(`q-_Zseed00000000:${puzzle}:${number}`).readUInt32BE(0) >>> (32 - 9), 0);
  });
});

test("a long search lets the page breathe", () => {
  assert.deepEqual(solve("seed", 1, 30, 10).next().value, {});
});
