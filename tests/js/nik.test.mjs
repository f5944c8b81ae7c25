import assert from "node:assert/strict";
import test from "node:test";
import { follow, readNik } from "../../static/js/lib/nik.mjs";

test("a NIK tells birth date and sex, and other numbers tell nothing", () => {
  assert.deepEqual(readNik("6202.0155 0394-0001", "2026-12-01"), { born: "1994-03-15", sex: "P" });
  assert.equal(readNik("620201550394000", "2026-12-01"), null);
});

test("what a NIK had filled follows its correction, and what was typed stays", () => {
  assert.equal(follow("", "", "1994-03-15"), "1994-03-15");
  assert.equal(follow("1994-03-15", "1994-03-15", "1994-03-16"), "1994-03-16");
  assert.equal(follow("1994-03-01", "", "1994-03-16"), "1994-03-01");
  assert.equal(follow("1994-03-01", "1994-03-15", "1994-03-16"), "1994-03-01");
});
