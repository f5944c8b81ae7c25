// A booking's and the waiting list's page work without this. It asks now and then whether anything has changed, and
// loads anew.

import { pause } from "./lib/live.mjs";

const SECOND_MS = 1_000;
const TIMEOUT_MS = 15_000;

const page = document.querySelector("[data-news]");
const oftenMs = Number(page.dataset.every) * SECOND_MS;
const asOf = document.querySelector("[data-as-of]");
const offline = document.querySelector("[data-offline]");
let failures = 0;

async function ask() {
  const began = performance.now();
  try {
    const answer = await fetch(page.dataset.news, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    const { version, as_of: told } = await answer.json();
    failures = 0;
    if (version !== page.dataset.version) {
      location.reload();
      return;
    }
    if (asOf && told) asOf.textContent = told;
  } catch {
    failures += 1;
  }
  if (offline) offline.hidden = failures === 0;
  next(performance.now() - began);
}

/** Seldom, more seldom with a slow server or none, and not while nobody looks. */
function next(tookMs) {
  setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", ask, { once: true });
    else ask();
  }, oftenMs * (0.75 + Math.random() / 2) + pause(failures, tookMs));
}

// Brought back from the browser's memory, the page may be hours old.
addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
next(0);
