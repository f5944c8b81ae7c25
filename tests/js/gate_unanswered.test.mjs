import assert from "node:assert/strict";
import { test } from "node:test";

import { RESEND_MS, Unanswered } from "../../static/js/gate/unanswered.mjs";

const COMPARED = { shown: "A", said: { "identity.name_matches": true }, seen: [] };

function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

let number = 0;
const newId = () => `id-${(number += 1)}`;

test("a question that was not answered is asked again as it was, also after a reload", () => {
  const kept = storage();
  const first = new Unanswered(kept, "gate").question("A", COMPARED, 0, newId);
  const again = new Unanswered(kept, "gate").question("A", { shown: "A" }, RESEND_MS - 1, newId);
  assert.deepEqual(again, first);
});

test("a showing keeps its id through every question until it is admitted or refused", () => {
  const open = new Unanswered(storage(), "gate");
  const first = open.question("A", { shown: "A" }, 0, newId);
  open.answered("A", "hold");
  const second = open.question("A", COMPARED, 1000, newId);
  assert.notEqual(second.id, first.id);
  assert.equal(second.showing_id, first.showing_id);
  open.answered("A", "pass");
  assert.notEqual(open.question("A", { shown: "A" }, 2000, newId).showing_id, first.showing_id);
});

test("an old question is asked anew and says nothing for the officer, in the same showing", () => {
  const open = new Unanswered(storage(), "gate");
  const first = open.question("A", COMPARED, 0, newId);
  const later = open.question("A", { shown: "A" }, RESEND_MS, newId);
  assert.notEqual(later.id, first.id);
  assert.equal(later.said, undefined);
  assert.equal(later.showing_id, first.showing_id);
});

test("another answer of the officer is another question", () => {
  const open = new Unanswered(storage(), "gate");
  const first = open.question("A", COMPARED, 0, newId);
  const other = open.question("A", { ...COMPARED, said: { "identity.name_matches": false } }, 1, newId);
  assert.notEqual(other.id, first.id);
});

test("tickets, officers and gates do not share a showing, and a broken storage only forgets", () => {
  const kept = storage();
  const one = new Unanswered(kept, "gate-1").question("A", { shown: "A" }, 0, newId);
  assert.notEqual(new Unanswered(kept, "gate-1").question("B", { shown: "B" }, 0, newId).showing_id, one.showing_id);
  assert.notEqual(new Unanswered(kept, "gate-2").question("A", { shown: "A" }, 0, newId).showing_id, one.showing_id);
  const broken = { getItem: () => "{", setItem: () => { throw new Error("full"); } };
  const open = new Unanswered(broken, "gate");
  const first = open.question("A", { shown: "A" }, 0, newId);
  assert.equal(open.question("A", { shown: "A" }, 1, newId).id, first.id);
});

test("a pass that another page asked for is told of once in the whole browser, and never where nothing can be kept", () => {
  const browser = storage();
  const lost = { showing_id: "S", tickets: ["A"] };
  const open = new Unanswered(storage(), "gate");
  open.takeOver(lost, browser);
  assert.equal(open.question("A", { shown: "A" }, 0, newId).showing_id, "S");
  assert.notEqual(open.question("B", { shown: "B" }, 0, newId).showing_id, "S");
  for (const taken of [browser, null, { getItem: () => null, setItem: () => { throw new Error("full"); } }]) {
    const next = new Unanswered(storage(), "gate");
    next.takeOver(lost, taken);
    assert.notEqual(next.question("A", { shown: "A" }, 0, newId).showing_id, "S");
  }
});
