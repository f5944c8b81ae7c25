// Judges the facts of standard input for so many seconds; bench/rules.py asks.

import { readFileSync } from "node:fs";

import { judge, prepare } from "../static/js/gate/judge.mjs";

const { rules, facts, seconds } = JSON.parse(readFileSync(0, "utf8"));
const prepared = prepare(rules);
const started = performance.now();
let verdicts = 0;
while (performance.now() - started < seconds * 1000) {
  for (const one of facts) judge(prepared, one);
  verdicts += facts.length;
}
console.log(JSON.stringify({ verdicts, seconds: (performance.now() - started) / 1000 }));
