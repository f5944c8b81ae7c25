import assert from "node:assert/strict";
import { test } from "node:test";

import { listensAgain, pause, versions } from "../../static/js/lib/live.mjs";
import { day, duration, hour, night, number, percent, portDay, span } from "../../static/js/lib/telling.mjs";

test("who fails waits longer each time, up to half a minute or so", () => {
  const waits = [0, 1, 2, 3, 9].map((failures) => pause(failures, 0, 0.5));
  assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 30_000]);
});

test("a slow server is asked less often", () => {
  assert.equal(pause(0, 50, 0.5), 2_000);
  assert.equal(pause(0, 6_000, 0.5), 60_000);
  assert.equal(pause(0, 60_000, 0.5), 120_000);
});

test("a page whose stream is refused goes on by asking and tries the stream every fourth time", () => {
  assert.deepEqual([1, 2, 3, 4, 8].map((polls) => listensAgain(1, polls)), [false, false, false, true, true]);
  assert.equal(listensAgain(0, 1), true, "one that ended by itself comes back at once");
});

test("nobody asks at the same moment as the others", () => {
  assert.ok(pause(3, 0, 0) < pause(3, 0, 0.5) && pause(3, 0, 0.5) < pause(3, 0, 1));
});

test("an older state is dropped, each thing by its own version", () => {
  const shown = versions();
  assert.equal(shown.isOlder(7, 100), false);
  assert.equal(shown.isOlder(7, 99), true);
  assert.equal(shown.isOlder(8, 99), false);
  assert.equal(shown.isOlder(7, 100), false, "the same state again does no harm");
});

test("figures and times are written as the server writes them", () => {
  const wib = { zone: "Asia/Jakarta", zoneName: "WIB" };
  assert.equal(number(9900, "id"), "9.900");
  assert.equal(number(9900, "en"), "9,900");
  assert.equal(hour("2024-04-07T06:00:05+00:00", { ...wib, language: "id" }), "13.00 WIB");
  assert.equal(hour("2024-04-07T17:00:05+00:00", { ...wib, language: "en", seconds: true }), "00:00:05 WIB");
  assert.equal(day("2024-04-07", "id"), "Min, 7 Apr 2024");
  assert.equal(day("2024-04-06T18:00:00+00:00", "en", "Asia/Jakarta"), "Sun, 7 Apr 2024");
  assert.equal(percent(1, 3), "33%");
  assert.equal(percent(1, 0), "0%");
});

test("midnight is 24.00 of the day that ends, and the small hours say which night", () => {
  const here = { zone: "Asia/Jayapura", zoneName: "WIT", language: "id" };
  const midnight = "2026-12-16T15:00:00+00:00";
  assert.equal(hour(midnight, here), "24.00 WIT");
  assert.equal(portDay(midnight, here), "Rab, 16 Des 2026");
  assert.equal(night(midnight, here, ""), "Kamis 00.00");
  assert.equal(night("2026-12-16T17:00:00+00:00", here, "{before} malam menuju {day}"), "Rabu malam menuju Kamis");
  assert.equal(night("2026-12-16T19:00:00+00:00", here, ""), "", "04.00 is morning");
  assert.equal(span("2026-12-16T12:00:00+00:00", midnight, here, "2026-12-16"), "21.00–24.00 WIT");
});

test("what is left is said in words, from a minute to a day", () => {
  const words = { hours: "{h} jam {m} menit", minutes: "{m} menit {s} detik" };
  assert.equal(duration(899, words), "14 menit 59 detik");
  assert.equal(duration(3600, words), "1 jam 0 menit");
  assert.equal(duration(86_399, words), "23 jam 59 menit");
  assert.equal(duration(9, words), "0 menit 9 detik");
});
