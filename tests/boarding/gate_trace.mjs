// Judges as a gate's device does, line by line, for tests/boarding/gate_trace.py. Each line is JSON, its answer one line:
//   {"words", "zone", "keys"}         -> {}; from now on tells in these words (by language) and reads by these keys
//   {"pack"}                          -> {"tickets"}; from now on judges by it, with nothing remembered
//   {"shown", "now", "said", "seen", "out", "language"} -> {"judged", "told"}; and remembers it

import { createInterface } from "node:readline";

import { newMemory, remember } from "../../static/js/gate/gate_memory.mjs";
import { judgeHere, preparePack } from "../../static/js/gate/pack_judge.mjs";
import { prove } from "../../static/js/gate/signature.mjs";
import { put } from "../../static/js/gate/telling.mjs";
import { cleanSerial } from "../../static/js/gate/ticket.mjs";

let page, prepared, memory;

async function answer(line) {
  if (line.words) {
    page = line;
    return {};
  }
  if (line.pack) {
    prepared = preparePack(line.pack);
    memory = newMemory();
    return { tickets: prepared.tickets.size };
  }
  const { ticket, fault } = await prove(line.shown, page.keys);
  const showing = {
    serial: ticket?.serial ?? cleanSerial(line.shown), signed: ticket ?? null, fault, now: line.now, said: line.said,
    seen: line.seen, out: line.out,
  };
  const judged = judgeHere(prepared, showing, memory);
  remember(memory, prepared, showing, judged);
  return { judged, told: put(judged, page.words[line.language], line.language, page.zone) };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
