// Edge: forms are sent once, however often the button is pressed, and not into a line that is dead.

const STUCK_MS = 10_000; // then a second press counts again: whoever asks twice for the same gets the same answer
const LINE_MS = 15_000;

/**
 * Ignore a second sending of any form on the page; coming back to the page allows it again.
 *
 * A form that is long to type (`data-asks-first`), and any form on a device that thinks it is offline, first asks
 * whether the server is there. A browser that cannot send leaves the page, and what was typed would be gone with it;
 * so the page stays instead and says why (`[data-no-line]`).
 */
export function sendOnce() {
  const sent = new Map();
  const asked = new WeakSet();
  const told = document.querySelector("[data-no-line]");

  function allow(form) {
    clearTimeout(sent.get(form));
    sent.delete(form);
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (asked.delete(form)) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    if (told) told.hidden = true;
    if (!told || (navigator.onLine && !("asksFirst" in form.dataset))) {
      sent.set(form, setTimeout(() => allow(form), STUCK_MS));
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    sent.set(form, 0);
    lineIsThere().then((there) => {
      allow(form);
      if (there) {
        asked.add(form);
        form.requestSubmit(button);
        sent.set(form, setTimeout(() => allow(form), STUCK_MS));
      } else {
        form.append(told);
        told.hidden = false;
        told.scrollIntoView({ block: "nearest" });
      }
    });
  });
  window.addEventListener("pageshow", () => {
    for (const form of [...sent.keys()]) allow(form);
  });
}

async function lineIsThere() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LINE_MS) });
    return answer.ok && !answer.redirected;
  } catch {
    return false;
  }
}
