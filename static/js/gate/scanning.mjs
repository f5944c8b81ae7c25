// Pure but for the edges it is given: one scan, from what was shown to what the officer is told.
//
// One path, with a signal and without: the code is proved, the device judges by its pack, the scan is kept on disk, and
// the server is asked. Its verdict is told when it comes in time, else the device's own. Without a pack, or where nothing
// can be kept, the server alone lets anybody aboard.

import { isoOf } from "./gate_memory.mjs";
import { cleanSerial } from "./ticket.mjs";

// So long the server has to answer where the device can tell a verdict itself.
export const SHORT_MS = 1200;
export const LONG_MS = 4000;
// After a question that got no answer the next people do not wait for one.
export const QUIET_MS = 10_000;

// What is told of a ticket without a pack: nothing of whose it is.
const NOBODY = { name: "", details: {}, reasons: [], asks: [], denied: [] };

const SILENCE = ["no_connection", "trouble"];

export class Scanning {
  #device;
  #edges;
  #quietUntil = -Infinity;

  // device: {departure_id, gate_id, officer_id, stage, keys, words}. Edges: prove(shown, keys); prepared() -> the pack or
  // null; judge(prepared, showing, memory); put(judged) -> its words; ask(scan, ms) -> the answer or {fault}; now();
  // newId(); unanswered; kept and queue, both null where nothing can be kept; refused(code), told that a scan could not
  // be kept; broken(error), told of a fault of ours.
  constructor(device, edges) {
    this.#device = device;
    this.#edges = edges;
  }

  // The line is back: the next scan asks again.
  awake() {
    this.#quietUntil = -Infinity;
  }

  // Answers {told, ticket, scanned, server, alone, seen}: the verdict with its words; the number or text that was shown;
  // whether a ticket was shown at all; whether the server told it, or the device by its pack; and what to call when the
  // officer has seen it. That it was told is on disk by then: were the phone to die between showing it and writing so,
  // the next page would take the pass for one that nobody has seen, and let a copy pass.
  async scan(shown, given = null) {
    const { prove, now, kept } = this.#edges;
    // Another page of this device may have let the ticket pass since: read while the code is proved.
    const [proof] = await Promise.all([prove(shown, this.#device.keys), kept?.load().catch(() => {})]);
    // Nobody has shown a ticket: it is typed again.
    if (proof.fault === "mistyped") return outcome({ told: this.#device.words.mistyped, ticket: shown, scanned: false });
    // A ticket is the same one whether its code is seen or its number typed.
    const ticket = proof.ticket?.serial ?? cleanSerial(shown) ?? shown;
    // A pass that was kept while another page of this officer died before showing it.
    const before = given?.direction === "out" ? null : kept?.unseenPass(ticket, this.#device, now());
    if (before) return this.#again(before, ticket, proof);
    const here = this.#judge(ticket, proof, given, now());
    if (kept?.hasUnsent(ticket) && !this.#isQuiet) await within(this.#edges.queue.flush(), SHORT_MS);
    const { departure_id, gate_id } = this.#device;
    const asked = { shown, departure_id, gate_id, ...given };
    const question = this.#edges.unanswered.question(ticket, asked, now(), this.#edges.newId);
    const isKept = here !== null && await this.#keep(question, ticket, here);
    if (here?.fault) return this.#atOnce(question, ticket, here, isKept);
    return this.#answered(question, ticket, here, isKept, proof);
  }

  // Who it is and what was to be read tells the pack once more: on disk a scan names nobody.
  async #again({ id, judged, showing }, ticket, proof) {
    const { prepared, judge, put, kept } = this.#edges;
    const pack = prepared();
    const asked = { ...showing, signed: proof.ticket ?? null, fault: "" };
    const found = pack ? judge(pack, asked, kept.memory(this.#device, pack, id)) : { ...NOBODY, ...judged };
    const details = { at: isoOf(showing.now), gate: pack?.pack.gate ?? "" };
    await kept.seen(id, "pass").catch(() => {});
    return outcome({ told: put({ ...found, verdict: "pass", reason: "recorded", details }), ticket, alone: true });
  }

  // What the device finds: {showing, judged, fault, told}, null where it cannot tell. A code that is none of ours it knows by
  // itself, for all else it needs its pack.
  #judge(ticket, proof, given, now) {
    const { prepared, judge, put, kept, broken } = this.#edges;
    const { said = {}, seen = [], direction = "in" } = given ?? {};
    // A key that this page does not know the server may know.
    const fault = this.#device.words[proof.fault] ? proof.fault : "";
    const out = direction === "out";
    const showing = { serial: ticket, signed: proof.ticket ?? null, fault: proof.fault ?? "", now, said, seen, out };
    const pack = kept && prepared();
    try {
      if (pack) {
        const judged = judge(pack, showing, kept.memory(this.#device, pack));
        return { showing, judged, fault, told: put(judged) };
      }
    } catch (error) {
      broken(error); // a fault of ours: the server alone decides, and nothing is kept that was not told
      return null;
    }
    if (!fault) return this.#usedHere(showing);
    return { showing, judged: { verdict: this.#device.words[fault].verdict, reason: fault, serial: "" }, fault };
  }

  // Also while it is locked a device knows whom it let aboard itself, and of whom the server has not heard.
  #usedHere(showing) {
    const { kept, put } = this.#edges;
    const { serial, now } = showing;
    if (showing.out || !kept?.hasUnsentPass(serial, this.#device)) return null;
    const judged = { ...NOBODY, serial, now, verdict: "refuse", reason: "already_used", certainty: "refused" };
    return { showing, judged, fault: "", told: put(judged) };
  }

  async #keep(question, serial, { showing, judged }) {
    const { kept, refused } = this.#edges;
    if (!kept) return false;
    const { departure_id, gate_id, officer_id, stage } = this.#device;
    const { now, said, seen, out } = showing;
    try {
      await kept.keep({
        id: question.id, officer_id, at: now, departure_id, gate_id, stage, serial, question,
        showing: { serial, now, said, seen, out }, judged,
      });
      return true;
    } catch (error) {
      kept.release(question.id);
      refused(error.message);
      return false;
    }
  }

  // Found wrong by the device itself: told at once, and sent all the same, so that the refusal is kept.
  #atOnce(question, ticket, { judged, fault }, isKept) {
    const { kept, queue, unanswered, ask } = this.#edges;
    const told = this.#device.words[fault];
    if (!isKept) {
      ask(question, LONG_MS).then(({ verdict }) => verdict && unanswered.answered(ticket, verdict, question.direction));
      return outcome({ told, ticket });
    }
    unanswered.answered(ticket, judged.verdict, question.direction);
    kept.release(question.id);
    return outcome({ told, ticket, seen: async () => {
      await kept.seen(question.id, judged.verdict);
      await queue.flush();
    } });
  }

  async #answered(question, ticket, here, isKept, proof) {
    const { kept, unanswered } = this.#edges;
    const answer = await this.#ask(question, ticket, here, isKept);
    if (!answer.fault) {
      unanswered.answered(ticket, answer.verdict, question.direction);
      if (isKept) await kept.settle(question.id, { answer }, answer.verdict).catch(() => {});
      kept?.release(question.id);
      return outcome({ told: answer, ticket, server: true });
    }
    if (isKept && SILENCE.includes(answer.fault)) return this.#alone(question, ticket, here);
    if (isKept) {
      kept.release(question.id);
      await kept.withdraw(question.id).catch(() => {});
    }
    return outcome({ told: this.#withoutServer(answer.fault, proof), ticket });
  }

  // A ticket of which the server has not heard all yet, from here or from another phone, is not asked about: it would let a
  // copy pass.
  #ask(question, ticket, here, isKept) {
    const { kept, ask, now } = this.#edges;
    if (!isKept) return ask(question, LONG_MS);
    const isUnheard = kept.hasUnsent(ticket, question.id) || here.judged.reason === "used_elsewhere";
    if (isUnheard || this.#isQuiet) return { fault: "no_connection" };
    return ask(question, SHORT_MS).then((answer) => {
      if (SILENCE.includes(answer.fault)) this.#quietUntil = now() + QUIET_MS;
      return answer;
    });
  }

  get #isQuiet() {
    return this.#edges.now() < this.#quietUntil;
  }

  // The device's own verdict. One that is no pass leaves the showing open: should the server have let the ticket pass
  // without this device hearing it, the next try is told so, and is no used ticket.
  async #alone(question, ticket, { judged, told }) {
    const { kept, queue, unanswered } = this.#edges;
    unanswered.answered(ticket, judged.verdict === "pass" ? "pass" : "hold", question.direction);
    await kept.seen(question.id, judged.verdict).catch(() => {});
    return outcome({ told, ticket, alone: true, seen: async () => {
      kept.release(question.id);
      await queue.flush();
    } });
  }

  // Nobody passes by a signature alone: the server, or a pack, knows whether the ticket was used and the ship is full.
  #withoutServer(fault, { ticket }) {
    return this.#device.words[fault === "no_connection" && ticket ? "no_connection_signed" : fault];
  }
}

function outcome({ told, ticket, scanned = true, server = false, alone = false, seen = async () => {} }) {
  return { told, ticket, scanned, server, alone, seen };
}

function within(promise, ms) {
  return Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, ms); })]);
}
