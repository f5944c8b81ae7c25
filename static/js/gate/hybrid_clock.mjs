// Pure: a hybrid logical clock, by which phones without signal put in order what each of them did.
//
// A stamp is one whole number: milliseconds since 1970, and behind them a counter for what happens within one, or while
// this phone's own clock is behind one that it has heard. Of two stamps the smaller one was first; what a phone does after
// it has heard a stamp comes after it. A clock that is too far ahead moves no other.

export const DRIFT_MS = 300_000;
const COUNTS = 256;

export class HybridClock {
  #now;
  #last = 0;

  // now() -> milliseconds by the server's clock as well as this phone knows it.
  constructor(now) {
    this.#now = now;
  }

  // A stamp for what has just happened, or at that moment, later than all that were given or heard.
  tick(at = this.#now()) {
    this.#last = Math.max(at * COUNTS, this.#last + 1);
    return this.#last;
  }

  // From now on all stamps are later than that one.
  follow(stamp) {
    this.#last = Math.max(this.#last, stamp);
  }

  // Another phone says that it is `stamp`. Answers how many milliseconds it is ahead of this one, negative where behind.
  hear(stamp) {
    const ahead = momentOf(stamp) - this.#now();
    if (!isOff(ahead)) this.follow(stamp);
    return ahead;
  }
}

/** Whether two clocks are too far apart for their stamps to be put in order. */
export function isOff(aheadMs) {
  return Math.abs(aheadMs) > DRIFT_MS;
}

/** The milliseconds of a stamp. */
export function momentOf(stamp) {
  return Math.floor(stamp / COUNTS);
}

/** The first stamp of a millisecond. */
export function stampOf(ms) {
  return ms * COUNTS;
}
