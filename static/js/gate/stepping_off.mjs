//# allFunctionsCalledOnLoad
// Pure: a ticket that is shown on the way off the ship, and one whose holder comes back. Twin of
// app/boarding/step_offs/stepping.py.

import { ashoreOf, isAboard, loadsOf, passOf } from "./gate_memory.mjs";
import { isFull } from "./going_on.mjs";

/** Lets the holder go ashore by a ticket that is aboard; `ticket` is null where neither pack nor memory knows it. */
export function stepOff(prepared, ticket, { serial, now, signed }, memory) {
  const { pack } = prepared;
  if (!ticket && !signed) return { verdict: "refer", reason: "unknown_ticket" };
  if (prepared.times.left !== null && prepared.times.left <= now) {
    return { verdict: "refuse", reason: "departed", details: { at: pack.times.left } };
  }
  const known = ticket ?? newcomerOf(prepared, { ...signed, serial });
  const since = known && ashoreOf(prepared, memory, known);
  if (since) return { verdict: "refer", reason: "not_aboard", details: { at: since.at } };
  if (!known || !isAboard(memory, known)) return { verdict: "refer", reason: "not_aboard" };
  if (known.legs <= 0) return { verdict: "pass", reason: "alighted" };
  return { verdict: "pass", reason: "stepped_off", leaves: known };
}

/** Lets the holder aboard again: no second use, and neither rules nor hours are asked anew. */
export function comeBack(prepared, ticket, memory, since) {
  if (prepared.pack.stage !== "gangway") {
    return { verdict: "pass", reason: "entered_again", details: ticket.used ?? passOf(memory, ticket.serial), heard: true };
  }
  const isThere = loadsOf(prepared, memory).slice(0, ticket.legs).some(isFull);
  if (isThere) return { verdict: "refuse", reason: "ship_full", heard: true };
  return { verdict: "pass", reason: "came_back", details: { at: since.at }, boards: true, heard: true };
}

/** A ticket of this voyage that was sold after the pack; null for one of another voyage. */
export function newcomerOf({ pack }, { serial, voyage, to_call }) {
  return voyage === pack.voyage ? { serial, legs: to_call - pack.from_call } : null;
}
