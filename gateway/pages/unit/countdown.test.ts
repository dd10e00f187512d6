import { describe, expect, it } from 'vitest';
import { Countdown } from '../src/lib/countdown';

/** What would be said aloud when somebody watches every quarter of a second. */
function spoken(countdown: Countdown, from: number, until: number, step = 250): number[] {
  const out: number[] = [];
  for (let now = from; now <= until; now += step) {
    const { announce } = countdown.tick(now);
    if (announce !== null) out.push(announce);
  }
  return out;
}

describe('Countdown', () => {
  it('speaks at few moments, each once', () => {
    expect(spoken(new Countdown(600_000, 0), 0, 600_000)).toEqual([300, 120, 60, 30, 10]);
  });
  it('says nothing about moments that passed before it began', () => {
    expect(spoken(new Countdown(100_000, 0), 0, 100_000)).toEqual([60, 30, 10]);
  });
  it('speaks only of the latest moment after a page was asleep', () => {
    const countdown = new Countdown(600_000, 0);
    expect(countdown.tick(575_000).announce).toBe(30);
    expect(countdown.tick(575_250).announce).toBe(null);
  });
  it('may speak again of what an extension put ahead', () => {
    const countdown = new Countdown(600_000, 0);
    spoken(countdown, 0, 590_500);
    countdown.extend(1_190_500, 590_500);
    expect(spoken(countdown, 590_500, 1_190_500)).toEqual([300, 120, 60, 30, 10]);
  });
  it('ends at the moment, never below zero, and never announces the end as time left', () => {
    const countdown = new Countdown(1_000, 0);
    expect(countdown.tick(999).over).toBe(false);
    expect(countdown.tick(1_000)).toMatchObject({ over: true, seconds: 0, share: 0, announce: null });
    expect(countdown.tick(9_000)).toMatchObject({ over: true, seconds: 0 });
  });
  it('is urgent in its last minute', () => {
    const countdown = new Countdown(120_000, 0);
    expect(countdown.tick(60_000).urgent).toBe(false);
    expect(countdown.tick(60_001).urgent).toBe(true);
  });
});
