//# allFunctionsCalledOnLoad
// Pure: judges a ticket by the pack of a departure, as the server does by its tables. Twin of look_at and answer_of in
// app/boarding/judgement.py; docs/gate.md describes the pack. Who is good goes on in going_on.mjs, who is not in the
// pack in newcomer.mjs. `make gate-trace` holds the twins to the same verdicts.

import { ashoreOf, loadsOf, useOf } from "./gate_memory.mjs";
import { MINUTES, asks, denied, goesOn } from "./going_on.mjs";
import { prepare } from "./judge.mjs";
import { judgeNewcomer } from "./newcomer.mjs";
import { comeBack, stepOff } from "./stepping_off.mjs";

/** What the device finds wrong with a code before it looks for its ticket. */
const FAULTS = { forged: "refuse", unreadable: "refer", unknown_key: "refer", mistyped: "hold" };

const NOBODY = {
  name: "", fare_class: "", infant: false, vehicle_plate: "", party: 0, document_kind: "", document_number: "",
};

/** A pack, ready to be judged by. */
export function preparePack(pack) {
  const rules = pack.rules ? prepare(pack.rules.rules) : null;
  return {
    pack,
    rules,
    byCode: new Map((pack.rules?.rules ?? []).map((rule) => [rule.code, rule])),
    byTheClock: (rules ?? []).filter(({ looksAt }) => looksAt.has(MINUTES)),
    byNumber: new Map(pack.tickets.filter(({ number }) => Number.isInteger(number)).map(({ number, serial }) => [number, serial])),
    tickets: new Map(pack.tickets.map((ticket) => [ticket.serial, ticket])),
    others: new Map(pack.others.map(({ voyage, from_call, journey }) => [`${voyage} ${from_call}`, journey])),
    times: Object.fromEntries(Object.entries(pack.times).map(([name, at]) => (
      [name, typeof at === "string" ? Date.parse(at) : at]
    ))),
  };
}

/**
 * What the gate answers, from the pack and from what this device did since.
 *
 * showing: {serial, signed, fault, now, said, seen}: the ticket's number, what its proved code says or null, what is
 *   wrong with the code itself if anything, milliseconds since 1970, and what the officer says with it.
 * memory: what this device did since the pack (gate_memory.mjs), which is not changed here: `remember` does.
 */
export function judgeHere(prepared, showing, memory) {
  const { serial, signed = null, fault = "" } = showing;
  const ticket = fault ? undefined : prepared.tickets.get(serial);
  let found;
  if (fault) found = { verdict: FAULTS[fault], reason: fault };
  else if (showing.out) found = stepOff(prepared, ticket, showing, memory);
  else if (ticket) found = judgeTicket(prepared, ticket, showing, memory);
  else if (signed) found = judgeNewcomer(prepared, showing, memory);
  else found = { verdict: "refer", reason: "unknown_ticket" };
  return told(prepared, found, ticket, showing, memory);
}

function told(prepared, found, ticket, { serial, signed, fault, now }, memory) {
  const { pack } = prepared;
  const { verdict, reason, details = {}, byRules = null, heard = false, reasons = byRules?.reasons ?? [] } = found;
  // Who is too early or too late is not asked: no answer would let them pass.
  const asked = ["too_early", "too_late"].includes(reason) ? [] : asks(reasons);
  const compares = asked.some((fact) => fact.startsWith("identity."));
  const [{ aboard, ceiling }] = loadsOf(prepared, memory, found.boards ? ticket ?? found.newcomer : null, found.leaves);
  return {
    ...NOBODY,
    ...(ticket ? whoOf(ticket) : signed && !fault ? { name: signed.name_tag, infant: signed.infant } : {}),
    document_kind: ticket && compares ? ticket.document_kind : "",
    document_number: ticket && compares ? ticket.document_number : "",
    serial: fault ? "" : serial,
    verdict, reason, details, reasons, asks: asked, heard,
    denied: denied(byRules?.facts ?? {}),
    outcome: byRules?.outcome ?? null,
    rule_set: byRules ? pack.rules.number : null,
    aboard: aboard ?? 0,
    ceiling: ceiling ?? 0,
    stage: pack.stage,
    // What others have filled meanwhile no pack says.
    certainty: verdict === "refuse" ? "refused" : ticket && reason !== "share_used" ? "verified" : "provisional",
    legs: (ticket ?? found.newcomer ?? found.leaves)?.legs ?? 0,
    now,
  };
}

function whoOf({ name, fare_class, infant, vehicle_plate, party }) {
  return { name, fare_class, infant, vehicle_plate, party };
}

function judgeTicket(prepared, ticket, showing, memory) {
  const since = ashoreOf(prepared, memory, ticket);
  const fault = lookAt(prepared, ticket, showing, memory, since);
  if (fault) return fault;
  return since ? comeBack(prepared, ticket, memory, since)
    : { ...goesOn(prepared, ticket, showing, memory), heard: true };
}

// What the pack finds wrong with a ticket that is aboard here, and no more once its passenger has stepped off.
const OF_THOSE_ABOARD = ["already_used", "wrong_port"];

/** What is wrong with the ticket itself, here and now; null where nothing is. `since`: when its passenger stepped off. */
function lookAt(prepared, ticket, { now }, memory, since) {
  const { pack, times } = prepared;
  const { fault, unpaid_until } = ticket;
  if (fault?.reason === "unpaid" && unpaid_until && Date.parse(unpaid_until) <= now) {
    return { verdict: "refuse", reason: "void" };
  }
  if (since && OF_THOSE_ABOARD.includes(fault?.reason)) {
    const hasLeft = times.left !== null && times.left <= now;
    return hasLeft ? { verdict: "refuse", reason: "departed", details: { at: pack.times.left } } : null;
  }
  const used = useOf(prepared, memory, ticket);
  const mayBeUsed = ["departed", undefined].includes(fault?.reason);
  return used && (mayBeUsed || (used.reason === fault?.reason)) ? used : fault;
}
