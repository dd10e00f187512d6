import { describe, expect, it } from 'vitest';
import { around, keepInside, neighbour, pan, reveal, spotSize, wholeMap, zoom, type Box } from '../src/lib/map';

const grid = (columns: number, rows: number, cell = 10) =>
  Array.from({ length: columns * rows }, (_, i) => ({ x: cell + (i % columns) * cell, y: cell + Math.floor(i / columns) * cell }));

const inside = (view: Box, whole: Box) =>
  view.x >= whole.x - 1e-9 &&
  view.y >= whole.y - 1e-9 &&
  view.x + view.width <= whole.x + whole.width + 1e-9 &&
  view.y + view.height <= whole.y + whole.height + 1e-9;

describe('spotSize', () => {
  it('fills most of a regular grid without touching', () => {
    const size = spotSize(grid(10, 5), { width: 110, height: 60 });
    expect(size).toBeGreaterThan(7);
    expect(size).toBeLessThan(10);
  });
  it('follows the bulk when a pair of spots stands closer', () => {
    expect(spotSize([...grid(10, 5), { x: 500, y: 500 }, { x: 501, y: 500 }], { width: 600, height: 600 })).toBeGreaterThan(7);
  });
  it('is positive for one spot, for none and for spots in the same place', () => {
    for (const spots of [
      [],
      [{ x: 0, y: 0 }],
      [
        { x: 3, y: 3 },
        { x: 3, y: 3 },
      ],
    ])
      expect(spotSize(spots, { width: 0, height: 0 })).toBeGreaterThan(0);
  });
  it('does not take long for the largest block', () => {
    const began = performance.now();
    spotSize(grid(32, 32), { width: 400, height: 400 });
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe('wholeMap', () => {
  it('holds every spot, also outside of the named size', () => {
    const whole = wholeMap(
      [
        { x: -5, y: 2 },
        { x: 90, y: 50 },
      ],
      { width: 50, height: 40 },
      8,
    );
    expect(whole.x).toBeLessThanOrEqual(-5);
    expect(whole.x + whole.width).toBeGreaterThanOrEqual(90);
    expect(whole.y + whole.height).toBeGreaterThanOrEqual(50);
  });
});

describe('zoom and pan', () => {
  const whole = { x: 0, y: 0, width: 400, height: 200 };
  it('keep the point under the pointer where it is', () => {
    const at = { x: 120, y: 80 };
    const near = zoom(whole, 2, at, whole, 8);
    expect((at.x - near.x) / near.width).toBeCloseTo(120 / 400);
    expect((at.y - near.y) / near.height).toBeCloseTo(80 / 200);
  });
  it('never leave the map, whatever is asked', () => {
    let view: Box = whole;
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let i = 0; i < 2000; i++) {
      view =
        random() < 0.5
          ? zoom(view, 0.3 + random() * 3, { x: random() * 500 - 50, y: random() * 300 - 50 }, whole, 8)
          : pan(view, random() * 800 - 400, random() * 800 - 400, whole);
      expect(inside(view, whole)).toBe(true);
      expect(view.width / view.height).toBeCloseTo(2);
      expect(view.width).toBeGreaterThanOrEqual(40 - 1e-9);
    }
  });
  it('centre a map that is smaller than the view', () => {
    expect(keepInside({ x: 90, y: 0, width: 800, height: 200 }, whole)).toMatchObject({ x: -200 });
  });
  it('reveal moves only as far as needed', () => {
    const view = { x: 0, y: 0, width: 100, height: 50 };
    expect(reveal(view, { x: 50, y: 25 }, 8, whole)).toEqual(view);
    expect(reveal(view, { x: 150, y: 25 }, 8, whole)).toEqual({ ...view, x: 58 });
  });
  it('around shows the assigned spots within the map', () => {
    const view = around(
      [
        { x: 380, y: 190 },
        { x: 390, y: 190 },
      ],
      8,
      whole,
    );
    expect(inside(view, whole)).toBe(true);
    expect(view.width).toBeLessThan(whole.width);
    expect(view.x + view.width).toBeGreaterThanOrEqual(390);
  });
});

describe('neighbour', () => {
  const spots = grid(4, 3);
  it('walks along rows and columns', () => {
    expect(neighbour(spots, 0, 'right')).toBe(1);
    expect(neighbour(spots, 1, 'left')).toBe(0);
    expect(neighbour(spots, 1, 'down')).toBe(5);
    expect(neighbour(spots, 5, 'up')).toBe(1);
  });
  it('stays at the edge', () => {
    expect(neighbour(spots, 0, 'left')).toBe(0);
    expect(neighbour(spots, 11, 'down')).toBe(11);
  });
  it('crosses an aisle, and prefers the same row over a nearer spot of another', () => {
    const hall = [
      { x: 0, y: 0 },
      { x: 30, y: 0 },
      { x: 20, y: 18 },
    ];
    expect(neighbour(hall, 0, 'right')).toBe(1);
  });
  it('reaches every spot of a staggered map from the first one', () => {
    const staggered = Array.from({ length: 60 }, (_, i) => ({
      x: (i % 10) * 10 + (Math.floor(i / 10) % 2) * 5,
      y: Math.floor(i / 10) * 9,
    }));
    const seen = new Set([0]);
    const open = [0];
    for (let at = open.pop(); at !== undefined; at = open.pop())
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = neighbour(staggered, at, direction);
        if (!seen.has(next)) open.push(next);
        seen.add(next);
      }
    expect(seen.size).toBe(60);
  });
});
