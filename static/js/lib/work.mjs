// Pure: finds the numbers that a challenge asks for. `crypto.subtle` answers each text by a promise of its own, which
// takes longer than the reckoning; the library's hash goes on from the part that all texts of a puzzle share.

import { sha256 } from "../../vendor/noble-hashes/sha2.js";

const utf8 = new TextEncoder();
const digits = new Uint8Array(10);
/** The first so many of the digits; made once, since making them takes as long as half of a hash. */
const firstDigits = Array.from({ length: 11 }, (_, length) => digits.subarray(0, length));
const digest = new Uint8Array(32);
const first = new DataView(digest.buffer);

/** Of each number the first 32 bits of SHA-256 of the text that begins with `head` and ends with it. */
export function firstBits(head) {
  const begun = sha256.create().update(utf8.encode(head));
  const hash = begun.clone();
  return (number) => {
    const text = String(number);
    for (let place = 0; place < text.length; place++) digits[place] = text.charCodeAt(place);
    begun._cloneInto(hash).update(firstDigits[text.length]).digestInto(digest);
    return first.getUint32(0);
  };
}

/** One number for each puzzle, one after the other: `{ value }` when found, `{}` after so many tries without. */
export function* solve(seed, puzzles, zeroBits, tries = 8000) {
  for (let puzzle = 0; puzzle < puzzles; puzzle++) {
    const bits = firstBits(`${seed}:${puzzle}:`);
    let number = 0;
    while (bits(number) >>> (32 - zeroBits) !== 0) {
      number++;
      if (number % tries === 0) yield {};
    }
    yield { value: number };
  }
}
