import assert from "node:assert/strict";
import { test } from "node:test";

import { BoardingSet } from "../../static/js/gate/boarding_set.mjs";

const SERIALS = new Map([[1, "A"], [2, "B"]]);
const serialOf = (number) => SERIALS.get(number);
const said = (device_id, stamp, ...events) => (
  { device_id, gate_id: device_id * 10, stamp, events: events.map(([ticket, at = null]) => ({ ticket, stamp: at })) }
);
const copiesOf = (...heard) => {
  const set = new BoardingSet();
  for (const [statement, isOff] of heard) set.hear(statement, isOff);
  return set.copies(serialOf);
};

test("a ticket that two phones let aboard is a copy, told by number or by serial, and one phone alone has none", () => {
  assert.deepEqual(copiesOf([said(1, 100, [1], [2])], [said(2, 90, [3])]), []);
  const [copy] = copiesOf([said(1, 100, [1], [2])], [said(2, 90, ["A"])]);
  assert.equal(copy.ticket, "A");
  assert.deepEqual(copy.events.map(({ device_id, gate_id }) => [device_id, gate_id]), [[2, 20], [1, 10]]);
  assert.equal(copy.first, null, "neither has told its time");
});

test("who was first is known when both have told their times, unless a clock is wrong", () => {
  const told = [[said(1, 100, [1])], [said(2, 120, [1])], [said(1, 130, [1, 50])]];
  assert.equal(copiesOf(...told)[0].first, null);
  const both = [...told, [said(2, 140, [1, 40])]];
  assert.deepEqual([copiesOf(...both)[0].first.device_id, copiesOf(...both)[0].first.stamp], [2, 40]);
  assert.equal(copiesOf(...both, [said(1, 150, [1]), true])[0].first, null);
});

test("at the same stamp the smaller device is first on every phone", () => {
  const [one, other] = [[said(5, 100, [1, 40])], [said(2, 100, [1, 40])]];
  assert.deepEqual([copiesOf(one, other), copiesOf(other, one)].map(([{ first }]) => first.device_id), [2, 2]);
});

test("in whatever order and however often it is heard, it is the same", () => {
  const heard = [
    [said(1, 100, [1], ["B"])], [said(1, 110, [1], [2])], [said(2, 90, [1], [2])], [said(2, 95, [1, 33])],
    [said(1, 120, [1, 44])], [said(3, 80, ["A"]), true],
  ];
  const expected = copiesOf(...heard);
  assert.equal(expected.length, 2);
  for (let turn = 0; turn < heard.length; turn++) {
    const turned = [...heard.slice(turn), ...heard.slice(0, turn)];
    for (const order of [turned, [...turned].reverse(), [...turned, ...turned]]) {
      assert.deepEqual(copiesOf(...order), expected);
    }
  }
});
