// Pure: numbers and times as the server writes them (app/web/words/figures.py).

/** `9.900`, in English `9,900`. */
export function number(value, language) {
  return new Intl.NumberFormat(language).format(value);
}

const MINUTE_MS = 60_000;
const MORNING = 4; // before it, people say which night they mean

function clock(iso, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).formatToParts(new Date(iso));
  return ["hour", "minute", "second"].map((type) => parts.find((part) => part.type === type).value);
}

function hourSeparator(language) {
  const parts = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).formatToParts(0);
  return parts.find((part) => part.type === "literal").value;
}

/** `13.00 WIB` or `13.00.05 WIB`, in English with colons; midnight is `24.00 WIB`, of the day that it ends. */
export function hour(iso, { zone, zoneName, language, seconds = false }) {
  const [hours, minutes, second] = clock(iso, zone);
  const between = hourSeparator(language);
  if (seconds) return `${[hours, minutes, second].join(between)} ${zoneName}`;
  return `${hours === "00" && minutes === "00" ? "24" : hours}${between}${minutes} ${zoneName}`;
}

/** The day on which people come to the port for that moment: midnight is 24.00 of the day that ends. */
export function portDay(iso, { language, zone }) {
  return day(Date.parse(iso) - MINUTE_MS, language, zone);
}

/** Which night an hour is in, as the filter `night` says it; empty by day. `pattern` has {before} and {day}. */
export function night(iso, { zone, language }, pattern) {
  const [hours, minutes] = clock(iso, zone);
  if (Number(hours) >= MORNING) return "";
  const named = (moment) => new Intl.DateTimeFormat(language, {
    timeZone: zone, weekday: "long",
  }).format(new Date(moment));
  const today = named(iso);
  if (hours === "00" && minutes === "00") return `${today} 00${hourSeparator(language)}00`;
  return pattern.replace("{before}", named(Date.parse(iso) - MORNING * 60 * MINUTE_MS)).replace("{day}", today);
}

/** `Min, 7 Apr 2024` of a moment in a zone, or of a local day `2024-04-07`. */
export function day(value, language, zone = "UTC") {
  if (!value) return "";
  const parts = new Intl.DateTimeFormat(language, {
    timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric",
  }).formatToParts(new Date(value));
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${of("weekday")}, ${of("day")} ${of("month")} ${of("year")}`;
}

/** `13.00–15.00 WIB`, with its day where that is not the local day `on`. */
export function span(from, until, here, on) {
  const [first, last] = [from, until].map((iso) => portDay(iso, here));
  if (first !== last) return `${first} ${hour(from, here)} – ${last} ${hour(until, here)}`;
  const ahead = first === day(on, here.language) ? "" : `${first} `;
  return `${ahead}${hour(from, here).split(" ")[0]}–${hour(until, here)}`;
}

/** `14 menit 59 detik`, from an hour on `23 jam 59 menit`; the patterns have {h}, {m} and {s}. */
export function duration(seconds, { hours, minutes }) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return (h ? hours : minutes).replace("{h}", h).replace("{m}", m).replace("{s}", s);
}

/** A share in whole per cent, 0 of nothing. */
export function percent(part, whole) {
  return whole ? `${Math.round((100 * part) / whole)}%` : "0%";
}

/** `2 jam 15 menit lagi`, `lewat 24 menit`: as the filter `countdown` writes it. */
export function countdown(ms, says) {
  const minutes = Math.trunc(ms / 60_000);
  const whole = Math.abs(minutes);
  const days = Math.floor(whole / 1440);
  const parts = { days, hours: Math.floor((whole % 1440) / 60), minutes: days ? 0 : whole % 60 };
  const said = Object.keys(parts).filter((name) => parts[name]).map((name) => says[name].replace("{n}", parts[name]));
  if (!said.length) return says.now;
  return says[minutes > 0 ? "ahead" : "past"].replace("{span}", said.join(" "));
}
