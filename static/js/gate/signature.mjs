// Edge: what the device itself can tell about a ticket, with the public keys of the page and no network.

import { cleanSerial, readTicket } from "./ticket.mjs";

// Answers {ticket} when the signature is good, {fault: "forged" | "unreadable" | "unknown_key"} when it is not,
// {fault: "mistyped"} for a serial with a slip, and {} when only the server can tell: for a typed serial, or in a browser that cannot check.
export async function prove(shown, publicKeys) {
  const meant = asMeant(shown);
  if (!meant.startsWith("DG1:")) {
    if (cleanSerial(meant)) return {};
    return { fault: /^[0-9a-z]{6,14}$/i.test(meant.replace(/[ \t\r\n-]/g, "")) ? "mistyped" : "unreadable" };
  }
  try {
    const read = await readTicket(meant, publicKeys, verifyWithLibrary);
    return read.ok ? { ticket: read.ticket } : { fault: read.code };
  } catch {
    return {};
  }
}

// A hand scanner types, and Caps Lock turns its letters over; a code has capitals only.
function asMeant(shown) {
  return /^dg1:/i.test(shown) ? shown.toUpperCase() : shown;
}

async function verifyWithLibrary(signature, message, publicKey) {
  const { verifyAsync } = await import("../../vendor/noble-ed25519/index.js");
  return verifyAsync(signature, message, publicKey);
}
