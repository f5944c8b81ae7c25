// How long until a ship leaves, as the page's script says it. tests/web/test_official.py holds the server to the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { countdown } from "../../static/js/lib/telling.mjs";

const says = {
  days: "{n} hari", hours: "{n} jam", minutes: "{n} menit", ahead: "{span} lagi", past: "lewat {span}", now: "sekarang",
};
const cases = JSON.parse(readFileSync(new URL("../golden/countdown.json", import.meta.url)));

test("the script says how long until a ship leaves as the golden book does", () => {
  for (const [seconds, said] of cases) assert.equal(countdown(seconds * 1000, says), said);
});
