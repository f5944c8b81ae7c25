// Pure, by WebCrypto: what a phone says of itself on its screen, for another phone without signal: one code that stands
// still, signed by the phone's key.
//
// A statement: {kind, departure_id, device_id, gate_id, stamp, events: [{ticket, stamp}]}. `aboard` tells all whom this
// phone has let aboard, a bit for each ticket that has a number on this voyage, and the serials of others; their stamps are
// null. `times` tells when, of a few: of those whom the other phone let aboard as well. A ticket is its number or its serial.
//
// The text is "DM1:" and in base45: kind (1 byte), departure, device, gate (4 each), stamp (6); then of `aboard` the bytes of
// the bitmap (2) and it, and 7 bytes for each serial; of `times` how many have numbers (2), and for each the number (3) or
// serial (7) and its stamp (6); the signature (64), by ECDSA over P-256.

import { fromBase45, toBase45 } from "./base45.mjs";
import { numberOf, serialOf } from "./ticket.mjs";

export const PREFIX = "DM1:";
const DOMAIN = new TextEncoder().encode("dermaga meeting 1\0");
const KINDS = { 1: "aboard", 2: "times" };
const SIGNATURE_BYTES = 64;
const [HEAD_BYTES, NUMBER_BYTES, SERIAL_BYTES, STAMP_BYTES] = [21, 3, 7, 6];
// Six bytes of a stamp count from 2026 on, and last for 34 years.
const EPOCH = Date.UTC(2026, 0) * 256;
const KIND = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** The text of a statement, signed by the private `key` of its device. */
export async function sign(statement, key) {
  const body = toBytes(statement);
  const signature = await crypto.subtle.sign(SIGNING, key, new Uint8Array([...DOMAIN, ...body]));
  return PREFIX + toBase45(new Uint8Array([...body, ...new Uint8Array(signature)]));
}

/**
 * What a text says, once its signature is proved.
 *
 * devices: {id: {public_key}}, as the pack has them. Answers {statement}, or {fault}: `unreadable`, `unknown_device` for one
 * that this phone's pack does not know, `forged`.
 */
export async function readSigned(text, devices) {
  const statement = statementOf(text);
  if (!statement) return { fault: "unreadable" };
  const device = devices[statement.device_id];
  if (!device) return { fault: "unknown_device" };
  const raw = rawOf(text);
  const [body, signature] = [raw.subarray(0, -SIGNATURE_BYTES), raw.subarray(-SIGNATURE_BYTES)];
  const key = await crypto.subtle.importKey("raw", fromBase64Url(device.public_key), KIND, false, ["verify"]);
  const isGood = await crypto.subtle.verify(SIGNING, key, signature, new Uint8Array([...DOMAIN, ...body]));
  return isGood ? { statement } : { fault: "forged" };
}

/** What a text says, its signature not looked at; null where it is not laid out as ours. */
export function statementOf(text) {
  const raw = rawOf(text);
  return raw && raw.length >= HEAD_BYTES + SIGNATURE_BYTES ? fromBytes(raw.subarray(0, -SIGNATURE_BYTES)) : null;
}

/** A statement as it is signed. */
export function toBytes({ kind, departure_id, device_id, gate_id, stamp, events }) {
  const numbered = events.filter(({ ticket }) => typeof ticket === "number");
  const others = events.filter(({ ticket }) => typeof ticket === "string");
  const isAboard = kind === KINDS[1];
  const bitmap = isAboard ? bitmapOf(numbered.map(({ ticket }) => ticket)) : [];
  const head = [
    [isAboard ? 1 : 2, 1], [departure_id, 4], [device_id, 4], [gate_id, 4], [stamp - EPOCH, STAMP_BYTES],
    [isAboard ? bitmap.length : numbered.length, 2],
  ];
  const when = (one) => (isAboard ? [] : [[one.stamp - EPOCH, STAMP_BYTES]]);
  const rows = isAboard ? [] : numbered.flatMap((one) => [[one.ticket, NUMBER_BYTES], ...when(one)]);
  const rest = others.flatMap((one) => [[numberOf(one.ticket), SERIAL_BYTES], ...when(one)]);
  return new Uint8Array([...head.flatMap(bigEndian), ...bitmap, ...[...rows, ...rest].flatMap(bigEndian)]);
}

/** The statement of such bytes; null where they are not laid out as ours. */
export function fromBytes(bytes) {
  let at = 0;
  const read = (length) => {
    const part = bytes.subarray(at, at + length);
    at += length;
    return part.reduce((sum, byte) => sum * 256 + byte, 0);
  };
  const kind = KINDS[read(1)];
  const [departure_id, device_id, gate_id] = [read(4), read(4), read(4)];
  const stamp = read(STAMP_BYTES) + EPOCH;
  const numbered = read(2);
  const isAboard = kind === KINDS[1];
  const [row, other] = isAboard ? [1, SERIAL_BYTES] : [NUMBER_BYTES + STAMP_BYTES, SERIAL_BYTES + STAMP_BYTES];
  const rest = bytes.length - HEAD_BYTES - numbered * row;
  if (!kind || rest < 0 || rest % other !== 0) return null;
  const when = () => (isAboard ? null : read(STAMP_BYTES) + EPOCH);
  const events = isAboard
    ? numbersOf(bytes.subarray(at, at += numbered)).map((ticket) => ({ ticket, stamp: null }))
    : Array.from({ length: numbered }, () => ({ ticket: read(NUMBER_BYTES), stamp: when() }));
  while (at < bytes.length) events.push({ ticket: serialOf(read(SERIAL_BYTES)), stamp: when() });
  return { kind, departure_id, device_id, gate_id, stamp, events };
}

function bitmapOf(numbers) {
  const bytes = new Uint8Array(numbers.length > 0 ? (Math.max(...numbers) >> 3) + 1 : 0);
  for (const number of numbers) bytes[number >> 3] |= 0x80 >> (number & 7);
  return bytes;
}

function numbersOf(bitmap) {
  return [...bitmap].flatMap((byte, place) => (
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => place * 8 + bit)
  ));
}

function bigEndian([number, length]) {
  const bytes = [];
  for (let rest = number; bytes.length < length; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

function rawOf(text) {
  return text.startsWith(PREFIX) ? fromBase45(text.slice(PREFIX.length)) : null;
}

function fromBase64Url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
