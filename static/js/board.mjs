// Main: the boards of departures, filled with live news. Without it they are pages to be loaded again.

import { follow, versions } from "./lib/live.mjs";
import { countdown, day, hour, night, number, percent, portDay, span } from "./lib/telling.mjs";

const { stream, poll, language, zone, zone_name: zoneName, states, needs, says } =
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

function tag({ text, tag: look }) {
  const made = document.createElement("span");
  made.className = `tag ${look}`;
  made.textContent = text;
  return made;
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
  one('[data-field="needs"]', row)?.replaceChildren(...told.needs.map((need) => tag(needs[need])));
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
  one("[data-changed]", row).replaceChildren(...changes(told, here).flatMap((part) => [part, " "]));
}

function words(name, look, text) {
  const made = document.createElement(name);
  made.className = look;
  made.textContent = text;
  return made;
}

/** What has changed about the departure, as the macros `changed` and `tide` draw it. */
function changes(told, here) {
  const said = [];
  if (told.state === "cancelled") {
    return [words("span", "changed-why", [says.causes[told.cancel_cause], told.cancel_reason].filter(Boolean).join(": "))];
  }
  if (told.change) {
    said.push(words("span", "tag tag-hold", says.changes[told.change]));
    const why = [says.causes[told.cause], told.reason].filter(Boolean).join(": ");
    if (why) said.push(words("span", "changed-why", why));
    if (told.planned_at && told.change !== "named") {
      // A plan that names no time is the end of its day.
      const before = told.planned_known
        ? `${portDay(told.planned_at, here)} ${hour(told.planned_at, here)}`
        : portDay(told.planned_at, here);
      said.push(words("s", "changed-was", says.was.replace("{time}", before)));
    }
  }
  if (told.tide_from && told.tide_until && told.state !== "left") {
    const text = span(told.tide_from, told.tide_until, here, told.day);
    said.push(words("span", "changed changed-tide", says.tide.replace("{window}", text)));
  }
  return said;
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
