// Pure: the words of a verdict that the device has found, and the answers that the officer can give with one touch.
// Twin of put in app/web/judging/verdicts.py and of answers_to in app/web/judging/answers.py; the words are the
// server's, which app/web/judging/device_words.py gives to the page. `make gate-trace` holds the twins together.

import { day, hour, night, portDay } from "../lib/telling.mjs";
import { ASKED, asks } from "./going_on.mjs";

/** Of what an officer can say on the spot, the one that rules speak of by its value. */
const COUNTED = "person.doses";
const REFUSALS = ["refuse_movable", "refuse_void"];
const DOSES = [0, 1, 2, 3];
const MINUTE_MS = 60_000;

/**
 * {word, sentence, next_step, look, reasons, more, answers, unrecorded, certainty}, as the server tells a scan.
 *
 * judged: what `judgeHere` answered; words: `telling` of the page; zone: the port's.
 */
export function put(judged, words, language, zone) {
  const here = { words, language, zone, zoneName: words.zone_name };
  const { verdict, reason, details, reasons, denied: no } = judged;
  const refused = reasons.filter(({ why, outcome }) => why === "failed" && REFUSALS.includes(outcome));
  const helps = refused.every((one) => one.exempt_by);
  const whys = reasons.map((one) => whyOf(one, helps, here));
  const byRules = words.by_rules.includes(reason);
  let [sentence, nextStep] = sentenceOf(judged, whys, here);
  const at = details.at ? Date.parse(details.at) : null;
  const ship = details.ship || words.says.ship_unnamed;
  const filling = { ...details, name: judged.name, at: at === null ? "" : moment(at, here), ship, there: ship };
  if (reason === "wrong_voyage" && at !== null) {
    filling.there = `${ship}, ${hour(at, here)}`;
    nextStep = toTheOtherShip(at, details.left, judged.now, here) || nextStep;
  }
  const asking = (byRules || words.asking.includes(reason)) && verdict !== "pass";
  const final = reasons.some(({ why, outcome }) => why === "failed" && REFUSALS.includes(outcome));
  const answers = asking && !final ? answersTo(reasons, details, here) : [];
  if (asking && no.length > 0) answers.push(answer(words.says.again, Object.fromEntries(no.map((fact) => [fact, null]))));
  sentence = fill(sentence, filling);
  return {
    word: reason === "provisional" && judged.stage !== "gangway"
      ? words.enters : words.pass_words[reason] ?? words.own[reason] ?? words.verdicts[verdict],
    sentence,
    next_step: fill(nextStep, filling),
    look: Object.hasOwn(words.own, reason) ? "compare" : verdict,
    reasons: whys.map(plainWhy),
    more: moreOf(whys, sentence).map(plainWhy),
    answers,
    unrecorded: verdict === "pass" ? unrecorded(whys, here) : "",
    certainty: words.certainty[judged.certainty],
  };
}

/** Sentence and next step, with gaps: those of the rule that decides, else the reason's own. */
function sentenceOf({ reason, details, reasons }, whys, { words }) {
  const own = words.without_place[reason];
  if (own && !details.port) return own;
  let [sentence, nextStep] = words.reasons[reason];
  if (words.by_rules.includes(reason) && whys.length > 0) {
    const strongest = whys.filter(({ outcome }) => outcome === whys[0].outcome);
    const decides = strongest.find((why) => !isAnswerable(why)) ?? whys[0];
    // Percent signs of a rule's own words are no gaps.
    sentence = decides.sentence.replaceAll("%", "%%") || sentence;
    nextStep = decides.next_step || nextStep;
  } else if (reasons.some(({ holds_item: holds }) => holds)) {
    nextStep = words.says.hold_item;
  }
  return [details.at ? sentence : words.without_time[reason] ?? sentence, nextStep];
}

/** `%(name)s` filled in, as Python does it. */
function fill(text, values) {
  if (!text.includes("%(") && !text.includes("%%")) return text;
  return text.replace(/%(?:\((\w+)\)s|%)/g, (whole, name) => (name ? String(values[name] ?? "") : "%"));
}

/** A moment on the port's clock; midnight is 24.00 of the night that ends there. */
function moment(ms, { words, ...here }) {
  const { language, zone } = here;
  const on = ms - MINUTE_MS;
  if (!hour(ms, here).startsWith("24")) return `${portDay(new Date(ms).toISOString(), here)} ${hour(ms, here)}`;
  const weekday = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long" }).format(on);
  const [, date] = day(on, language, zone).split(", ");
  const next = night(new Date(ms).toISOString(), here, "");
  return fill(words.says.midnight, { weekday, date, hour: hour(ms, here), next });
}

/** What to do with a ticket of another ship that one cannot be sent to now; empty where one can. */
function toTheOtherShip(at, left, now, { words, zone }) {
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const [leaves, today] = [date.format(at - MINUTE_MS), date.format(now)];
  if (left || leaves < today) return words.says.other_left;
  return leaves > today ? words.says.other_day : "";
}

function whyOf(reason, exemptionHelps, { words, language }) {
  const { rule, outcome, why, fact = "" } = reason;
  const text = (name) => reason[name]?.[language] ?? "";
  const said = { rule, outcome, why, fact, title: text("title"), sentence: text("sentence"), next_step: text("next_step") };
  if (reason.exemption) {
    said.sentence = fill(words.says.exempted, reason.exemption);
    said.next_step = "";
  } else if (why === "error") {
    said.title ||= words.says.not_judged;
    [, said.next_step] = words.reasons.rules_refer;
  } else if (why === "missing") {
    if (!ASKED.includes(fact) || fact === COUNTED || outcome === "note") said.sentence = words.unknown[fact] ?? fact;
    if (ASKED.includes(fact)) [, said.next_step] = words.reasons.confirm;
    else if (words.sayable.includes(fact)) said.next_step = words.says.ask_or_check;
  } else if (reason.found) {
    said.sentence = `${capital(reason.found[language])}.`;
  }
  if (exemptionHelps && reason.exempt_by) {
    const who = reason.exempt_by.map((role) => words.officers[role]).join(words.says.or);
    said.next_step = `${said.next_step} ${fill(words.says.may_exempt, { who })}`.trim();
  }
  said.sentence ||= said.title;
  return said;
}

function isAnswerable({ why, fact }) {
  return why === "missing" && ASKED.includes(fact);
}

function isUnrecorded({ why, outcome }) {
  return why === "missing" && outcome === "note";
}

function plainWhy({ rule, outcome, why, fact, title, sentence, next_step }) {
  return { rule, outcome, why, fact, title, sentence, next_step };
}

/** The reasons that nothing else on the screen has told already, each sentence once. */
function moreOf(whys, told) {
  const found = whys.filter((why) => !isUnrecorded(why) && !isAnswerable(why));
  const bySentence = new Map(found.map((why) => [why.sentence, why]));
  return [...bySentence.values()].filter(({ sentence }) => sentence !== told);
}

function unrecorded(whys, { words }) {
  const facts = [...new Set(whys.filter(isUnrecorded).map(({ fact }) => words.facts[fact] ?? fact))];
  return facts.length > 0 ? fill(words.says.unrecorded, { facts: facts.join(", ") }) : "";
}

/** The buttons for what is missing, what is in order first. */
function answersTo(reasons, details, here) {
  const { words } = here;
  const wanted = asks(reasons);
  const plain = wanted.filter((fact) => Object.hasOwn(words.yes, fact));
  if (plain.length === 0) return aboutHealth(wanted, details, here);
  const all = Object.fromEntries(plain.map((fact) => [fact, true]));
  return [
    answer(allInOrder(plain, words), all, [], { main: true }),
    ...plain.map((fact) => answer(words.no[fact], { [fact]: false }, [], { apart: true })),
  ];
}

function answer(label, said = {}, seen = [], { main = false, apart = false } = {}) {
  return { label, said, seen, main, apart };
}

/** What the travelers have entered ahead as seen, with one touch; else each by itself. */
function aboutHealth(wanted, details, here) {
  const { says } = here.words;
  const papers = (details.papers ?? []).map((one) => ({ id: one.id, text: paperWords(one, here) }));
  const doses = wanted.includes(COUNTED) ? details.doses ?? null : null;
  const entered = [...(doses === null ? [] : [dosesWords(doses, says)]), ...papers.map(({ text }) => text)];
  const answers = [];
  if (entered.length > 0) {
    const label = fill(says.seen, { papers: entered.join("; ") });
    answers.push(answer(label, doses === null ? {} : { [COUNTED]: doses }, papers.map(({ id }) => id), { main: true }));
  }
  if (entered.length > 1) answers.push(...papers.map(({ id, text }) => answer(text, {}, [id])));
  if (wanted.includes(COUNTED)) answers.push(...DOSES.map((number) => answer(dosesWords(number, says), { [COUNTED]: number })));
  if (wanted.includes("documents")) {
    answers.push(...(details.tests ?? []).map((test) => testAnswer(test, here)), answer(says.no_papers, { documents: [] }));
  }
  return answers;
}

/** A negative test, kept as old as it may be: the officer has read that it is not older. */
function testAnswer({ kind, since }, here) {
  const test = capital(here.words.values[kind] ?? kind);
  const label = fill(here.words.says.negative_since, { test, at: moment(Date.parse(since), here) });
  return answer(label, { documents: [{ kind, result: "negative", taken_at: since }] });
}

function dosesWords(number, says) {
  return number >= DOSES.at(-1) ? says.doses_more : fill(says.doses, { doses: number });
}

function paperWords({ kind, result, taken_at: taken }, here) {
  const { values } = here.words;
  const name = capital(values[kind] ?? kind);
  return `${result ? `${name}: ${values[result] ?? result}` : name}, ${moment(Date.parse(taken), here)}`;
}

/** `Nama dan nomor cocok, boarding pass ada`. */
export function allInOrder(facts, { yes, says }) {
  const compared = facts.filter((fact) => fact.startsWith("identity.")).map((fact) => yes[fact]);
  const parts = facts.filter((fact) => !fact.startsWith("identity.")).map((fact) => yes[fact]);
  if (compared.length > 0) {
    const last = compared.pop();
    const what = compared.length > 0 ? fill(says.both, { most: compared.join(", "), last }) : last;
    parts.unshift(fill(says.matches, { what }));
  }
  return capital(parts.join(", "));
}

function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
