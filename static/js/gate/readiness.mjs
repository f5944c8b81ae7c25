// Pure: what a self-test found, as one traffic light. Each check is `pass`, `hold` (duty can begin, and somebody should see
// to it) or `refuse` (this phone cannot do its work), with the code of what is said.

const CLOCK_HOLD_MS = 60_000;
// From here on the server believes no scan of this phone to be as old as it says.
export const CLOCK_REFUSE_MS = 300_000;
const SPACE_HOLD = 100_000_000;
const SPACE_REFUSE = 10_000_000;
const FRAMES_HOLD = 10;

const good = (code, values = {}) => ({ look: "pass", code, values });
const warn = (code, values = {}) => ({ look: "hold", code, values });
const bad = (code, values = {}) => ({ look: "refuse", code, values });

/** `fault`: a code of store.mjs, or "". */
export function ofStore(fault) {
  return fault ? bad(fault) : good("store");
}

export function ofEnrolment(device) {
  return device ? good("enrolled") : warn("not_enrolled");
}

/** A tab that is not installed may be emptied by its browser, some after a week: no duty begins in it. */
export function ofPersistence({ persisted, installed }) {
  if (persisted) return good("persisted");
  return installed ? warn("not_persisted") : bad("not_installed");
}

/** Free bytes, or null where the browser does not say. */
export function ofSpace(free) {
  if (free === null) return warn("space_unknown");
  const values = { megabytes: Math.floor(free / 1_000_000) };
  if (free < SPACE_REFUSE) return bad("space_none", values);
  return free < SPACE_HOLD ? warn("space_little", values) : good("space", values);
}

/** How far the server's clock is ahead in ms, or null where it was not to be asked. */
export function ofClock(aheadMs) {
  if (aheadMs === null) return warn("clock_unknown");
  const off = Math.abs(aheadMs);
  if (off < CLOCK_HOLD_MS) return good("clock");
  const values = { minutes: Math.max(1, Math.round(off / 60_000)) };
  return off < CLOCK_REFUSE_MS ? warn("clock_off", values) : bad("clock_wrong", values);
}

/** `fault`: a code of camera.mjs, or "". Without a camera a hand scanner and the keyboard do the work. */
export function ofCamera(fault, frames) {
  if (fault) return warn(fault);
  const values = { frames: Math.round(frames) };
  return frames < FRAMES_HOLD ? warn("camera_slow", values) : good("camera", values);
}

export function ofDecoder(works) {
  return works ? good("decoder") : warn("no_decoder");
}

/** Whether the pages of the gate open without a signal. */
export function ofWorker(ready) {
  return ready ? good("worker") : warn("no_worker");
}

export function ofUnsent({ own, others }) {
  if (others > 0) return warn("unsent_others", { n: others });
  return own > 0 ? warn("unsent_own", { n: own }) : good("all_sent");
}

/** Heard: true, false, or null while nobody has said. */
export function ofSound(heard) {
  if (heard === null) return warn("sound_unknown");
  return heard ? good("sound") : warn("sound_off");
}

/** The worst of all. */
export function lightOf(checks) {
  const looks = checks.map(({ look }) => look);
  return ["refuse", "hold"].find((look) => looks.includes(look)) ?? "pass";
}
