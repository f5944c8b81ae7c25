// Edge: the form that finds people of this departure in what the device has, also without a signal.

import { search } from "./pack_search.mjs";
import { list } from "./verdict.mjs";

const SHOWN = 8;

const $ = (id) => document.getElementById(id);

export class Finding {
  #prepared;
  #says;
  #documents;

  // `prepared()` is the pack or null; `chosen(serial)` is called for whom the officer picks.
  constructor({ says, documents }, prepared, chosen) {
    [this.#prepared, this.#says, this.#documents] = [prepared, says, documents];
    this.chosen = chosen;
    $("who").addEventListener("input", () => this.#draw());
    $("find").addEventListener("submit", (event) => event.preventDefault());
  }

  // There is something to look in, or no more.
  show() {
    $("find").hidden = !this.#prepared();
  }

  #draw() {
    const pack = this.#prepared();
    const result = pack && search(pack, $("who").value, SHOWN);
    const rows = (result?.found ?? []).map((ticket) => ({
      ...ticket,
      document: `${this.#documents[ticket.document_kind] ?? ""} ${ticket.document_number}`.trim(),
    }));
    list($("found"), $("found-row"), rows, (row, { serial }) => {
      row.querySelector("button").addEventListener("click", () => {
        $("who").value = "";
        this.#draw();
        this.chosen(serial);
      });
    });
    const code = result && (result.more ? "found_more" : rows.length === 0 ? "found_none" : "");
    $("found-state").textContent = code ? this.#says[code] : "";
  }
}
