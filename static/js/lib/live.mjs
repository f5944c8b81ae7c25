// Edge: news from the live process, and from polling while there is none.

const SILENCE_MS = 25_000; // two and a half heartbeats
const TIMEOUT_MS = 15_000;
const LEAST_MS = 2_000;
const MOST_MS = 30_000;
const SLOWNESS = 10; // a server that takes a second to answer is asked every ten seconds at most
const SLOWEST_MS = 120_000;
const POLLS_BETWEEN = 4; // a page whose stream was refused asks so many times before it tries the stream again

/** How long to wait before asking again: longer with each failure and with a slow server, never all at once. */
export function pause(failures, tookMs, random = Math.random()) {
  const wanted = Math.min(LEAST_MS * 2 ** failures, MOST_MS);
  const bearable = Math.min(SLOWNESS * tookMs, SLOWEST_MS);
  return Math.max(wanted, bearable) * (0.5 + random);
}

/** Whether a page that was refused its stream `refusals` times in a row tries it again after this many polls. */
export function listensAgain(refusals, polls) {
  return refusals === 0 || polls % POLLS_BETWEEN === 0;
}

/** Remembers which state of each thing was shown last; says whether another one is older. */
export function versions() {
  const shown = new Map();
  return {
    isOlder(key, version) {
      if (version < (shown.get(key) ?? -Infinity)) return true;
      shown.set(key, version);
      return false;
    },
  };
}

/**
 * Follow a topic for as long as the page is open.
 *   stream, poll    addresses; the answer of `poll` is a state with the next address of the `stream` in it
 *   onState(state)  a whole state, or the part of it that has changed
 *   onFresh(asOf)   what is shown is true as of this moment (ISO)
 *   onLost(why)     "no_connection" or "signed_out": what is shown grows old
 */
export function follow({ stream, poll, onState, onFresh, onLost }) {
  let address = stream;
  let source = null;
  let watchdog = 0;
  let next = 0;
  let asking = false;
  let failures = 0;
  let tookMs = 0;
  let refusals = 0;
  let polls = 0;

  function tell(state) {
    onState(state);
    onFresh(state.as_of);
  }

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => lost("no_connection"), SILENCE_MS);
  }

  function close() {
    clearTimeout(watchdog);
    clearTimeout(next);
    source?.close();
    source = null;
  }

  function listen() {
    close();
    source = new EventSource(address);
    let opened = false;
    heard();
    source.onopen = () => {
      opened = true;
      refusals = 0;
    };
    source.onmessage = (event) => {
      heard();
      failures = 0;
      tell(JSON.parse(event.data));
    };
    source.addEventListener("beat", (event) => {
      heard();
      const { as_of: asOf, well } = JSON.parse(event.data);
      if (well) onFresh(asOf);
      else onLost("no_connection");
    });
    // The stream has lived its time: come back soon, for its address grows old as well.
    source.addEventListener("bye", () => again(Math.random() * 1_000));
    source.onerror = () => {
      failures += 1;
      if (!opened) refusals += 1;
      again(pause(failures, tookMs));
    };
  }

  function again(inMs) {
    close();
    next = setTimeout(ask, inMs);
  }

  function lost(why) {
    onLost(why);
    failures += 1;
    again(pause(failures, tookMs));
  }

  // Ask once, then listen again. A house that is full of listeners still answers those who ask: pages that were refused
  // their stream go on by asking, and try the stream now and then.
  async function ask() {
    if (asking) return;
    asking = true;
    const began = performance.now();
    try {
      const answer = await fetch(poll, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
      tookMs = performance.now() - began;
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        onLost("signed_out");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      tell(state);
      address = state.stream;
      polls += 1;
      if (listensAgain(refusals, polls)) listen();
      else again(pause(failures, tookMs));
    } catch {
      lost("no_connection");
    } finally {
      asking = false;
    }
  }

  addEventListener("online", () => { if (!source) again(Math.random() * 1_000); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) again(0); });
  listen();
}
