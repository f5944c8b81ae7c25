// The traveler's pages work without this. It counts a hold down, fills what a NIK says, and prints.

import { sendOnce } from "./lib/forms.mjs";
import { readNik } from "./lib/nik.mjs";

/** By the server's seconds, not by this device's idea of the time of day. */
function countDown(note) {
  const started = performance.now();
  const whole = Number(note.dataset.hold);
  const clock = note.querySelector("[data-clock]");
  const bar = note.querySelector("progress");
  const between = document.documentElement.lang === "en" ? ":" : ".";
  const tick = () => {
    const left = Math.max(0, Math.round(whole - (performance.now() - started) / 1000));
    clock.textContent = `${Math.floor(left / 60)}${between}${String(left % 60).padStart(2, "0")}`;
    bar.value = left;
    note.querySelector("[data-left]").hidden = left === 0;
    note.querySelector("[data-over]").hidden = left > 0;
    if (left === 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

/** A NIK fills birth date and sex where they are still empty, for the person to check. */
function fillFromNik(card) {
  const [kind, number, born] = ["document_kind", "document_number", "birth_date"].map((name) =>
    card.querySelector(`[name$="-${name}"]`));
  const sexes = [...card.querySelectorAll('[name$="-sex"]')];
  number.addEventListener("change", () => {
    const told = ["ktp", "kk"].includes(kind.value) ? readNik(number.value, born.max) : null;
    if (!told) return;
    if (!born.value) born.value = told.born;
    if (!sexes.some((input) => input.checked)) sexes.find((input) => input.value === told.sex).checked = true;
  });
}

sendOnce();
document.querySelector(".error-summary")?.focus();
for (const note of document.querySelectorAll("[data-hold]")) countDown(note);
for (const card of document.querySelectorAll("[data-person]")) fillFromNik(card);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
