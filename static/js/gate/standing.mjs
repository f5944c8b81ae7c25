// Edge: the line in the head that tells how old this device's data is and how much waits to be sent, and the people who
// are to be called back.

import { list } from "./verdict.mjs";

const MINUTE_MS = 60_000;
const YOUNG_MS = 2 * MINUTE_MS;

export class Standing {
  #line;
  #says;
  #clock;
  #ago;
  #age = null;
  #isOld = false;
  #queue = { own: 0, others: 0, fault: "" };
  #trouble = "";
  #isClockOff = false;

  // `clock` and `ago` are formats of the page's language.
  constructor(line, says, clock, ago) {
    this.#line = line;
    this.#says = says;
    this.#clock = clock;
    this.#ago = ago;
  }

  pack({ age, isOld }) {
    [this.#age, this.#isOld] = [age, isOld];
    this.draw();
  }

  queue(state) {
    this.#queue = state;
    this.draw();
  }

  // Whether this phone's clock is so far from the server's that its scans are not believed to be as old as they say.
  clock(isOff) {
    this.#isClockOff = isOff;
    this.draw();
  }

  // The device cannot keep anything: a code of store.mjs.
  trouble(code) {
    this.#trouble = code;
    this.draw();
  }

  // "data 06.10" of the pack that judged, for the verdict itself.
  dataAt() {
    return this.#age ? this.#fill("data_at", { at: this.#clock.format(this.#age.asOf) }) : "";
  }

  draw() {
    const { own, others, fault } = this.#queue;
    const parts = [
      this.#trouble ? this.#says[this.#trouble] : this.#data(),
      this.#isClockOff ? this.#says.clock_far : "",
      own > 0 ? this.#fill("unsent", { n: own }) : "",
      own > 0 && ["other_officer", "signed_out"].includes(fault) ? this.#says[`unsent_${fault}`] : "",
      others > 0 ? this.#fill("unsent_others", { n: others }) : "",
    ];
    const text = parts.filter(Boolean).join(" · ");
    if (this.#line.textContent !== text) this.#line.textContent = text;
    this.#line.classList.toggle("is-worse", own + others > 0 || this.#trouble !== "" || this.#isClockOff || !this.#age);
  }

  #data() {
    if (!this.#age) return this.#says.data_none;
    if (this.#isOld) return this.#says.data_old;
    const at = this.#fill("data", { at: this.#clock.format(this.#age.asOf) });
    const ms = Date.now() - this.#age.at;
    if (ms < YOUNG_MS) return at;
    const minutes = Math.floor(ms / MINUTE_MS);
    return `${at}, ${minutes < 60 ? this.#ago.format(-minutes, "minute") : this.#ago.format(-Math.floor(minutes / 60), "hour")}`;
  }

  #fill(name, values) {
    return this.#says[name].replace(/\{(\w+)\}/g, (_whole, key) => values[key]);
  }
}

// Shows each of `called`, {id, who, sentence, next_step}, whom the server did not accept; a touch says that the person was
// called back.
export function showOverruled(place, template, called, touched) {
  list(place, template, called, (row, { id }) => row.addEventListener("click", () => touched(id)));
}
