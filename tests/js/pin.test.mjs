import assert from "node:assert/strict";
import test from "node:test";

import { isPin, isWeak } from "../../static/js/gate/pin.mjs";

test("a PIN is six digits, and none of those that are tried first", () => {
  assert.deepEqual(["280945", "28094", "2809455", "28094a", "٢٨٠٩٤٥", ""].map(isPin), [true, false, false, false, false, false]);
  assert.deepEqual(["000000", "123456", "876543", "121212", "345345", "890123"].map(isWeak), [true, true, true, true, true, false]);
  assert.deepEqual(["280945", "112358", "123457"].map(isWeak), [false, false, false]);
});
