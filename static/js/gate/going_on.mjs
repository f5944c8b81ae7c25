//# allFunctionsCalledOnLoad
// Pure: whether the holder of a ticket that is good in itself goes on. Twin of _judge in app/boarding/actions/scan.py,
// of app/boarding/gate_rules.py and of what app/booking/eligibility/passenger_facts.py adds about those who go along.

import { heardOf, isShareUsed, isoOf, loadsOf, passOf } from "./gate_memory.mjs";
import { OUTCOMES, isFor, judge } from "./judge.mjs";

/** Facts that an officer at a gate can say on the spot, in the order in which they are asked. */
export const ASKED = [
  "identity.name_matches", "identity.number_matches", "identity.person_matches", "ticket.exchanged",
  "person.health_app", "person.doses", "documents",
];

/** The fact by which rules look at the clock. */
export const MINUTES = "voyage.minutes_to_departure";
const MINUTE_MS = 60_000;
const YEAR_MINUTES = 525_600;

/** The gate's verdict for each outcome that does not let pass, with the reason of its scan. */
const VERDICTS = {
  hold: ["hold", "rules_hold"],
  refer: ["refer", "rules_refer"],
  refuse_movable: ["refuse", "rules_movable"],
  refuse_void: ["refuse", "rules_void"],
};

/** Whether the holder of a good ticket goes on: by the hour, by the rules, and aboard while there is room. */
export function goesOn(prepared, ticket, showing, memory) {
  const aboard = prepared.pack.stage === "gangway";
  const out = outOfTime(prepared, showing.now);
  const loads = loadsOf(prepared, memory);
  if (!out && aboard && isFull(loads[0])) return { verdict: "refuse", reason: "ship_full" };
  const byRules = judgeByRules(prepared, ticket, showing, memory);
  if (out && !(byRules && openNow(prepared, byRules))) {
    return { ...out, byRules: byRules && keepsTheHour(prepared, byRules) ? byRules : null };
  }
  if (byRules && Object.hasOwn(VERDICTS, byRules.outcome)) {
    const [verdict, reason] = verdictOf(byRules);
    return { verdict, reason, details: enteredAhead(byRules), byRules };
  }
  return passOn(prepared, ticket, memory, byRules, loads);
}

/** A pass of whom hour and rules let go on, if the ship has room. */
export function passOn(prepared, ticket, memory, byRules, loads) {
  const { pack } = prepared;
  if (pack.stage !== "gangway") {
    const used = ticket.used ?? passOf(memory, ticket.serial);
    return used ? { verdict: "pass", reason: "entered_again", details: used, byRules }
      : { verdict: "pass", reason: "entered", byRules };
  }
  if (loads.slice(0, ticket.legs).some(isFull)) return { verdict: "refuse", reason: "ship_full", byRules };
  if (isShareUsed(prepared, memory)) return { verdict: "hold", reason: "share_used", byRules };
  return { verdict: "pass", reason: "admitted", byRules, boards: true };
}

/** Whether nobody else may come aboard on a leg. */
export function isFull({ aboard, ceiling }) {
  return aboard === null || ceiling === null || aboard >= ceiling;
}

/** That nobody boards yet, or any more, unless the rules in force have a word on the hour. */
function outOfTime({ pack, times }, now) {
  const { opens, closes } = times;
  if (opens === null) return { verdict: "hold", reason: "too_early", details: {} };
  if (now < opens) return { verdict: "hold", reason: "too_early", details: { at: pack.times.opens } };
  return now < closes ? null : { verdict: "refuse", reason: "too_late", details: { at: pack.times.closes } };
}

/** The verdict of the set in force, with everything that it was found by; null without a set. */
function judgeByRules(prepared, ticket, showing, memory) {
  const { rules, byCode } = prepared;
  if (!rules) return null;
  const heard = heardOf(memory, ticket.serial, showing);
  const facts = factsOf(prepared, ticket, showing.now, memory, heard);
  if (ticket.companions) addCompanions(facts, prepared, ticket, showing.now, memory);
  const { outcome, reasons } = judge(rules, facts, ticket.exemptions);
  const worded = reasons.map((reason) => withWords(reason, byCode.get(reason.rule) ?? {}));
  return {
    outcome,
    reasons: worded,
    facts,
    unseen: ticket.papers.filter(({ id }) => !heard.seen.includes(id)),
    doses: Object.hasOwn(heard.facts, "person.doses") ? null : ticket.doses,
    tests: testsThatDo(prepared, worded, showing.now),
  };
}

/** The facts about one passenger by themselves: the pack's, and what this hour and this device's officer add. */
function factsOf(prepared, ticket, now, memory, heard) {
  const { pack, times } = prepared;
  const [{ aboard }] = loadsOf(prepared, memory);
  const voyage = { ...pack.facts.voyage, ...ticket.facts.voyage };
  if (times.departs_at !== null && times.time_known) {
    voyage.minutes_to_departure = Math.floor((times.departs_at - now) / MINUTE_MS);
  }
  voyage.terminal_opened = times.opened_at !== null && times.opened_at <= now;
  if (aboard !== null) voyage.souls_aboard = aboard;
  const facts = { ...pack.facts, ...ticket.facts, voyage };
  for (const [name, value] of Object.entries(heard.facts)) {
    const [group, rest] = name.split(".");
    if (name === "documents") say(facts, name, facts.documents?.length > 0 ? facts.documents : value);
    else if (rest === undefined) say(facts, group, value);
    else {
      facts[group] = { ...facts[group] };
      say(facts[group], rest, value);
    }
  }
  const seen = (ticket.papers ?? []).filter(({ id }) => heard.seen.includes(id)).map(({ fact }) => fact);
  const shown = heard.tests.map(({ kind, result, taken_at }) => (
    { kind, result, minutes: minutesBefore(Date.parse(taken_at), times) }
  ));
  // Seen papers count, also after somebody said that there were none.
  if (seen.length + shown.length > 0) facts.documents = [...(facts.documents ?? []), ...seen, ...shown];
  return facts;
}

function say(facts, name, value) {
  if (value === null) delete facts[name];
  else facts[name] = value;
}

/** To the scheduled departure, so that a delay makes no test too old; one taken during a delay counts to its end. */
function minutesBefore(taken, { planned, departs_at }) {
  let until = planned ?? departs_at;
  if (until !== null && taken > until) until = departs_at;
  return Math.ceil((until - taken) / MINUTE_MS);
}

function addCompanions(facts, prepared, ticket, now, memory) {
  const found = ticket.companions.map(({ serial, age_years, carer, facts: own }) => {
    const other = serial ? prepared.tickets.get(serial) : { serial: "", facts: own, exemptions: [] };
    const one = age_years === undefined ? { carer } : { age_years, carer };
    return { ...one, verdict: outcomeAlone(prepared, other, now, memory) };
  });
  facts.companions = found;
  if (!ticket.needs_adult) return;
  const carers = found.filter(({ carer }) => carer).map(({ verdict }) => OUTCOMES.indexOf(verdict));
  facts.adult = { same_voyage: carers.length > 0 };
  // Nobody has said whose child it is: one of them who may board is enough.
  if (carers.length > 0) facts.adult.verdict = OUTCOMES[Math.min(...carers)];
}

function outcomeAlone(prepared, other, now, memory) {
  if (other.passed || memory.passes.has(other.serial) || memory.offs?.has(other.serial)) return "pass";
  const heard = heardOf(memory, other.serial);
  return judge(prepared.rules, factsOf(prepared, other, now, memory, heard), other.exemptions).outcome;
}

function withWords(reason, rule) {
  const said = { ...reason };
  for (const [key, name] of [["title", "title"], ["officer", "sentence"], ["next", "next_step"]]) {
    if (rule[key]) said[name] = rule[key];
  }
  if (reason.why === "failed") {
    if (rule.found) said.found = rule.found;
    if (rule.exemption) said.exempt_by = rule.exemption.by;
  }
  return said;
}

function verdictOf({ outcome, reasons }) {
  if (outcome === "hold" && reasons.every((one) => one.outcome !== "hold" || isAsked(one))) return ["hold", "confirm"];
  return VERDICTS[outcome];
}

/** Whether a rule that looks at the clock is not met: it is too early or too late by that rule. */
function keepsTheHour({ byTheClock }, { reasons, facts }) {
  const clock = new Set(byTheClock.filter((rule) => isFor(rule, facts)).map(({ rule }) => rule.code));
  return reasons.some(({ why, rule }) => why === "failed" && clock.has(rule));
}

/** Whether the rules say from when people may enter here, and that it is time, or that this one is excepted. */
function openNow(prepared, byRules) {
  if (keepsTheHour(prepared, byRules)) return false;
  const { facts } = byRules;
  if (!(facts.voyage.minutes_to_departure > 0)) return false;
  const voyage = { ...facts.voyage, minutes_to_departure: YEAR_MINUTES, terminal_opened: false };
  const then = judge(prepared.byTheClock.filter((rule) => isFor(rule, facts)), { ...facts, voyage });
  return then.reasons.some(({ why }) => why === "failed");
}

/** The negative tests that every rule takes that asks for papers; none where no departure is known. */
function testsThatDo({ byCode, times }, reasons, now) {
  const leaves = times.planned ?? times.departs_at;
  const limits = reasons.filter((one) => isAsked(one) && one.fact === "documents" && byCode.has(one.rule))
    .map(({ rule }) => new Map((byCode.get(rule).tests ?? []).map(({ kind, minutes }) => [kind, minutes])));
  if (leaves === null || limits.length === 0) return [];
  const kinds = [...limits[0].keys()].filter((kind) => limits.every((one) => one.has(kind)));
  return kinds.map((kind) => ({ kind, at: leaves - MINUTE_MS * Math.min(...limits.map((one) => one.get(kind))) }))
    .filter(({ at }) => at <= now).map(({ kind, at }) => ({ kind, since: isoOf(at) }));
}

/** What the travelers have entered ahead and no officer has looked at yet, for the officer to ask for. */
function enteredAhead({ unseen, doses, tests }) {
  const details = {};
  if (unseen.length > 0) {
    details.papers = unseen.map(({ id, kind, result, taken_at }) => ({ id, kind, result, taken_at }));
  }
  if (doses !== null) details.doses = doses;
  if (tests.length > 0) details.tests = tests;
  return details;
}

/** The facts that an officer still has to say before this person may pass, in the order in which they are asked. */
export function asks(reasons) {
  const wanted = new Set(reasons.filter((one) => isAsked(one) && one.outcome !== "note").map(({ fact }) => fact));
  return ASKED.filter((fact) => wanted.has(fact));
}

/** The facts that an officer can say on the spot and that are known not to be so. */
export function denied(facts) {
  return ASKED.filter((fact) => {
    const [group, name] = fact.split(".");
    return name !== undefined && facts[group]?.[name] === false;
  });
}

function isAsked({ why, fact }) {
  return why === "missing" && ASKED.includes(fact);
}
