//# allFunctionsCalledOnLoad
// Pure: judges a ticket that is proved by its signature alone, for it was sold after the pack was made. Nothing here
// is verified: it passes provisionally, or not at all.
//
// Where the rules at this gate ask nothing that is not known, it passes. Else the officer compares the name that is
// printed on the ticket with a card: then it is judged as an adult with an identity card, whom the rules ask most.
// An infant's and whatever else the rules must know of it waits until there is signal.

import { ashoreOf, heardOf, loadsOf, useOf } from "./gate_memory.mjs";
import { asks, goesOn, passOn } from "./going_on.mjs";
import { comeBack, newcomerOf } from "./stepping_off.mjs";

const NAME = "identity.name_matches";
const ADULT = { infant: false, named: true, age_years: 18, age_months: 216 };

export function judgeNewcomer(prepared, showing, memory) {
  const { pack, others } = prepared;
  const { serial, signed } = showing;
  if (signed.voyage !== pack.voyage) {
    const journey = others.get(`${signed.voyage} ${signed.from_call}`);
    return { verdict: "refuse", reason: "wrong_voyage", details: journey ?? {} };
  }
  if (signed.from_call !== pack.from_call) return { verdict: "refuse", reason: "wrong_port" };
  const used = useOf(prepared, memory, { serial });
  if (used) return used;
  if (pack.times.left) return { verdict: "refuse", reason: "departed", details: { at: pack.times.left } };
  const since = ashoreOf(prepared, memory, { serial });
  if (since) {
    const newcomer = newcomerOf(prepared, { ...signed, serial });
    return { ...comeBack(prepared, newcomer, memory, since), newcomer };
  }
  return { ...judgeGood(prepared, showing, memory), heard: true };
}

function judgeGood(prepared, showing, memory) {
  const { serial, signed } = showing;
  const legs = signed.to_call - signed.from_call;
  const newcomer = {
    serial, legs, companions: null, papers: [], doses: null, exemptions: [], used: null,
    facts: { person: { infant: signed.infant, named: true }, ticket: TICKET },
  };
  const plain = goesOn(prepared, newcomer, showing, memory);
  if (plain.verdict === "pass") return provisional(plain, newcomer);
  if (!plain.byRules || ["too_early", "too_late", "ship_full", "share_used"].includes(plain.reason)) return plain;
  if (signed.infant) return failed(plain) ? plain : { ...plain, reason: "provisional_hold", verdict: "hold" };
  return compared(prepared, newcomer, showing, memory);
}

/** As an adult with an identity card: by what the officer has compared, or what is still to be. */
function compared(prepared, newcomer, showing, memory) {
  const adult = { ...newcomer, facts: { ...newcomer.facts, person: ADULT, identity: { kind: "ktp" } } };
  const found = goesOn(prepared, adult, showing, memory);
  if (failed(found)) return found;
  const heard = heardOf(memory, newcomer.serial, showing);
  const wanted = asks(found.byRules.reasons);
  const known = heard.facts[NAME] === true;
  if (wanted.length > 0 || !known) {
    const reasons = wanted.includes(NAME) || known ? found.byRules.reasons : [UNCOMPARED, ...found.byRules.reasons];
    return { ...found, verdict: "hold", reason: "provisional_confirm", reasons };
  }
  if (found.reason === "share_used") return found;
  if (found.verdict !== "pass") return { ...found, verdict: "hold", reason: "provisional_hold" };
  return provisional(passOn(prepared, adult, memory, found.byRules, loadsOf(prepared, memory)), newcomer);
}

function failed({ byRules }) {
  return byRules.reasons.some(({ why, outcome }) => why === "failed" && outcome !== "note");
}

function provisional(found, newcomer) {
  const first = found.verdict === "pass" && found.reason !== "entered_again";
  return { ...found, reason: first ? "provisional" : found.reason, newcomer };
}

const UNCOMPARED = { rule: "", outcome: "hold", why: "missing", fact: NAME };

const TICKET = {
  exists: true, state: "confirmed", paid: true, this_voyage: true, this_port: true, used_here: false, free: false,
  discounted: false, reduction: "none",
};
