//# allFunctionsCalledOnLoad
// Pure: the verdict of a set of rules on one person's facts. Twin of app/rules/engine/judge.py, where it is described.
// Runs in pages, workers and node; no dependency. The first line, here and in what it imports, lets Chromium compile
// all functions while the page loads, and not one by one under the first passenger.

import { RuleError, apply, lookUp, plain } from "./certlogic.mjs";

/** The weakest first. */
export const OUTCOMES = ["pass", "note", "hold", "refer", "refuse_movable", "refuse_void"];

/** Those of the rules that are not off, ready to be judged with. */
export function prepare(rules) {
  return rules.filter((rule) => !rule.off).map((rule) => {
    const looksAt = new Set();
    addPaths(rule.logic, looksAt);
    const needed = new Set(looksAt);
    for (const name of rule.may_miss ?? []) needed.delete(name);
    const [where, excepted] = [places(rule.where), places(rule.except)];
    return { rule, logic: plain(rule.logic, "logic"), looksAt, needed, where, excepted };
  });
}

/** The facts that places are told by, each with the values that are meant. */
function places(named) {
  return Object.entries(named ?? {}).map(([place, values]) => (
    { name: place === "stage" ? place : `voyage.${place}`, values }
  ));
}

/** {outcome, reasons, items}: what is to be done, why, and the rules by which things stay behind. */
export function judge(rules, given, exemptions = []) {
  let facts;
  try {
    facts = plain(given, "facts");
  } catch (fault) {
    return verdictOf([errorOf("", codeOf(fault))]);
  }
  const [day, stage] = [lookUp("voyage.day", facts), lookUp("stage", facts)];
  if (typeof day !== "string" || typeof stage !== "string") return verdictOf([errorOf("", "facts")]);
  return verdictOf(rules.map((rule) => reasonOf(rule, facts, day, stage, exemptions)).filter(Boolean));
}

function reasonOf(prepared, facts, day, stage, exemptions) {
  const { rule } = prepared;
  if (!inForce(rule, day)) return null;
  let reason;
  try {
    if (!applies(prepared, facts)) return null;
    const answer = apply(prepared.logic, facts, prepared.needed);
    if (answer === true) return null;
    if (answer !== false) return errorOf(rule.code, "answer");
    reason = { rule: rule.code, outcome: rule.outcome, why: "failed" };
    if (rule.holds_item) reason.holds_item = true;
  } catch (fault) {
    const code = codeOf(fault);
    if (code !== "missing") return errorOf(rule.code, code);
    const outcome = rule.missing[stage === "sale" ? "sale" : "gate"];
    reason = { rule: rule.code, outcome, why: "missing", fact: fault.fact };
  }
  return exempted(rule, reason, exemptions);
}

/** Whether a rule is in force on the day of these facts, and for here as far as they say where that is. */
export function isFor(prepared, facts) {
  const day = lookUp("voyage.day", facts);
  try {
    return typeof day === "string" && inForce(prepared.rule, day) && applies(prepared, facts);
  } catch (fault) {
    codeOf(fault);
    return true;
  }
}

// Days are YYYY-MM-DD, so that their order is that of their texts.
function inForce(rule, day) {
  return (!rule.valid_from || rule.valid_from <= day) && (!rule.valid_to || day <= rule.valid_to);
}

function applies({ where, excepted }, facts) {
  let unknown = "";
  for (const { name, values } of where) {
    const value = lookUp(name, facts);
    if (value === null) unknown ||= name;
    else if (!values.includes(value)) return false;
  }
  if (excepted.some(({ name, values }) => values.includes(lookUp(name, facts)))) return false;
  if (unknown) throw new RuleError("missing", unknown);
  return true;
}

function exempted(rule, reason, exemptions) {
  const found = rule.exemption && exemptions.find((exemption) => exemption.rule === rule.code);
  if (!found) return reason;
  const exemption = { letter: found.letter, officer: found.officer, reason: found.reason };
  return { rule: rule.code, outcome: "note", why: "exempted", exemption };
}

function errorOf(rule, error) {
  return { rule, outcome: "refer", why: "error", error };
}

function codeOf(fault) {
  if (!(fault instanceof RuleError)) throw fault;
  return fault.code;
}

function verdictOf(reasons) {
  const strength = ({ outcome }) => OUTCOMES.indexOf(outcome);
  const ordered = [...reasons].sort((one, other) => strength(other) - strength(one));
  return {
    outcome: ordered[0]?.outcome ?? "pass",
    reasons: ordered,
    items: ordered.filter((reason) => reason.holds_item).map((reason) => reason.rule),
  };
}

/** What `reader` (`traveler` or `officer`) is told of each reason: its title, sentence and next step. */
export function told(verdict, rules, reader, language) {
  const byCode = new Map(rules.map((rule) => [rule.code, rule]));
  return verdict.reasons.map(({ rule: code }) => {
    const rule = byCode.get(code) ?? {};
    const words = { title: rule.title, sentence: rule[reader], next: rule.next };
    return { rule: code, ...Object.fromEntries(
      Object.entries(words).filter(([, text]) => text).map(([key, text]) => [key, text[language]]),
    ) };
  });
}

/** Put into `found` the facts that a logic looks at, without what a `reduce` sees of its items. */
function addPaths(logic, found) {
  if (logic === null || typeof logic !== "object") return;
  if (Array.isArray(logic)) {
    for (const item of logic) addPaths(item, found);
    return;
  }
  const [name] = Object.keys(logic);
  const operands = logic[name];
  if (name === "var") found.add(operands);
  else addPaths(name === "reduce" ? [operands[0], operands[2]] : operands, found);
}
