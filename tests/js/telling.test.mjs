import assert from "node:assert/strict";
import { test } from "node:test";

import { put } from "../../static/js/gate/telling.mjs";

const WORDS = {
  zone_name: "WIB",
  verdicts: { pass: "NAIK", hold: "TAHAN", refuse: "TOLAK", refer: "RUJUK" },
  own: { confirm: "COCOKKAN", provisional_confirm: "COCOKKAN" },
  enters: "MASUK",
  pass_words: { entered: "MASUK", entered_again: "MASUK", stepped_off: "TURUN" },
  by_rules: ["confirm", "rules_hold", "rules_movable"],
  asking: ["provisional_confirm"],
  reasons: {
    admitted: ["Tiket sah.", "Persilakan naik."],
    entered: ["Tiket sah.", "Persilakan masuk."],
    stepped_off: ["Turun, tercatat.", "Persilakan turun."],
    confirm: ["Ada yang perlu dicocokkan.", "Lihat, lalu tekan."],
    rules_movable: ["Aturan tidak mengizinkan.", "Jangan naikkan."],
    already_used: ["Sudah dipakai %(at)s di %(gate)s.", "Panggil pengawas."],
    wrong_voyage: ["Salah kapal: %(ship)s, %(at)s dari %(port)s.", "Arahkan ke %(there)s."],
    provisional: ["Dijual sesudah data.", "Persilakan."],
    provisional_confirm: ["Atas nama %(name)s.", "Cocokkan."],
  },
  without_time: {},
  without_place: { wrong_voyage: ["Salah kapal.", "Arahkan ke loket."] },
  yes: { "identity.name_matches": "nama", "identity.number_matches": "nomor", "ticket.exchanged": "boarding pass ada" },
  no: { "identity.name_matches": "Nama lain", "identity.number_matches": "Nomor lain", "ticket.exchanged": "Belum ada" },
  facts: {}, unknown: {}, sayable: [], officers: { official: "pejabat" }, values: { pcr: "hasil tes PCR", negative: "negatif" },
  certainty: { verified: "terperiksa", provisional: "sementara", refused: "ditolak" },
  says: {
    ship_unnamed: "kapal lain", other_left: "Sudah berangkat.", other_day: "Belum harinya.", again: "Salah tekan?",
    midnight: "%(weekday)s malam, %(date)s, pukul %(hour)s (%(next)s)", both: "%(most)s dan %(last)s",
    matches: "%(what)s cocok", may_exempt: "Dapat dikecualikan oleh %(who)s.", or: " atau ", seen: "Saya lihat: %(papers)s",
    no_papers: "Tidak ada", doses: "Vaksin %(doses)s kali", doses_more: "Vaksin 3 kali atau lebih",
  },
};

function told(changes) {
  const judged = {
    verdict: "pass", reason: "admitted", details: {}, reasons: [], denied: [], name: "SITI", stage: "gangway",
    certainty: "verified", now: Date.parse("2026-03-20T05:00:00Z"), ...changes,
  };
  return put(judged, WORDS, "id", "Asia/Jakarta");
}

const missing = (fact, changes = {}) => ({ rule: fact, outcome: "hold", why: "missing", fact, ...changes });

test("a pass has its word, and at the terminal another one", () => {
  assert.deepEqual([told({}).word, told({}).look, told({}).certainty], ["NAIK", "pass", "terperiksa"]);
  assert.equal(told({ reason: "entered", stage: "terminal" }).word, "MASUK");
  assert.equal(told({ reason: "stepped_off" }).word, "TURUN");
  const provisional = { reason: "provisional", certainty: "provisional" };
  assert.deepEqual([told(provisional).word, told(provisional).certainty], ["NAIK", "sementara"]);
  assert.equal(told({ ...provisional, stage: "quay" }).word, "MASUK");
});

test("moments are on the port's clock, and midnight is 24.00 of the day that ends", () => {
  const used = (at) => told({ verdict: "refuse", reason: "already_used", details: { at, gate: "A" } }).sentence;
  assert.equal(used("2026-03-20T05:07:00+00:00"), "Sudah dipakai Jum, 20 Mar 2026 12.07 WIB di A.");
  assert.equal(used("2026-12-16T17:00:00+00:00"), "Sudah dipakai Rabu malam, 16 Des 2026, pukul 24.00 WIB (Kamis 00.00) di A.");
});

test("whoever has come to the wrong ship is sent on, or told that it is another day", () => {
  const other = (at, more = {}) => told({
    verdict: "refuse", reason: "wrong_voyage", details: { ship: "KM Lain", port: "Sampit", at, ...more },
  });
  assert.equal(other("2026-03-20T06:00:00+00:00").next_step, "Arahkan ke KM Lain, 13.00 WIB.");
  assert.equal(other("2026-03-21T06:00:00+00:00").next_step, "Belum harinya.");
  assert.equal(other("2026-03-20T06:00:00+00:00", { left: true }).next_step, "Sudah berangkat.");
  assert.equal(told({ verdict: "refuse", reason: "wrong_voyage" }).sentence, "Salah kapal.");
});

test("what is to be compared is one button, and each thing that is wrong one apart", () => {
  const { word, look, answers } = told({
    verdict: "hold", reason: "confirm",
    reasons: [missing("identity.name_matches"), missing("ticket.exchanged"), missing("identity.number_matches")],
  });
  assert.deepEqual([word, look], ["COCOKKAN", "compare"]);
  assert.deepEqual(answers.map(({ label }) => label), [
    "Nama dan nomor cocok, boarding pass ada", "Nama lain", "Nomor lain", "Belum ada",
  ]);
  assert.deepEqual(answers[0].said, {
    "identity.name_matches": true, "identity.number_matches": true, "ticket.exchanged": true,
  });
  assert.deepEqual(answers.map(({ main, apart }) => [main, apart]), [[true, false], [false, true], [false, true], [false, true]]);
});

test("a newcomer is told by the name on the ticket, with the ordinary answers", () => {
  const { sentence, answers } = told({
    verdict: "hold", reason: "provisional_confirm", certainty: "provisional", reasons: [missing("identity.name_matches")],
  });
  assert.equal(sentence, "Atas nama SITI.");
  assert.deepEqual(answers.map(({ label }) => label), ["Nama cocok", "Nama lain"]);
});

test("papers that were entered ahead are seen with one touch", () => {
  const papers = [{ id: 4, kind: "pcr", result: "negative", taken_at: "2026-03-19T23:10:00+00:00" }];
  const { answers } = told({ verdict: "hold", reason: "confirm", details: { papers }, reasons: [missing("documents")] });
  assert.deepEqual(answers.map(({ label, seen }) => [label, seen]), [
    ["Saya lihat: Hasil tes PCR: negatif, Jum, 20 Mar 2026 06.10 WIB", [4]], ["Tidak ada", []],
  ]);
});

test("a rule's own words decide, also with a per cent sign, and say who may exempt", () => {
  const rule = {
    rule: "x", outcome: "refuse_movable", why: "failed", title: { id: "Judul" }, sentence: { id: "Di atas 70% penuh." },
    next_step: { id: "Ke loket." }, exempt_by: ["official"],
  };
  const { sentence, next_step: step, answers, more } = told({
    verdict: "refuse", reason: "rules_movable", reasons: [rule], denied: ["identity.name_matches"],
  });
  assert.deepEqual([sentence, step], ["Di atas 70% penuh.", "Ke loket. Dapat dikecualikan oleh pejabat."]);
  assert.deepEqual(answers, [{ label: "Salah tekan?", said: { "identity.name_matches": null }, seen: [], main: false, apart: false }]);
  assert.deepEqual(more, []);
});
