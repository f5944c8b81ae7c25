// Main: the boards of departures, filled with live news. Without it they are pages to be loaded again.

import { follow, versions } from "./lib/live.mjs";
import { day, hour, night, number, percent, portDay, span } from "./lib/telling.mjs";

const { stream, poll, language, zone, zone_name: zoneName, states, needs, says } =
  JSON.parse(document.getElementById("script").textContent);
const MARK_MS = 2_000;
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

const COUNTS = ["quota", "remaining", "vehicles_remaining", "sold", "held", "boarded", "refused", "aboard", "ceiling", "certificate", "dispensation"];

function fillRow(row, told) {
  for (const name of COUNTS) {
    if (name in told) write(row, name, told[name] === null ? says[name] : number(told[name], language));
  }
  write(row, "load_percent", percent(told.aboard, told.ceiling), false);
  const full = one("[data-full]", row);
  if (full) full.hidden = told.remaining > 0 || told.state === "cancelled";
  fillTimes(row, told);
  const state = one('[data-field="state"]', row);
  if (state.textContent !== states[told.state].text) {
    state.className = `tag ${states[told.state].tag}`;
    write(row, "state", states[told.state].text);
  }
  row.dataset.state = told.state;
  row.dataset.needs = told.needs?.length ?? 0;
  one('[data-field="needs"]', row)?.replaceChildren(...told.needs.map((need) => tag(needs[need])));
  fillBars(row, told);
}

function fillTimes(row, told) {
  const here = where(row);
  const known = told.time_known && told.departs_at;
  write(row, "day", day(told.day, language));
  write(row, "hour", known ? hour(told.departs_at, here) : says.no_time);
  write(row, "night", known ? night(told.departs_at, here, says.night) : "");
  one('[data-field="hour"]', row).classList.toggle("board-hour", Boolean(known));
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

function fillBars(row, told) {
  const places = one('[data-bar="places"]', row);
  if (places) {
    const whole = told.quota || 1;
    const sold = told.sold ?? told.quota - told.remaining;
    const held = told.held ?? 0;
    places.setAttribute("viewBox", `0 0 ${whole} 1`);
    place(one(".sold", places), 0, sold);
    place(one(".held", places), sold, held);
    place(one(".left", places), Math.max(whole - told.remaining, sold + held), told.remaining);
  }
  const load = one('[data-bar="load"]', row);
  if (load) {
    const whole = Math.max(told.ceiling, told.certificate ?? 0, told.aboard, 1);
    load.setAttribute("viewBox", `0 0 ${whole} 1`);
    place(one(".aboard", load), 0, told.aboard);
    one(".mark", load).setAttribute("d", told.certificate && told.certificate < whole ? `M${told.certificate} 0V1` : "");
  }
}

/** Where a departure stands: the official's board has a place for each kind of attention. */
function sectionOf(told) {
  if (told.needs?.length) return "needs";
  if (told.state === "cancelled") return Date.parse(told.departs_at) > Date.now() ? "coming" : "left";
  return { open: "coming", left: "left" }[told.state] ?? "now";
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

function fillSums(state) {
  const sums = one("[data-sums]");
  if (!sums || state.calls === undefined) return;
  for (const name of ["boarded", "left", "calls"]) write(sums, name, number(state[name], language));
  for (const [kind, shares] of [["operator", state.operators], ["tujuan", state.destinations]]) {
    for (const share of shares) {
      const row = all(`[data-shares="${kind}"] [data-share]`).find((other) => other.dataset.share === share.name);
      if (!row) continue;
      write(row, "boarded", number(share.boarded, language));
      write(row, "percent", `${share.percent}%`, false);
      place(one("rect", row), 0, share.percent);
    }
  }
}

/** What the page itself can count, once everything is in its place. */
function countRows() {
  for (const count of all("[data-count]")) count.textContent = one(`[data-section="${count.dataset.count}"]`).rows.length;
  const sums = one("[data-sums]");
  if (!sums || filtered) return;
  const having = (test) => [...rows.values()].filter(test).length;
  const waiting = having((row) => row.dataset.needs > 0);
  write(sums, "now_count", number(having((row) => ["boarding", "closed"].includes(row.dataset.state)), language));
  write(sums, "needs_count", number(waiting, language));
  one("[data-alarm]", sums).classList.toggle("board-alarm", waiting > 0);
}

function onState(state) {
  if (!shown.isOlder("sums", state.version)) fillSums(state);
  let unknown = false;
  for (const told of state.departures) {
    const row = rows.get(told.departure_id);
    if (!row) unknown = true;
    else if (!shown.isOlder(told.departure_id, state.version)) {
      fillRow(row, told);
      if (told.needs) move(row, told);
    }
  }
  countRows();
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
