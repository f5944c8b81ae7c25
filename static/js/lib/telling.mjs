// Pure: numbers and times as the server writes them (app/web/words/figures.py).

/** `9.900`, in English `9,900`. */
export function number(value, language) {
  return new Intl.NumberFormat(language === "en" ? "en" : "id-ID").format(value);
}

/** `13.00 WIB` or `13.00.05 WIB`, in English with colons. */
export function hour(iso, { zone, zoneName, language, seconds = false }) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).formatToParts(new Date(iso));
  const of = (type) => parts.find((part) => part.type === type).value;
  const figures = seconds ? [of("hour"), of("minute"), of("second")] : [of("hour"), of("minute")];
  return `${figures.join(language === "en" ? ":" : ".")} ${zoneName}`;
}

/** `Min, 7 Apr 2024` of a moment in a zone, or of a local day `2024-04-07`. */
export function day(value, language, zone = "UTC") {
  if (!value) return "";
  const parts = new Intl.DateTimeFormat(language === "en" ? "en-US" : "id-ID", {
    timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric",
  }).formatToParts(new Date(value));
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${of("weekday")}, ${of("day")} ${of("month")} ${of("year")}`;
}

/** `13.00–15.00 WIB`, with its day where that is not the local day `on`. */
export function span(from, until, here, on) {
  const [first, last] = [from, until].map((iso) => day(iso, here.language, here.zone));
  if (first !== last) return `${first} ${hour(from, here)} – ${last} ${hour(until, here)}`;
  const ahead = first === day(on, here.language) ? "" : `${first} `;
  return `${ahead}${hour(from, here).split(" ")[0]}–${hour(until, here)}`;
}

/** A share in whole per cent, 0 of nothing. */
export function percent(part, whole) {
  return whole ? `${Math.round((100 * part) / whole)}%` : "0%";
}
