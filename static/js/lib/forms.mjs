// Edge: forms are sent once, however often the button is pressed.

/** Ignore a second sending of any form on the page; coming back to the page allows it again. */
export function sendOnce() {
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
    for (const button of event.target.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    sent.clear();
    for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  });
}
