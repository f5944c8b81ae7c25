import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import test from "node:test";

const installed = existsSync(new URL("../../static/vendor/noble-hashes/sha2.js", import.meta.url));
const options = { skip: !installed && "the browser libraries are not installed" };
const { firstBits, solve } = installed ? await import("../../static/js/lib/work.mjs") : {};

const digest = (text) => createHash("sha256").update(text).digest();

test("the reckoning is SHA-256 of the head and the number, for heads of every length, again and again", options, () => {
  for (let length = 0; length <= 130; length++) {
    const head = "aZ-_9:".repeat(22).slice(0, length);
    const bits = firstBits(head);
    for (const number of [0, 7, 131_072, 4_294_967_295]) {
      assert.equal(bits(number), digest(`${head}${number}`).readUInt32BE(0), head);
    }
  }
});

test("each puzzle gets a number after which the digest begins with so many zeros", options, () => {
  const found = [...solve("q-_Zseed00000000", 4, 9)].flatMap(({ value }) => (value === undefined ? [] : [value]));
  assert.equal(found.length, 4);
  found.forEach((number, puzzle) => {
    assert.equal(digest(`q-_Zseed00000000:${puzzle}:${number}`).readUInt32BE(0) >>> (32 - 9), 0);
  });
});

test("a long search lets the page breathe", options, () => {
  assert.deepEqual(solve("seed", 1, 30, 10).next().value, {});
});
