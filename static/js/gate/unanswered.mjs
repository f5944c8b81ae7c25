// Pure but for the storage it is given: showings of tickets that the server has not answered for good.
//
// A showing has one id from the first question to the answer that admits or refuses, also over a reload: the server
// then knows a rescan after a lost answer from somebody who shows a used ticket. A question that was not answered is
// asked again as it was, with its own id, so that it never counts twice.

// A question older than this is asked anew: meanwhile boarding may have opened, and another person may hold the ticket.
export const RESEND_MS = 60_000;
const KEPT = 200;
const TAKEN = "gate showing";
const OFF = " out";

export class Unanswered {
  #storage;
  #key;
  #rows;

  // `storage` is the browser's (or anything with getItem and setItem); `key` names this officer at this place.
  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.#rows = new Map(this.#read());
  }

  // What to ask about `ticket`: the question that was not answered, or a new one with what the officer has said.
  question(shown, asked, now, newId) {
    const ticket = keyOf(shown, asked.direction);
    const { showing_id = newId(), question, at } = this.#rows.get(ticket) ?? {};
    const repeats = question && now - at < RESEND_MS && (!asked.said || same(asked, question));
    const put = repeats ? question : { id: newId(), showing_id, ...asked, scanned_at: new Date(now).toISOString() };
    this.#keep(ticket, { showing_id, question: put, at: repeats ? at : now });
    return put;
  }

  // Passes of a showing that a page without this script had begun, whose answer may not have arrived: each ticket is
  // told of it once. `taken` is a storage of the whole browser, without which nothing is taken over: a ticket that was
  // told of its pass in one window is a used one in the next.
  takeOver({ showing_id, tickets }, taken) {
    if (tickets.length === 0) return;
    try {
      if (taken.getItem(TAKEN) === showing_id) return;
      taken.setItem(TAKEN, showing_id);
      if (taken.getItem(TAKEN) !== showing_id) return;
    } catch {
      return;
    }
    for (const ticket of tickets) this.#keep(ticket, { showing_id });
  }

  // The server has answered the question about `ticket`; after a pass or a refusal the showing is over.
  answered(shown, verdict, direction) {
    const ticket = keyOf(shown, direction);
    const row = this.#rows.get(ticket);
    if (row && verdict !== "pass" && verdict !== "refuse") this.#keep(ticket, { showing_id: row.showing_id });
    else this.#keep(ticket, null);
  }

  #keep(ticket, row) {
    this.#rows.delete(ticket);
    if (row) this.#rows.set(ticket, row);
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= KEPT) break;
      this.#rows.delete(oldest);
    }
    try {
      this.#storage?.setItem(this.#key, JSON.stringify([...this.#rows].map(nameless)));
    } catch {
      // A full or forbidden storage forgets at a reload, and nothing else.
    }
  }

  #read() {
    try {
      return JSON.parse(this.#storage?.getItem(this.#key)) ?? [];
    } catch {
      return [];
    }
  }
}

// A code tells a part of the name; by the number of its ticket the server takes it for the same question.
function nameless([key, { question, ...row }]) {
  const shown = question?.direction === "out" ? key.slice(0, -OFF.length) : key;
  return [key, question ? { ...row, question: { ...question, shown } } : row];
}

// On the way off the ship a ticket is asked about anew.
function keyOf(ticket, direction) {
  return direction === "out" ? `${ticket}${OFF}` : ticket;
}

function same(asked, question) {
  return ["said", "seen"].every((name) => JSON.stringify(asked[name]) === JSON.stringify(question[name]));
}
