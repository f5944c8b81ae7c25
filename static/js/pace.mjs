// The page that asks for a little work before an order is taken: it does the work and sends the order on. Without
// this script, and where it fails, the page waits for its turn instead.

import { sendOnce } from "./lib/forms.mjs";
import { solve } from "./lib/work.mjs";

const LET_DRAW_MS = 0;

async function work(form) {
  const { work: challenge, puzzles, zeroBits } = form.dataset;
  const bar = form.querySelector("progress");
  const found = [];
  for (const step of solve(challenge.split(".")[0], Number(puzzles), Number(zeroBits))) {
    if (step.value !== undefined) found.push(step.value);
    bar.value = found.length;
    // The page stays alive meanwhile.
    await new Promise((go) => setTimeout(go, LET_DRAW_MS));
  }
  form.elements.work.value = `${challenge}~${found.join(",")}`;
  form.requestSubmit();
}

sendOnce();
const form = document.querySelector("[data-work]");
const [turn, working] = [form.querySelector("[data-turn]"), form.querySelector("[data-working]")];
turn.hidden = true;
working.hidden = false;
work(form).catch(() => {
  turn.hidden = false;
  working.hidden = true;
});
