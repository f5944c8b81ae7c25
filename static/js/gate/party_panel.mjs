// Edge: all of one order on the page, to be let pass together or one by one, also without a signal.

import { factsOf, membersOf } from "./party.mjs";
import { allInOrder } from "./telling.mjs";
import { fill, list } from "./verdict.mjs";

const $ = (id) => document.getElementById(id);
const SHAPE = ".gate-shape";

export class PartyPanel {
  #device;
  #edges;
  #serial = "";
  #facts = [];
  #results = new Map();

  // Edges: prepared() -> the pack or null; memory(prepared); put(judged) -> its words; scan(serial, {said, seen}) -> what
  // was told; now(); and the head of the page.
  constructor(device, edges) {
    this.#device = device;
    this.#edges = edges;
    $("party-shut").addEventListener("click", () => this.shut());
    $("party-go").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#pass([...$("party-rows").querySelectorAll("input:checked")].map(({ value }) => value));
    });
  }

  // Whether the device knows who else is on the order of this ticket.
  knows(serial) {
    return this.#members(serial).length > 1;
  }

  // Opens for all who are on the order of this ticket; answers whether the device knows them.
  open(serial) {
    this.#serial = serial;
    this.#results.clear();
    const members = this.#members();
    if (members.length < 2) return false;
    this.#draw(members);
    // The head stays above it, however many lines it has.
    $("party-panel").style.setProperty("--head", `${this.#edges.head.offsetHeight}px`);
    $("party-panel").hidden = false;
    $("party-panel").scrollTop = 0;
    $("party-title").focus();
    return true;
  }

  shut() {
    $("party-panel").hidden = true;
  }

  #members(serial = this.#serial) {
    const pack = this.#edges.prepared();
    return pack ? membersOf(pack, serial, this.#edges.memory(pack), this.#edges.now()) : [];
  }

  // One after the other, each with its own verdict; what was on the button is said of each.
  async #pass(serials) {
    const said = Object.fromEntries(this.#facts.map((fact) => [fact, true]));
    this.#busy(true);
    try {
      for (const serial of serials) {
        this.#results.set(serial, await this.#edges.scan(serial, { said, seen: [] }));
        this.#draw(this.#members());
        this.#busy(true);
      }
    } finally {
      this.#busy(false); // also after a fault of ours: the rest can be tried again
    }
  }

  #busy(is) {
    for (const button of $("party-go").querySelectorAll("button")) button.disabled = is;
  }

  #draw(members) {
    const { says, telling } = this.#device;
    const waiting = members.filter(({ passed }) => !passed);
    this.#facts = factsOf(waiting, Object.keys(telling.yes));
    const rows = members.map((member) => this.#row(member));
    list($("party-rows"), $("party-row-one"), rows, (element, row) => this.#finish(element, row, waiting.length));
    const counts = { n: members.length - waiting.length, all: members.length };
    const what = this.#facts.length > 0 ? allInOrder(this.#facts, telling) : "";
    fill($("party-panel"), {
      party_state: said(says.party_passed, counts),
      party_said: what && said(says.party_said, { what }),
      party_all: what ? says.party_compared : says.party_all,
    });
    $("party-all").hidden = waiting.length === 0;
  }

  #row({ ticket, passed, judged }) {
    const told = this.#results.get(ticket.serial) ?? (judged && this.#edges.put(judged));
    const masked = judged?.document_number ?? "";
    return {
      serial: ticket.serial, passed, name: ticket.name, infant: ticket.infant ? this.#device.says.infant : "",
      kind: masked && this.#device.documents[ticket.document_kind], digits: masked.replace(/^\*+/, ""),
      look: passed ? "pass" : told?.look ?? "past",
      word: told?.word ?? "", sentence: told?.sentence ?? this.#device.says.party_past,
      next_step: passed || told?.look === "compare" ? "" : told?.next_step ?? "",
    };
  }

  #finish(element, { serial, passed, look, name }, waiting) {
    element.dataset.verdict = look;
    const [box, one] = [element.querySelector("input"), element.querySelector("button")];
    element.querySelector(SHAPE).toggleAttribute("hidden", !passed);
    [box.hidden, box.checked, box.value] = [passed, !passed, serial];
    box.setAttribute("aria-label", name);
    one.hidden = passed || waiting < 2;
    one.addEventListener("click", () => this.#pass([serial]));
  }
}

function said(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
