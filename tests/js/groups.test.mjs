import assert from "node:assert/strict";
import { test } from "node:test";

import { groupNote, letterOf } from "../../static/js/gate/groups.mjs";

test("a boarding group is told as a letter", () => {
  assert.deepEqual([1, 2, 26, 27, 52, 703].map(letterOf), ["A", "B", "Z", "AA", "AZ", "AAA"]);
});

test("who passes before the own group is called is told so, and nobody else", () => {
  const tickets = new Map([["A", { group: 3 }], ["B", { group: 2 }], ["C", { group: null }]]);
  const note = (serial, verdict = "pass", called_group = 2) => (
    groupNote({ pack: { called_group }, tickets }, { serial, verdict }, "{own} {called}")
  );
  assert.equal(note("A"), "C B");
  assert.deepEqual([note("B"), note("C"), note("Z"), note("A", "refuse"), note("A", "pass", null)], ["", "", "", "", ""]);
  assert.equal(groupNote(null, { serial: "A", verdict: "pass" }, "x"), "");
});
