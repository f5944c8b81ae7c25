// Edge: a verdict with its reasons and its buttons on the page, and the list of the last scans.

import { cleanSerial } from "./ticket.mjs";
import { Verdicts, list, remember } from "./verdict.mjs";

const $ = (id) => document.getElementById(id);

// What a verdict leaves empty that knows no ticket, or was found on the device.
const NOBODY = { name: "", fare_class: "", vehicle_plate: "", document: "", digits: "", certainty: "" };

export class Panel {
  #device;
  #verdicts;
  #answer;
  #party;
  // What the verdict on the screen is about.
  asked = "";

  // `answer(shown, {said, seen})` is called by the buttons; `party` shows all of one
  // order where the device knows them: else the server's page does.
  constructor(device, head, answer, party) {
    this.#device = device;
    this.#verdicts = new Verdicts($("verdict-panel"), head);
    this.#answer = answer;
    this.#party = party;
    $("party").addEventListener("click", (event) => {
      if (!party.open(event.currentTarget.dataset.serial)) return;
      event.preventDefault();
      this.clear();
    });
    $("shut").addEventListener("click", () => this.clear());
  }

  // Whether a verdict is on the screen that waits for an answer.
  get waits() {
    return this.#verdicts.waits;
  }

  clear() {
    this.#verdicts.clear();
  }

  // `alone` is whether the device tells it by itself: then no page is offered that only the server has.
  show(told, shown, { alone = false } = {}) {
    const { answers = [], reasons = [], more = [], serial = "" } = told;
    const masked = told.document_number ?? "";
    const compare = { document: masked && this.#device.documents[told.document_kind], digits: masked.replace(/^\*+/, "") };
    const whys = more.map(({ sentence, next_step, outcome }) => ({ why: sentence, why_next: next_step, outcome }));
    list($("whys"), $("why-row"), whys, (row, { outcome }) => { row.dataset.outcome = outcome; });
    this.#offer($("answers"), answers.filter(({ apart }) => !apart), shown);
    this.#offer($("apart"), answers.filter(({ apart }) => apart), shown);
    this.asked = shown;
    const waits = reasons.length > 0 && told.verdict !== "pass";
    $("more").hidden = !waits;
    $("post").hidden = alone;
    $("post").href = this.#postOf(serial);
    const together = (told.party ?? 0) > 1 && (!alone || this.#party.knows(serial));
    $("party-row").hidden = !together;
    $("party").dataset.serial = serial;
    $("party").href = this.#device.party.replace("SERIAL", serial);
    this.#verdicts.show({ ...NOBODY, ...told, ...compare }, { waits, toRead: together || more.length > 0 });
  }

  // Puts it on top of the last scans, `at` the moment as it is written.
  remember(told, ticket, at) {
    // Without an answer nobody knows the name, but the number is read all the same.
    const row = { ...told, name: told.name || (cleanSerial(ticket) ?? ""), at };
    remember($("last"), $("last-row"), row, this.#device.last, told.name && told.serial && this.#postOf(told.serial));
    $("none").hidden = true;
  }

  #offer(place, offered, shown) {
    list(place, $("answer-row"), offered, (button, { label, main, said, seen }) => {
      button.classList.toggle("gate-answer-main", main);
      button.classList.toggle("gate-answer-long", !main && label.length > 24);
      button.addEventListener("click", () => this.#answer(shown, { said, seen }));
    });
  }

  #postOf(serial) {
    return this.#device.post.replace("SERIAL", serial);
  }
}
