// Edge: the key of this device, and what is signed by it. Twin of app/accounts/devices/proof.py.
//
// The key is made here and never leaves: the browser signs with it and gives it to nobody, not even to this page.

const KIND = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

const encoder = new TextEncoder();

/** A new key: {pair, publicKey}, the public half as the server takes it. */
export async function makeKey() {
  const pair = await crypto.subtle.generateKey(KIND, false, ["sign"]);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { pair, publicKey: base64url(new Uint8Array(point)) };
}

// How far the server's clock is ahead of this one, as it last said.
let aheadMs = 0;

/** The server has just said what time it is. */
export function tellTime(serverMs) {
  if (Number.isFinite(serverMs)) aheadMs = serverMs - Date.now();
}

/** The header by which the server knows who asks; `device` is {id, key}. */
export async function headerOf(device, method, path, body = "") {
  const atSeconds = Math.floor((Date.now() + aheadMs) / 1000);
  const message = messageOf(device.id, atSeconds, method, path, hex(await digest(encoder.encode(body))));
  const signature = await crypto.subtle.sign(SIGNING, device.key, encoder.encode(message));
  return { "X-Device": `${device.id} ${atSeconds} ${base64url(new Uint8Array(signature))}` };
}

/** The lines that are signed. */
export function messageOf(id, atSeconds, method, path, bodyDigest) {
  return ["dermaga device 1", id, atSeconds, method, path, bodyDigest].join("\n");
}

async function digest(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
