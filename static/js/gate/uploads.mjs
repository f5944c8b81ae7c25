// Edge: the server's doors for what was kept: who has signed in, and the upload; and that one page sends at a time.

import { headerOf, tellTime } from "./device.mjs";

const TIMEOUT_MS = 30_000;
const SESSION_MS = 8_000;
const LOCK = "gate upload";

// Who has signed in here, and a token that is good in that session alone: {officer_id, csrf}, or {fault} with
// `no_connection`, `trouble` or `signed_out`.
export async function session(address) {
  try {
    const signal = AbortSignal.timeout(SESSION_MS);
    const response = await fetch(address, { cache: "no-store", redirect: "manual", signal });
    if (response.ok) {
      const told = await response.json();
      tellTime(Date.parse(told.now));
      return told;
    }
    // A page to sign in is where the guard sends whom it does not know.
    const isOut = response.type === "opaqueredirect" || [401, 403].includes(response.status);
    return { fault: isOut ? "signed_out" : "trouble" };
  } catch {
    return { fault: "no_connection" };
  }
}

// The server's results for these scans, of `unsent` that wait: {results}, or {fault}, also `malformed`: one of them is
// such that it takes none. An enrolled device signs them; where its signature is not taken they are sent without, for no
// scan may stay behind.
export async function upload(address, { scans, unsent }, csrf, device) {
  const body = JSON.stringify({ scans, unsent });
  try {
    let response = await send(address, body, csrf, device);
    if (device && response.status === 403 && !(await taken(response))) response = await send(address, body, csrf);
    if (response.ok) return await response.json();
    if ([413, 422].includes(response.status)) return { fault: "malformed" };
    return { fault: [400, 401, 403].includes(response.status) ? "signed_out" : "trouble" };
  } catch {
    return { fault: "no_connection" };
  }
}

async function send(address, body, csrf, device) {
  const signed = device ? await headerOf(device, "POST", address, body) : {};
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf, ...signed },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

// Whether it was something else than the device that was refused.
async function taken(response) {
  const { code = "" } = await response.clone().json().catch(() => ({}));
  return !code.startsWith("device_");
}

// Runs `work` unless another page of this browser is at it; then answers undefined. Where a browser has no such lock two
// may send the same scans, and each is one scan all the same.
export function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}
