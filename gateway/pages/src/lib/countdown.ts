// A hold's remaining time, counted on the server's clock, and the few moments at which it is said aloud.
export interface Tick {
  seconds: number; // left, never negative
  share: number; // of the longest time seen, 1 → 0
  urgent: boolean; // under a minute
  over: boolean;
  announce: number | null; // seconds to speak of, once per moment
}

export const moments = [300, 120, 60, 30, 10] as const;

export class Countdown {
  #expiresAt: number;
  #longest: number;
  #spoken: number;

  constructor(expiresAt: number, now: number) {
    this.#expiresAt = expiresAt;
    this.#longest = Math.max(1, expiresAt - now);
    this.#spoken = (expiresAt - now) / 1000;
  }

  /** After an extension the moments ahead may be announced again. */
  extend(expiresAt: number, now: number): void {
    this.#expiresAt = expiresAt;
    this.#longest = Math.max(this.#longest, expiresAt - now);
    this.#spoken = (expiresAt - now) / 1000;
  }

  tick(now: number): Tick {
    const left = Math.max(0, this.#expiresAt - now);
    const seconds = left / 1000;
    // The lowest moment passed since the last tick: a page that slept through several speaks only once.
    const passed = moments.filter((m) => m < this.#spoken && seconds <= m);
    const announce = seconds > 0 && passed.length > 0 ? Math.min(...passed) : null;
    if (announce !== null) this.#spoken = announce;
    return { seconds, share: left / this.#longest, urgent: seconds < 60, over: left === 0, announce };
  }
}
