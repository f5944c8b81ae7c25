import assert from "node:assert/strict";
import { test } from "node:test";

import { fromBase45, toBase45 } from "../../static/js/gate/base45.mjs";

test("the examples of RFC 9285 are written and read alike", () => {
  const examples = { AB: "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0" };
  for (const [plain, text] of Object.entries(examples)) {
    const bytes = new TextEncoder().encode(plain);
    assert.equal(toBase45(bytes), text);
    assert.deepEqual(fromBase45(text), bytes);
  }
});

test("what no bytes can be written as is refused", () => {
  for (const text of ["A", "GGW", ":::", "ABCD", "bb8", "UJCLQE7W5::"]) assert.equal(fromBase45(text), null, text);
});
