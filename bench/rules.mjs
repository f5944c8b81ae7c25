// Judges in the page that bench/rules.py opens; every time is in milliseconds.

import { judge, prepare } from "/static/js/gate/judge.mjs";

const LOOPS = 2e6;

let counted = 0;

/** How long this page takes to count: with and without slowing, that shows how much it is slowed. */
export function count() {
  return timed(() => {
    for (let at = 0; at < LOOPS; at += 1) counted = (counted * 31 + at) | 0;
  });
}

/** The first two things that a page does: prepare the rules, and judge one passenger. */
export function first(rules, facts) {
  let prepared;
  return { prepare: timed(() => { prepared = prepare(rules); }), judge: timed(() => judge(prepared, facts)) };
}

/** Each verdict by itself, `rounds` times over all passengers, and then a voyage of so many. */
export function judgeAll(rules, facts, rounds, voyage) {
  const prepared = prepare(rules);
  const verdicts = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const one of facts) verdicts.push(timed(() => judge(prepared, one)));
  }
  return { verdicts, voyage: timed(() => {
    for (let at = 0; at < voyage; at += 1) judge(prepared, facts[at % facts.length]);
  }) };
}

function timed(work) {
  const began = performance.now();
  work();
  return performance.now() - began;
}
