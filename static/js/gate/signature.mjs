// Edge: what the device itself can tell about a ticket, with the public keys of the page and no network.

import { cleanSerial, readTicket } from "./ticket.mjs";

// Answers {ticket} when the signature is good, {fault: "forged" | "unreadable" | "unknown_key"} when it is not,
// and {} when only the server can tell: for a typed serial, or in a browser that cannot check.
export async function prove(shown, publicKeys) {
  if (!shown.startsWith("DG1:")) return cleanSerial(shown) ? {} : { fault: "unreadable" };
  try {
    const read = await readTicket(shown, publicKeys, verifyWithLibrary);
    return read.ok ? { ticket: read.ticket } : { fault: read.code };
  } catch {
    return {};
  }
}

async function verifyWithLibrary(signature, message, publicKey) {
  const { verifyAsync } = await import("../../vendor/noble-ed25519/index.js");
  return verifyAsync(signature, message, publicKey);
}
