// The page of the waiting list works without this. It asks now and then whether anything has changed, and loads anew.

import { pause } from "./lib/live.mjs";

const OFTEN_MS = 20_000;
const TIMEOUT_MS = 15_000;

const page = document.querySelector("[data-news]");
let failures = 0;

async function ask() {
  const began = performance.now();
  try {
    const answer = await fetch(page.dataset.news, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    const { version } = await answer.json();
    failures = 0;
    if (version !== page.dataset.version) {
      location.reload();
      return;
    }
  } catch {
    failures += 1;
  }
  next(performance.now() - began);
}

/** Seldom, more seldom with a slow server or none, and not while nobody looks. */
function next(tookMs) {
  setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", ask, { once: true });
    else ask();
  }, OFTEN_MS * (0.75 + Math.random() / 2) + pause(failures, tookMs));
}

next(0);
