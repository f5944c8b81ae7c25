// Answers, line by line, what the browser's twin says: for `flask certlogic`, for tests and for `make rules-twin`.
// A line is {"logic", "facts"} in JSON, or anything else that JSON can say; the answer is one line as well.

import { createInterface } from "node:readline";

import { evaluate, shown } from "../../static/js/gate/certlogic.mjs";

function answer({ logic, facts }) {
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
