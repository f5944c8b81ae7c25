// Edge: the PIN of an officer at a phone: which ones are taken, and what is made of one.

export const DIGITS = 6;
// 19 MiB twice: OWASP's least for Argon2id, under a second on a cheap phone (figures in docs/gate.md).
export const COST = { kibibytes: 19_456, passes: 2 };

const STEPS = ["01234567890", "09876543210"];

/** Whether it is `DIGITS` digits. */
export function isPin(text) {
  return /^\d+$/.test(text) && text.length === DIGITS;
}

/** Those that are tried first: one digit, a row of digits, a pair or three that come again. */
export function isWeak(pin) {
  const again = [1, 2, 3].some((length) => pin === pin.slice(0, length).repeat(DIGITS / length));
  return again || STEPS.some((row) => row.includes(pin));
}

/** The 32 bytes that are made of it. Throws `pin_none` where the library is missing. */
export function harden(pin, salt, cost) {
  const worker = new Worker(new URL("pin.worker.mjs", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data.key);
    worker.onerror = () => reject(new Error("pin_none"));
    worker.postMessage({ pin, salt, cost });
  }).finally(() => worker.terminate());
}
