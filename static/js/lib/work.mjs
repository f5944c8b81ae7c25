// Pure: finds the numbers that a challenge asks for. SHA-256 of one short text at a time; `crypto.subtle` answers each
// by a promise of its own, which takes longer than the reckoning.

const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n }, (__, d) => d).some((d) => d > 1 && n % d === 0));
const word = (root) => ((root % 1) * 2 ** 32) | 0;
const K = Int32Array.from(PRIMES, (prime) => word(Math.cbrt(prime)));
const H = Int32Array.from(PRIMES.slice(0, 8), (prime) => word(Math.sqrt(prime)));
const W = new Int32Array(64);

/** The first 32 bits of SHA-256 of a plain text of at most 55 characters, as a number with a sign. */
export function firstBits(text) {
  const length = text.length;
  W.fill(0, 0, 16);
  for (let i = 0; i < length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  W[length >> 2] |= 0x80 << (24 - (length & 3) * 8);
  W[15] = length * 8;
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    W[i] = (W[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
      + W[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
  }
  let a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7];
  for (let i = 0; i < 64; i++) {
    const t = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + s) | 0;
  }
  return (a + H[0]) | 0;
}

/** One number for each puzzle, one after the other: `{ value }` when found, `{}` after so many tries without. */
export function* solve(seed, puzzles, zeroBits, tries = 8000) {
  for (let puzzle = 0; puzzle < puzzles; puzzle++) {
    let number = 0;
    while (firstBits(`${seed}:${puzzle}:${number}`) >>> (32 - zeroBits) !== 0) {
      number++;
      if (number % tries === 0) yield {};
    }
    yield { value: number };
  }
}
