// Answers, line by line, what the browser's twin says: for `flask certlogic`, for tests and for `make rules-twin`.
// Each line is a question in JSON, and its answer is one line:
//   {"logic", "facts"}       -> {"value"} or {"error"}
//   {"rules": [...]}         -> {"rules": how many are not off}; from now on these are judged with
//   {"facts", "exemptions"}  -> {"verdict"}

import { createInterface } from "node:readline";

import { evaluate, shown } from "../../../static/js/gate/certlogic.mjs";
import { judge, prepare } from "../../../static/js/gate/judge.mjs";

let prepared = [];

function answer({ logic, facts, rules, exemptions }) {
  if (rules !== undefined) {
    prepared = prepare(rules);
    return { rules: prepared.length };
  }
  if (logic === undefined) return { verdict: judge(prepared, facts, exemptions) };
  try {
    return { value: shown(evaluate(logic, facts)) };
  } catch (fault) {
    if (fault.code === undefined) throw fault;
    return { error: fault.code };
  }
}

const answers = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  answers.push(JSON.stringify(answer(JSON.parse(line))));
  if (answers.length === 1000) process.stdout.write(`${answers.splice(0).join("\n")}\n`);
}
if (answers.length > 0) process.stdout.write(`${answers.join("\n")}\n`);
