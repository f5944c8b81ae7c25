//# allFunctionsCalledOnLoad
// Pure: all of one order, from any of their tickets, as each of them stands at this gate. Twin of app/boarding/party.py.

import { asks, ASKED } from "./going_on.mjs";
import { ashoreOf, passOf } from "./gate_memory.mjs";
import { judgeHere } from "./pack_judge.mjs";

/** The tickets of the order of `serial` that travel from here, by name, infants last; none for an unknown ticket. */
export function partyOf({ tickets }, serial) {
  const order = tickets.get(serial)?.order ?? null;
  if (order === null) return [];
  return [...tickets.values()].filter((ticket) => ticket.order === order && travels(ticket))
    .sort((one, other) => one.infant - other.infant || (one.name < other.name ? -1 : 1));
}

// One whose ticket was given back or replaced does not go along.
function travels({ fault }) {
  return fault === null || ["already_used", "unpaid"].includes(fault.reason);
}

/** Each of the party: {ticket, passed, judged}; whoever has passed here is not judged again. */
export function membersOf(prepared, serial, memory, now) {
  return partyOf(prepared, serial).map((ticket) => {
    const isThrough = ticket.passed || passOf(memory, ticket.serial) !== null;
    const passed = isThrough && ashoreOf(prepared, memory, ticket) === null;
    const showing = { serial: ticket.serial, signed: null, fault: "", now, said: {}, seen: [] };
    return { ticket, passed, judged: passed ? null : judgeHere(prepared, showing, memory) };
  });
}

/** What an officer can say of all who wait with one touch: the facts that are still to be compared, as they are asked. */
export function factsOf(members, sayable) {
  const wanted = new Set(members.flatMap(({ judged }) => (judged ? asks(judged.reasons) : [])));
  return ASKED.filter((fact) => wanted.has(fact) && sayable.includes(fact));
}
