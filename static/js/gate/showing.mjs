// Pure: when is what the camera sees a new showing of a ticket?
//
// A code held in front of the camera is read ten times a second, and is one showing for as long as it stays in
// view. Out of view for AWAY_MS it has left; shown again it is a new showing (and a used ticket is refused).
// Times are milliseconds of any steady clock.

export const AWAY_MS = 1500;
// Hands shake and lenses hunt for focus: so soon after a verdict, a gap does not mean that the code has left ...
export const CALM_MS = 3000;
// ... unless it is this long.
export const CALM_AWAY_MS = 2000;
// A verdict is readable for at least this long, also when the next person pushes.
export const READ_MS = 1000;

export class Showing {
  // Several, because a family holds its tickets side by side: text -> when it was last in view.
  #seen = new Map();
  #toldAt = -Infinity;
  #askedAt = 0;
  #asking = false;

  // What a frame with these texts means at `now`: {scan: text}, {many: true} or {}.
  see(texts, now) {
    this.#forget(now);
    const codes = [...new Set(texts)];
    const fresh = codes.filter((text) => !this.#seen.has(text));
    for (const text of codes) if (this.#seen.has(text)) this.#seen.set(text, now);
    if (this.#asking || now - this.#toldAt < READ_MS || fresh.length === 0) return {};
    // Which of several people is meant, only the officer knows.
    return codes.length > 1 ? { many: true } : { scan: fresh[0] };
  }

  // `text` is being judged; until `told` nothing else is.
  asked(text, now) {
    this.#seen.set(text, now);
    this.#askedAt = now;
    this.#asking = true;
  }

  // Whether another frame may tell anything: none is looked at while a ticket is judged, which is then judged sooner.
  get isJudging() {
    return this.#asking;
  }

  // The verdict is on the screen. What was in view when judging began has not left since: nobody has looked.
  told(now) {
    if (this.#asking) for (const [text, at] of this.#seen) this.#seen.set(text, at + (now - this.#askedAt));
    this.#asking = false;
    this.#toldAt = now;
  }

  #forget(now) {
    const away = now - this.#toldAt < CALM_MS ? CALM_AWAY_MS : AWAY_MS;
    for (const [text, at] of this.#seen) if (now - at >= away) this.#seen.delete(text);
  }
}
