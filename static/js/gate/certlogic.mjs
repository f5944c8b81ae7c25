//# allFunctionsCalledOnLoad
// Pure: CertLogic, strictly: the logic of rules. Twin of app/rules/engine/certlogic.py, where the language is described.
// Runs in pages, workers and node; no dependency.

import { Moment, RuleError, UNITS, plus, read, readBirth, shown as shownMoment } from "./moments.mjs";

export { Moment, RuleError };

const SAFE = Number.MAX_SAFE_INTEGER;
// The limits stand in docs/rules.md; both twins have the same.
const DEPTH_MAX = 40;
const ITEMS_MAX = 1_000;
const PARTS_MAX = 20_000;
const STEPS_MAX = 20_000;
const INDEX = /^(?:0|[1-9][0-9]{0,8})$/;
const UVCI_PREFIX = "URN:UVCI:";

const LESS = (left, right) => left < right;
const MORE = (left, right) => left > right;
const AT_MOST = (left, right) => left <= right;
const AT_LEAST = (left, right) => left >= right;
const COMPARISONS = new Map([["<", LESS], [">", MORE], ["<=", AT_MOST], [">=", AT_LEAST]]);
const DATE_COMPARISONS = new Map([["before", LESS], ["after", MORE], ["not-after", AT_MOST], ["not-before", AT_LEAST]]);
const OPERANDS = new Map([
  ["if", [3, 3]], ["and", [2, ITEMS_MAX]], ["!", [1, 1]], ["===", [2, 2]], ["in", [2, 2]], ["+", [2, 2]],
  ["plusTime", [3, 3]], ["reduce", [3, 3]], ["extractFromUVCI", [2, 2]], ["dccDateOfBirth", [1, 1]],
  ...[...COMPARISONS.keys(), ...DATE_COMPARISONS.keys()].map((name) => [name, [2, 3]]),
]);

/** Operators whose first operand alone is logic; the others are taken as they stand. */
const FIRST_ONLY = new Map([
  ["!", (value) => !truth(value)],
  ["plusTime", plusTime],
  ["extractFromUVCI", extract],
  ["dccDateOfBirth", birth],
]);

/** What the logic answers on these facts: plain JSON, or a Moment. Throws RuleError. */
export function evaluate(logic, facts) {
  return apply(plain(logic, "logic"), plain(facts, "facts"));
}

/** The value as both twins read it, or RuleError `code` where they could not agree on it. */
export function plain(value, code) {
  return plainPart(value, code, 0, { left: PARTS_MAX });
}

function plainPart(value, code, depth, parts) {
  parts.left -= 1;
  if (parts.left < 0) throw new RuleError(code);
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RuleError(code);
    return value === 0 ? 0 : value; // no minus zero
  }
  if (typeof value !== "object" || depth === DEPTH_MAX) throw new RuleError(code);
  const list = Array.isArray(value);
  const keys = list ? null : Object.keys(value);
  if ((list ? value.length : keys.length) > ITEMS_MAX) throw new RuleError(code);
  if (list) return value.map((item) => plainPart(item, code, depth + 1, parts));
  // Without a prototype, so that no name is there by nature.
  const copy = Object.create(null);
  for (const key of keys) copy[key] = plainPart(value[key], code, depth + 1, parts);
  return copy;
}

/** As `evaluate`, on what `plain` gave. Looking at a fact of `needed` (a Set) that is not known is `missing`. */
export function apply(logic, facts, needed = NOTHING) {
  return valueOf(logic, facts, { needed, steps: 0 });
}

const NOTHING = new Set();

function valueOf(logic, facts, run) {
  run.steps += 1;
  if (run.steps > STEPS_MAX) throw new RuleError("steps");
  if (typeof logic !== "object") return logic;
  if (logic === null) throw new RuleError("operation");
  if (Array.isArray(logic)) return logic.map((item) => valueOf(item, facts, run));
  const names = Object.keys(logic);
  if (names.length !== 1) throw new RuleError("operation");
  const [name] = names;
  const operands = logic[name];
  if (name === "var") return valueAt(operands, facts, run);
  const bounds = OPERANDS.get(name);
  if (!bounds || !Array.isArray(operands)) throw new RuleError("operation");
  if (operands.length < bounds[0] || operands.length > bounds[1]) throw new RuleError("operands");
  return operation(name, operands, facts, run);
}

function valueAt(path, facts, run) {
  if (typeof path !== "string") throw new RuleError("operands");
  const found = lookUp(path, facts);
  if (found === null && run.needed.has(path)) throw new RuleError("missing", path);
  return found;
}

function operation(name, operands, facts, run) {
  if (name === "if") return valueOf(operands[truth(valueOf(operands[0], facts, run)) ? 1 : 2], facts, run);
  if (name === "and") {
    let answer = true;
    for (const operand of operands) {
      answer = valueOf(operand, facts, run);
      if (!truth(answer)) break;
    }
    return answer;
  }
  if (name === "reduce") return reduce(operands, facts, run);
  const first = FIRST_ONLY.get(name);
  if (first) return first(valueOf(operands[0], facts, run), ...operands.slice(1));
  return strictly(name, operands.map((operand) => valueOf(operand, facts, run)));
}

function reduce([items, step, initial], facts, run) {
  const found = valueOf(items, facts, run);
  if (found !== null && !Array.isArray(found)) throw new RuleError("type");
  let accumulator = valueOf(initial, facts, run);
  for (const current of found ?? []) accumulator = valueOf(step, { accumulator, current }, run);
  return accumulator;
}

/** What lies at the path, null where nothing does. */
export function lookUp(path, facts) {
  if (path === "") return facts;
  let at = facts;
  for (const part of path.split(".")) {
    if (at === null || typeof at !== "object" || at instanceof Moment) return null;
    if (Array.isArray(at)) at = INDEX.test(part) && Number(part) < at.length ? at[Number(part)] : null;
    else at = Object.hasOwn(at, part) ? at[part] : null;
  }
  return at;
}

/** Whether it is truthy; RuleError `truth` for what is neither truthy nor falsy. */
export function truth(value) {
  if (value instanceof Moment) throw new RuleError("truth");
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function strictly(name, values) {
  if (name === "===") return same(...values);
  if (name === "in") return isIn(...values);
  if (name === "+") return sum(...values);
  let compare = COMPARISONS.get(name);
  let ordered = values;
  if (compare) {
    if (!values.every(isInteger)) throw new RuleError("type");
  } else {
    if (!values.every((value) => value instanceof Moment)) throw new RuleError("type");
    compare = DATE_COMPARISONS.get(name);
    ordered = values.map((value) => value.ms);
  }
  return ordered.every((value, at) => at === 0 || compare(ordered[at - 1], value));
}

function isInteger(value) {
  return typeof value === "number";
}

function isScalar(value) {
  return value === null || typeof value !== "object";
}

function same(left, right) {
  if (!isScalar(left) || !isScalar(right)) throw new RuleError("type");
  return left === right;
}

function isIn(item, items) {
  if (!Array.isArray(items)) throw new RuleError("type");
  // Each is compared, so that a list's order does not decide whether it is at fault.
  return items.map((other) => same(item, other)).includes(true);
}

function sum(left, right) {
  if (!isInteger(left) || !isInteger(right)) throw new RuleError("type");
  const total = left + right;
  if (total < -SAFE || total > SAFE) throw new RuleError("number");
  return total;
}

function plusTime(text, amount, unit) {
  if (typeof text !== "string" || !isInteger(amount) || !UNITS.includes(unit)) throw new RuleError("type");
  return plus(read(text), amount, unit);
}

function birth(text) {
  if (typeof text !== "string") throw new RuleError("type");
  return readBirth(text);
}

function extract(uvci, index) {
  if ((uvci !== null && typeof uvci !== "string") || !isInteger(index)) throw new RuleError("type");
  if (uvci === null || index < 0) return null;
  const parts = (uvci.startsWith(UVCI_PREFIX) ? uvci.slice(UVCI_PREFIX.length) : uvci).split(/[/#:]/);
  return index < parts.length ? parts[index] : null;
}

/** An answer as plain JSON. */
export function shown(value) {
  if (value instanceof Moment) return shownMoment(value);
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
}
