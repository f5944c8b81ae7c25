// A person without a ticket in the hand is found in the pack, as they say their name, and nobody who cannot stand here.
import assert from "node:assert/strict";
import test from "node:test";

import { search } from "../../static/js/gate/pack_search.mjs";

const rows = [
  ["A", "Siti Aminah", "************0001", null],
  ["B", "Sitorus Budi", "************0002", { reason: "unpaid" }],
  ["C", "José Aminullah", "************0001", null],
  ["D", "Siti Rahma", "************0003", { reason: "cancelled" }],
];
const tickets = new Map(rows.map(([serial, name, document_number, fault]) => [serial, { serial, name, document_number, fault }]));
const serials = (typed, most = 10) => search({ tickets }, typed, most)?.found.map(({ serial }) => serial);

test("a part of the name, in any order and case, finds who can be shown here", () => {
  assert.deepEqual(serials("sit"), ["A", "B"]);
  assert.deepEqual(serials("amin siti"), ["A"]);
  assert.deepEqual(serials("jose"), ["C"]);
  assert.deepEqual(serials("rahma"), []);
});

test("the last digits of a document find its holder", () => {
  assert.deepEqual(serials("0001"), ["C", "A"]);
  assert.deepEqual(serials("9999"), []);
});

test("too little is no question, and too many are told", () => {
  assert.equal(search({ tickets }, "si", 10), null);
  assert.equal(search({ tickets }, "01", 10), null);
  assert.equal(search({ tickets }, "sit", 1).more, true);
});
