import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { evaluate, shown } from "../../static/js/gate/certlogic.mjs";
import { OUTCOMES, judge, prepare, told } from "../../static/js/gate/judge.mjs";

const here = (path) => new URL(path, import.meta.url);
const read = (path) => JSON.parse(readFileSync(here(path)));

test("every vector of the logic is answered as the book says", () => {
  for (const { name, certLogicExpression, assertions } of read("../rules/engine/vectors.json").cases) {
    for (const { data, expected, error, certLogicExpression: own = certLogicExpression } of assertions) {
      let answer;
      try {
        answer = { expected: shown(evaluate(own, data)) };
      } catch (fault) {
        answer = { error: fault.code };
      }
      assert.equal(JSON.stringify(answer), JSON.stringify(error === undefined ? { expected } : { error }), name);
    }
  }
});

for (const file of readdirSync(here("../golden/rules/"))) {
  test(`every verdict of the golden book is given: ${file}`, () => {
    const book = read(`../golden/rules/${file}`);
    const rules = prepare(book.files.flatMap((name) => read(`../../data/rules/${name}.json`)));
    for (const { rule, cases } of book.groups) {
      for (const { why, facts, reasons, exemptions } of cases) {
        const verdict = judge(rules, nested({ ...book.base, ...facts }), exemptions);
        const found = Object.fromEntries(verdict.reasons.map((reason) => [reason.rule, reason.outcome]));
        assert.deepEqual(found, reasons, `${rule}: ${why}`);
        assert.equal(verdict.outcome, strongest(Object.values(reasons)), `${rule}: ${why}`);
      }
    }
  });
}

test("each reason is told in the reader's words", () => {
  const rules = read("../../data/rules/ordinary.json");
  const facts = { stage: "gangway", voyage: { day: "2026-03-20" }, identity: { name_matches: false } };
  const verdict = judge(prepare(rules).filter(({ rule }) => rule.code === "name-matches"), facts);
  const [said] = told(verdict, rules, "traveler", "en");
  assert.equal(said.sentence, "The name on the ticket must be the one on your identity document; a ticket cannot be passed on.");
  assert.ok(said.next);
});

/** {"person.age_years": 30} as {person: {age_years: 30}}. */
function nested(flat) {
  const tree = {};
  for (const [name, value] of Object.entries(flat)) {
    const parts = name.split(".");
    const last = parts.pop();
    let place = tree;
    for (const part of parts) place = place[part] ??= {};
    place[last] = value;
  }
  return tree;
}

function strongest(outcomes) {
  return OUTCOMES[Math.max(0, ...outcomes.map((outcome) => OUTCOMES.indexOf(outcome)))];
}
