// Pure: reads the signed text of a ticket. Twin of app/booking/tickets/code.py, where the layout is described;
// tests/golden/tickets.json holds both to the same answers.

import { fromBase45 } from "./base45.mjs";

const PREFIX = "DG1:";
const DOMAIN = new TextEncoder().encode("dermaga ticket 1\0");
const VERSION = 1;
const BODY_BYTES = 36;
const TEXT_LENGTH = 154;
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * What a text says, once its signature is proved.
 *
 * publicKeys: {id: 32 bytes as base64url}, as the server gives them.
 * verify(signature, message, publicKey): true or false, or a promise of it; used where the browser itself has no
 *   Ed25519. Without it, such a browser makes this reject: nothing is then known about the ticket.
 * Answers {ok: true, ticket} with times in seconds since 1970, or {ok: false, code}, where code is "unreadable",
 * "unknown_key" or "forged".
 */
export async function readTicket(text, publicKeys, verify) {
  const raw = decode(text);
  const ticket = raw && unpack(raw);
  if (!ticket) return { ok: false, code: "unreadable" };
  if (!Object.hasOwn(publicKeys, ticket.key_id)) return { ok: false, code: "unknown_key" };
  const message = new Uint8Array([...DOMAIN, ...raw.subarray(0, BODY_BYTES)]);
  const signature = raw.subarray(BODY_BYTES);
  const publicKey = fromBase64Url(publicKeys[ticket.key_id]);
  const good = await verifyHere(signature, message, publicKey, verify);
  return good ? { ok: true, ticket } : { ok: false, code: "forged" };
}

/** The serial that was meant (any case, with spaces or dashes, O for 0, I or L for 1), or null if it is none. */
export function cleanSerial(typed) {
  const text = typed.replace(/[ \t\r\n-]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  return text.length === 10 && remainder(text) === 0 ? text : null;
}

/** The serial of that number below 2^50, as codes hold it. */
export function serialOf(number) {
  let serial = "";
  for (let rest = number; serial.length < 10; rest = Math.floor(rest / 32)) serial = BASE32[rest % 32] + serial;
  return serial;
}

/** The number of a serial. */
export function numberOf(serial) {
  return [...serial].reduce((number, char) => number * 32 + BASE32.indexOf(char), 0);
}

/** As it is shown to people: XXXXX-XXXXX. */
export function formatSerial(serial) {
  return `${serial.slice(0, 5)}-${serial.slice(5)}`;
}

/** The 100 bytes of body and signature, or null. Whole groups of three have one spelling each: no other text
 *  of this length gives the same bytes. */
function decode(text) {
  if (text.length !== TEXT_LENGTH || !text.startsWith(PREFIX)) return null;
  return fromBase45(text.slice(PREFIX.length));
}

/** The fields of a body, not yet proved, or null when it is not laid out as ours. */
function unpack(raw) {
  const body = new DataView(raw.buffer, 0, BODY_BYTES);
  const flags = body.getUint8(16);
  const number = (body.getUint8(2) * 2 ** 16 + body.getUint16(3)) * 2 ** 32 + body.getUint32(5);
  if (body.getUint8(0) !== VERSION || flags > 1 || number >= 2 ** 50) return null;
  const serial = serialOf(number);
  const tag = String.fromCharCode(...raw.subarray(25, BODY_BYTES)).replace(/\0+$/, "");
  if (remainder(serial) !== 0 || !/^([A-Z][A-Z ]*|\?)$/.test(tag)) return null;
  return {
    key_id: body.getUint8(1),
    serial,
    voyage: body.getUint32(9),
    from_call: body.getUint8(13),
    to_call: body.getUint8(14),
    fare_class: body.getUint8(15),
    infant: flags === 1,
    valid_from: body.getUint32(17),
    valid_until: body.getUint32(21),
    name_tag: tag,
  };
}

/** Zero for a right serial (see _remainder in app/booking/tickets/code.py), -1 for a character that is none of ours. */
function remainder(chars) {
  let rest = 0;
  for (const char of chars) {
    const value = BASE32.indexOf(char);
    if (value < 0) return -1;
    rest <<= 1;
    if (rest & 0b100000) rest ^= 0b100101;
    rest ^= value;
  }
  return rest;
}

async function verifyHere(signature, message, publicKey, verify) {
  try {
    const { subtle } = globalThis.crypto;
    const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", key, signature, message);
  } catch (fault) {
    // No Ed25519 in this browser, or no WebCrypto at all on a page without HTTPS.
    if (!verify) throw fault;
    return verify(signature, message, publicKey);
  }
}

function fromBase64Url(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
}
