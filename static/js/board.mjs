// Main: the boards of departures, filled with live news. Without it they are pages to be loaded again.

import { follow, versions } from "./lib/live.mjs";
import { countdown, day, hour, night, number, percent, portDay, span } from "./lib/telling.mjs";

const { stream, poll, language, zone, zone_name: zoneName, states, says } =
  JSON.parse(document.getElementById("script").textContent);
const MARK_MS = 2_000;
const MINUTE_MS = 20_000; // the countdown shows minutes
const DECISIONS = "/papan/keputusan";
const shown = versions();
const all = (selector, where = document) => [...where.querySelectorAll(selector)];
const one = (selector, where = document) => where.querySelector(selector);
const rows = new Map(all("tr[data-departure]").map((row) => [Number(row.dataset.departure), row]));
const filtered = one("[data-filtered]") !== null;
const where = (row) => ({ zone: row.dataset.zone, zoneName: row.dataset.zoneName, language });

/** Write what is new into a field, and mark it for a moment so that the eye finds it. */
function write(root, name, text, mark = true) {
  const field = one(`[data-field="${name}"]`, root);
  if (!field || field.textContent === text) return;
  field.textContent = text;
  if (!mark) return;
  field.classList.add("is-new");
  setTimeout(() => field.classList.remove("is-new"), MARK_MS);
}

/** Write every count that the row shows; one that is not documented is told in words. */
function fillCounts(row, told) {
  for (const { dataset: { field: name } } of all("[data-field]", row)) {
    if (typeof told[name] === "number") write(row, name, number(told[name], language));
    else if (told[name] === null && name in says) write(row, name, says[name]);
  }
}

function fillRow(row, told) {
  fillCounts(row, told);
  for (const part of all("[data-if]", row)) {
    if (part.dataset.if in told) part.hidden = !told[part.dataset.if];
  }
  write(row, "taken_percent", percent(told.taken, told.ceiling), false);
  const full = one("[data-full]", row);
  if (full) full.hidden = told.remaining > 0 || told.state === "cancelled";
  fillTimes(row, told);
  const state = one('[data-field="state"]', row);
  if (state.textContent !== states[told.state].text) {
    state.className = `tag ${states[told.state].tag}`;
    write(row, "state", states[told.state].text);
  }
  row.dataset.state = told.state;
  row.dataset.boarded = told.boarded ?? 0;
  for (const part of all("[data-need]", row)) part.hidden = !told.needs.includes(part.dataset.need);
  fillBar(row, told);
}

function fillTimes(row, told) {
  const here = where(row);
  const known = told.time_known && told.departs_at;
  write(row, "day", day(told.day, language));
  write(row, "hour", known ? hour(told.departs_at, here) : says.no_time);
  write(row, "night", known ? night(told.departs_at, here, says.night) : "");
  one('[data-field="hour"]', row).classList.toggle("board-hour", Boolean(known));
  const left = one("[data-countdown]", row);
  if (left) left.dataset.countdown = known && !["left", "cancelled"].includes(told.state) ? told.departs_at : "";
  fillChanges(row, told, here);
}

/** Fill a part that is only there where it says something. */
function say(row, name, text) {
  write(row, name, text || "");
  one(`[data-field="${name}"]`, row).hidden = !text;
}

/** When it was planned to leave; a plan that names no time is the end of its day. */
function planned({ planned_at: at, planned_known: known }, here) {
  return known ? `${portDay(at, here)} ${hour(at, here)}` : portDay(at, here);
}

/** What has changed about the departure, in the parts that the macro `changes` has drawn. */
function fillChanges(row, told, here) {
  const cancelled = told.state === "cancelled";
  const moved = told.change && !cancelled;
  const why = (cause, reason) => [says.causes[cause], reason].filter(Boolean).join(": ");
  say(row, "change", moved && says.changes[told.change]);
  say(row, "why", cancelled ? why(told.cancel_cause, told.cancel_reason) : moved && why(told.cause, told.reason));
  say(row, "was", moved && told.planned_at && told.change !== "named" && says.was.replace("{time}", planned(told, here)));
  const waits = told.tide_from && told.tide_until && told.state !== "left" && !cancelled;
  say(row, "tide", waits && says.tide.replace("{window}", span(told.tide_from, told.tide_until, here, told.day)));
}

function place(rect, x, width) {
  rect.setAttribute("x", x);
  rect.setAttribute("width", Math.max(0, width));
}

/** How full, as the macro `full` draws it. Everybody's page knows places only, the official's knows people. */
function fillBar(row, told) {
  const bar = one("[data-bar]", row);
  if (!bar) return;
  const taken = told.taken ?? told.quota - told.kept - told.remaining;
  const whole = Math.max(told.ceiling ?? told.quota, taken, told.aboard ?? 0, 1);
  bar.setAttribute("viewBox", `0 0 ${whole} 1`);
  place(one(".taken", bar), 0, taken);
  place(one(".aboard", bar), 0, told.aboard ?? 0);
  one(".mark", bar).setAttribute("d", told.certificate && told.certificate < whole ? `M${told.certificate} 0V1` : "");
}

/** Where a departure stands on the official's board. */
function sectionOf(told) {
  return { open: "coming", left: "left", cancelled: "cancelled" }[told.state] ?? "now";
}

function move(row, told) {
  const section = row.closest("[data-section]").dataset.section.replace("later", "coming");
  const wanted = sectionOf(told);
  const goal = one(`[data-section="${wanted}"]`);
  if (!goal || section === wanted || row.contains(document.activeElement)) return;
  const order = (other) => Number(other.dataset.order);
  const below = wanted === "left"
    ? goal.firstElementChild
    : all("tr", goal).find((other) => order(other) > order(row));
  goal.insertBefore(row, below ?? null);
}

function fillShares(state) {
  for (const [kind, shares] of [["operator", state.operators], ["tujuan", state.destinations]]) {
    for (const share of shares ?? []) {
      const row = all(`[data-shares="${kind}"] [data-share]`).find((other) => other.dataset.share === share.name);
      if (!row) continue;
      write(row, "boarded", number(share.boarded, language));
      write(row, "percent", `${share.percent}%`, false);
      place(one("rect", row), 0, share.percent);
    }
  }
}

/** What the page itself counts: the rows that it shows, chosen ones or all. */
function countRows() {
  for (const count of all("[data-count]")) count.textContent = one(`[data-section="${count.dataset.count}"]`).rows.length;
  const sums = one("[data-sums]");
  if (!sums) return;
  const shownRows = [...rows.values()];
  const having = (...wanted) => shownRows.filter((row) => wanted.includes(row.dataset.state)).length;
  write(sums, "boarding_calls", number(having("boarding", "closed"), language));
  write(sums, "left", number(having("left"), language));
  write(sums, "calls", number(shownRows.length - having("cancelled"), language));
  write(sums, "boarded", number(shownRows.reduce((sum, row) => sum + Number(row.dataset.boarded), 0), language));
}

function countDown() {
  for (const left of all("[data-countdown]")) {
    const until = left.dataset.countdown;
    left.textContent = until ? countdown(Date.parse(until) - Date.now(), says.countdown) : "";
  }
}

/** The list of decisions as the server draws it, when something about it may have changed. */
async function fetchDecisions() {
  const shownList = document.getElementById("decisions");
  if (!shownList) return;
  const answer = await fetch(DECISIONS, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok || shownList.contains(document.activeElement)) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("decisions");
  if (told && told.innerHTML !== shownList.innerHTML) shownList.replaceWith(document.importNode(told, true));
}

function onState(state) {
  if (!shown.isOlder("shares", state.version)) fillShares(state);
  let unknown = false;
  let decide = false;
  for (const told of state.departures) {
    const row = rows.get(told.departure_id);
    const needed = told.needs?.join(" ") ?? "";
    if (!row) unknown = true;
    else if (!shown.isOlder(told.departure_id, state.version)) {
      if (row.dataset.needs !== undefined && row.dataset.needs !== needed) decide = true;
      row.dataset.needs = needed;
      fillRow(row, told);
      if (told.needs) move(row, told);
    }
  }
  countRows();
  countDown();
  if (decide) fetchDecisions();
  if (unknown && !filtered) document.getElementById("more").hidden = false;
}

const live = document.getElementById("live");
const fresh = one("[data-live=fresh]", live);
const lost = one("[data-live=lost]", live);

function onFresh(asOf) {
  if (shown.isOlder("as_of", Date.parse(asOf))) return;
  write(fresh, "as_of", hour(asOf, { zone, zoneName, language, seconds: true }), false);
  fresh.hidden = false;
  lost.hidden = true;
}

function onLost(why) {
  const time = one("[data-field=as_of]", fresh).textContent;
  lost.textContent = why === "signed_out" ? says.signed_out : says.lost.replace("{time}", time);
  fresh.hidden = true;
  lost.hidden = false;
}

follow({ stream, poll, onState, onFresh, onLost });
setInterval(countDown, MINUTE_MS);
if (document.getElementById("decisions")) setInterval(fetchDecisions, 60_000);
