// A device's signature is that of one request: the lines that are signed, as the server puts them together.
import assert from "node:assert/strict";
import test from "node:test";

import { headerOf, makeKey, messageOf, tellTime } from "../../static/js/gate/device.mjs";

test("what is signed is what the server verifies", async () => {
  const { pair, publicKey } = await makeKey();
  assert.equal(publicKey.length, 87);
  assert.equal(pair.privateKey.extractable, false);
  tellTime(Date.now() + 3_600_000);
  const { "X-Device": header } = await headerOf({ id: 7, key: pair.privateKey }, "POST", "/api/v1/scans/uploads", "{}");
  const [id, seconds, signature] = header.split(" ");
  assert.equal(id, "7");
  assert.ok(Math.abs(Number(seconds) - Date.now() / 1000 - 3600) < 5, "by the server's clock");
  const digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; // of {}
  const message = new TextEncoder().encode(messageOf(7, seconds, "POST", "/api/v1/scans/uploads", digest));
  const [point, signed] = [publicKey, signature].map(bytesOf);
  const kind = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", point, kind, false, ["verify"]);
  assert.ok(await crypto.subtle.verify(kind, key, signed, message));
});

function bytesOf(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
