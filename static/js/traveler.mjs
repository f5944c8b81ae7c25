// The traveler's pages work without this. It counts a hold down, fills what a NIK says, and prints.

import { keepDraft } from "./lib/draft.mjs";
import { sendOnce } from "./lib/forms.mjs";
import { follow, readNik } from "./lib/nik.mjs";
import { duration } from "./lib/telling.mjs";

/** By the server's seconds, not by this device's idea of the time of day. */
function countDown(note) {
  const started = performance.now();
  const whole = Number(note.dataset.hold);
  const clock = note.querySelector("[data-clock]");
  const bar = note.querySelector("progress");
  const tick = () => {
    const left = Math.max(0, Math.round(whole - (performance.now() - started) / 1000));
    clock.textContent = duration(left, note.dataset);
    bar.value = left;
    note.querySelector("[data-left]").hidden = left === 0;
    note.querySelector("[data-over]").hidden = left > 0;
    if (left === 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

/** A NIK fills birth date and sex, for the person to check, and a corrected one fills them again; typed ones stay. */
function fillFromNik(card) {
  const [kind, number, born] = ["document_kind", "document_number", "birth_date"].map((name) =>
    card.querySelector(`[name$="-${name}"]`));
  const sexes = [...card.querySelectorAll('[name$="-sex"]')];
  // Figures for these; others have letters too.
  const keys = () => { number.inputMode = ["ktp", "kk", "kia", "sim"].includes(kind.value) ? "numeric" : "text"; };
  kind.addEventListener("change", keys);
  keys();
  const read = () => (["ktp", "kk", "kia"].includes(kind.value) ? readNik(number.value, born.max) : null);
  // What stands there as the NIK says it may have been filled by the page before this one.
  const filled = read() ?? { born: "", sex: "" };
  born.addEventListener("input", () => { filled.born = ""; });
  for (const input of sexes) input.addEventListener("input", () => { filled.sex = ""; });
  const fill = () => {
    const told = read();
    if (!told) return;
    const sex = follow(sexes.find((input) => input.checked)?.value ?? "", filled.sex, told.sex);
    born.value = follow(born.value, filled.born, told.born);
    sexes.find((input) => input.value === sex).checked = true;
    Object.assign(filled, told);
  };
  for (const field of [number, kind]) field.addEventListener("change", fill);
}

keepDraft(document.querySelector("[data-draft]"), document.querySelector("[data-draft-done]"));
sendOnce();
document.querySelector(".error-summary")?.focus();
for (const note of document.querySelectorAll("[data-hold]")) countDown(note);
for (const card of document.querySelectorAll("[data-person]")) fillFromNik(card);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
