// Edge: the form of the PIN on the page of scanning: a new one when duty begins, the same one when it goes on.

import { TRIES } from "./vault.mjs";

const $ = (id) => document.getElementById(id);

export class PinForm {
  #vault;
  #says;
  #edges;
  #state = "open";

  // Edges: opened(), closed() when what the phone keeps of passengers can be read, and when no more.
  constructor(vault, says, edges) {
    [this.#vault, this.#says, this.#edges] = [vault, says, edges];
    $("pin").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enter();
    });
    $("pin-lost").addEventListener("click", () => { $("pin-erase-row").hidden = false; });
    $("pin-erase").addEventListener("click", () => this.#erase());
    vault.onErased = () => this.check();
  }

  // Looks what the officer has to do. Answers whether all is open.
  async check() {
    const state = await this.#vault.state();
    if (state !== this.#state) {
      this.#state = state;
      if (state !== "open") this.#edges.closed(state);
      this.#draw("");
    }
    return state === "open";
  }

  // The phone is enrolled no more: it has nothing to lock.
  hide() {
    $("pin").hidden = true;
  }

  async #enter() {
    const { pin, again } = $("pin").elements;
    if (this.#state === "none" && pin.value !== again.value) return this.#draw(this.#says.pin_differs);
    const button = $("pin").querySelector("button");
    button.disabled = true;
    const fault = await this.#take(pin.value).catch((error) => this.#says[error.message] ?? this.#says.store_refused);
    button.disabled = false;
    for (const field of [pin, again]) field.value = "";
    if (fault) {
      this.#state = await this.#vault.state();
      return this.#draw(fault);
    }
    await this.check();
    this.#edges.opened();
  }

  // What is wrong, or "".
  async #take(pin) {
    if (this.#state === "none") {
      await this.#vault.set(pin);
      return "";
    }
    const left = await this.#vault.unlock(pin);
    if (left === null) return "";
    return left > 0 ? this.#says.pin_wrong.replace("{n}", left) : this.#says.pin_erased.replace("{n}", TRIES);
  }

  async #erase() {
    await this.#vault.erase();
    await this.check();
  }

  #draw(fault) {
    const isNew = this.#state === "none";
    $("pin").hidden = this.#state === "open";
    $("pin-title").textContent = this.#says[isNew ? "pin_new" : "pin_known"];
    $("pin-why").textContent = this.#says[isNew ? "pin_new_why" : "pin_known_why"];
    $("pin-again-field").hidden = !isNew;
    $("pin-lost-row").hidden = isNew;
    $("pin-erase-row").hidden = true;
    $("pin-fault").textContent = fault;
    $("pin-fault").hidden = !fault;
    for (const field of [$("pin").elements.pin, $("pin").elements.again]) field.toggleAttribute("aria-invalid", Boolean(fault));
  }
}
