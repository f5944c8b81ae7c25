// Edge: two phones that meet: the code that this one shows, what it has read from another, and the tickets that both let
// aboard.

import { PREFIX } from "./meeting_code.mjs";
import { fill, list } from "./verdict.mjs";

const $ = (id) => document.getElementById(id);
// A code held in front of the camera is one reading for as long as it stays in view.
const AWAY_MS = 3000;
// A screen has no creases: the fewer modules, the farther it is read.
const LEAST = { minCorrectionLevel: 0, maxCorrectionLevel: 0 };
const INK = { on: [0, 0, 0], off: [255, 255, 255], pad: 4 };
const MINUTE_MS = 60_000;

export class MeetingPanel {
  #says;
  #edges;
  #seen = new Map();
  #drawnAt = 0;

  // Edges: meetings() -> Meetings, or null where this phone cannot; clock: a format of the page's language; look(verdict), told
  // to sound it; now(); and the head of the page.
  constructor(says, edges) {
    [this.#says, this.#edges] = [says, edges];
    $("meeting").addEventListener("click", () => this.#open(""));
    $("meeting-shut").addEventListener("click", () => this.shut());
  }

  // Those of the `texts` in a frame that no phone shows to another; the others are read.
  take(texts) {
    const now = this.#edges.now();
    for (const text of texts.filter((one) => one.startsWith(PREFIX))) {
      const before = this.#seen.get(text) ?? -Infinity;
      this.#seen.set(text, now);
      if (now - before > AWAY_MS) this.#read(text).catch((error) => this.#open(this.#says[error.message] ?? this.#says.meeting_trouble));
    }
    return texts.filter((one) => !one.startsWith(PREFIX));
  }

  shut() {
    $("meeting-panel").hidden = true;
  }

  // Looked at from time to time: a code that stands for long is drawn anew, so that its time is right.
  async refresh() {
    $("meeting").hidden = !this.#edges.meetings();
    this.drawCopies();
    if (!$("meeting-panel").hidden && this.#edges.now() - this.#drawnAt > MINUTE_MS) await this.#draw();
  }

  async #read(text) {
    const meetings = this.#edges.meetings();
    if (!meetings) return this.#tell("hold", this.#says.meeting_not_enrolled);
    const heard = await meetings.hear(text);
    if (heard.fault) return this.#tell("hold", this.#says[`meeting_${heard.fault}`]);
    const parts = [said(this.#says[`meeting_heard_${heard.kind}`], heard)];
    if (heard.unknown > 0) parts.push(said(this.#says.meeting_unknown, { n: heard.unknown }));
    if (heard.minutes > 0) parts.push(said(this.#says.meeting_clock, { n: heard.minutes }));
    return this.#tell(heard.minutes + heard.unknown > 0 || meetings.copies().length > 0 ? "hold" : "pass", parts.join(" "));
  }

  async #tell(look, text) {
    this.#edges.look(look);
    await this.#open(text);
  }

  async #open(text) {
    fill($("meeting-panel"), { meeting_heard: text });
    // The head stays above it, however many lines it has.
    $("meeting-panel").style.setProperty("--head", `${this.#edges.head.offsetHeight}px`);
    const isNew = $("meeting-panel").hidden;
    $("meeting-panel").hidden = false;
    if (isNew) $("meeting-title").focus();
    await this.#draw();
  }

  async #draw() {
    this.#drawnAt = this.#edges.now();
    const codes = await this.#edges.meetings()?.codes() ?? null;
    const qr = await import("../../vendor/lean-qr/index.mjs").catch(() => null);
    for (const [canvas, text] of [[$("meeting-aboard"), codes?.aboard], [$("meeting-times"), codes?.times]]) {
      const isDrawn = Boolean(qr && text);
      canvas.closest("figure").hidden = !isDrawn;
      if (isDrawn) qr.generate(qr.mode.alphaNumeric(text), LEAST).toCanvas(canvas, INK);
    }
    if (!codes || !qr) fill($("meeting-panel"), { meeting_heard: this.#says[qr ? "meeting_locked" : "meeting_trouble"] });
    this.drawCopies();
  }

  // Every ticket that more than one phone let aboard, with both places and times, as long as this departure is worked at.
  drawCopies() {
    const copies = this.#edges.meetings()?.copies() ?? [];
    $("copies").hidden = copies.length === 0;
    const rows = copies.map(({ ticket, name, places, isKnown }) => ({
      who: name || ticket,
      serial: name ? ticket : "",
      where: places.map((place) => this.#whereOf(place)).join(" "),
      first: isKnown ? "" : this.#says.copy_order_unknown,
    }));
    list($("copies-list"), $("copy-row"), rows, () => {});
  }

  #whereOf({ phone, gate, at, isOwn, isFirst }) {
    const values = { phone: isOwn ? this.#says.copy_here : phone, gate, at: at && this.#edges.clock.format(new Date(at)) };
    return said(this.#says[isFirst ? "copy_first" : at ? "copy_at" : "copy_no_time"], values);
  }
}

function said(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
