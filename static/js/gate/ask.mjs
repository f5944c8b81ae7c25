// Edge: the server's word on a scan, within a deadline.

const PAUSE_MS = 300;

// Answers what the server says ({scan_id, verdict, ...}), or {fault} with `no_connection`, `trouble` or
// `signed_out`. An answer lost on the way is asked for once more, with the same id: the server gives the same
// scan the same answer. After that this question is not sent any more: sent later, it would board somebody whom the
// officer was told to hold. What a device tells by itself goes with its verdict (queue.mjs).
export async function ask(url, scan, csrf, deadlineMs) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(scan),
    redirect: "error",
    signal: AbortSignal.timeout(deadlineMs),
  };
  const first = await attempt(url, request);
  if (!["no_connection", "trouble"].includes(first.fault) || request.signal.aborted) return first;
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  return attempt(url, request);
}

async function attempt(url, request) {
  try {
    const response = await fetch(url, request);
    if (response.ok) return await response.json();
    return { fault: [400, 401, 403].includes(response.status) ? "signed_out" : "trouble" };
  } catch {
    return { fault: "no_connection" };
  }
}
