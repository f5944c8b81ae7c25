//# allFunctionsCalledOnLoad
// Pure: moments of CertLogic, milliseconds since 1970 in UTC. Twin of app/rules/engine/moments.py; reckoned with whole
// numbers only, so that no engine's idea of a date comes between the twins.

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const AMOUNT_MAX = 100_000_000;
const PARTIAL = /^([0-9]{4})(?:-([0-9]{2}))?$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME = new RegExp("^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?"
  + "(?:Z|([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?$");

export const UNITS = ["year", "month", "day", "hour"];

/** The logic cannot be judged on these facts; the codes are those of app/rules/engine/rule_error.py. Thrown for every fact that is
 * not known, so it is no Error: nobody reads the stack, and to note it took longer than the rule. */
export class RuleError {
  constructor(code, fact = "") {
    this.code = code;
    this.fact = fact;
  }
}

/** A date or date-time, which only `plusTime` and `dccDateOfBirth` make. */
export class Moment {
  constructor(ms) {
    this.ms = ms;
  }
}

/** The moment that a text of an allowed form says; a year or a month is its last day. Throws RuleError. */
export function read(text) {
  const partial = PARTIAL.exec(text);
  if (partial) {
    const [year, month] = [Number(partial[1]), Number(partial[2] ?? 12)];
    if (month < 1 || month > 12) refuse();
    return made(daysOf(year, month, daysIn(year, month)), 0);
  }
  const whole = DAY.exec(text);
  if (whole) return made(day(whole), 0);
  const found = TIME.exec(text);
  if (!found) refuse();
  const [hour, minute, second] = [4, 5, 6].map((group) => Number(found[group]));
  const [aheadHours, aheadMinutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || aheadHours > 23 || aheadMinutes > 59) refuse();
  const ahead = (aheadHours * 60 + aheadMinutes) * (found[8] === "-" ? -1 : 1);
  const thousandths = Number((found[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return made(day(found), ((hour * 60 + minute - ahead) * 60 + second) * 1000 + thousandths);
}

/** A date of birth, whole or only its year or month. Throws RuleError. */
export function readBirth(text) {
  if (!PARTIAL.test(text) && !DAY.test(text)) refuse();
  return read(text);
}

/** The moment so many units later; a month without that day ends with its last one. Throws RuleError. */
export function plus(moment, amount, unit) {
  if (Math.abs(amount) > AMOUNT_MAX) refuse();
  const [days, rest] = split(moment.ms, DAY_MS);
  if (unit === "hour") return made(days, rest + amount * HOUR_MS);
  if (unit === "day") return made(days + amount, rest);
  const [ofYear, ofMonth, ofDay] = civil(days);
  const months = ofYear * 12 + ofMonth - 1 + (unit === "year" ? amount * 12 : amount);
  const [year, month0] = split(months, 12);
  if (year < 1 || year > 9999) refuse();
  return made(daysOf(year, month0 + 1, Math.min(ofDay, daysIn(year, month0 + 1))), rest);
}

/** `2021-12-31T23:59:59.999Z`. */
export function shown(moment) {
  const [days, rest] = split(moment.ms, DAY_MS);
  const [year, month, ofMonth] = civil(days);
  const [seconds, ms] = split(rest, 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(ofMonth)}T${two(Math.floor(seconds / 3600))}:`
    + `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms).padStart(3, "0")}Z`;
}

/** Quotient rounded down, and what remains (never negative): Python's divmod. */
function split(number, by) {
  const quotient = Math.floor(number / by);
  return [quotient, number - quotient * by];
}

function daysIn(year, month) {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Year, month and day of so many days after 1970-01-01 (Gregorian). */
function civil(days) {
  const [era, ofEra] = split(days + 719_468, 146_097);
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524)
    - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return [year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - Math.floor((153 * shifted + 2) / 5) + 1];
}

function daysOf(year, month, ofMonth) {
  const [era, ofEra] = split(year - (month <= 2 ? 1 : 0), 400);
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + ofMonth - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function day(found) {
  const [year, month, ofMonth] = [1, 2, 3].map((group) => Number(found[group]));
  if (month < 1 || month > 12 || ofMonth < 1 || ofMonth > daysIn(year, month)) refuse();
  return daysOf(year, month, ofMonth);
}

const FIRST = daysOf(1, 1, 1);
const LAST = daysOf(9999, 12, 31);

function made(days, ms) {
  const moment = days * DAY_MS + ms;
  if (moment < FIRST * DAY_MS || moment >= (LAST + 1) * DAY_MS) refuse();
  return new Moment(moment);
}

function refuse() {
  throw new RuleError("moment");
}
