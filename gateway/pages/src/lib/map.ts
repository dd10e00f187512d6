// Geometry of the spot map, free of the DOM: how big a pitch is drawn, zooming and panning a viewBox, and which neighbour an arrow key means.
export interface Point {
  x: number;
  y: number;
}
export interface Box extends Point {
  width: number;
  height: number;
}

/** Side of the square drawn for each spot: most of the distance that neighbours typically keep. */
export function spotSize(spots: readonly Point[], map: { width: number; height: number }): number {
  if (spots.length < 2) return Math.max(1, Math.min(map.width, map.height) * 0.2);
  const nearest = nearestDistances(spots).filter((d) => d > 0);
  if (nearest.length === 0) return Math.max(1, Math.min(map.width, map.height) * 0.05);
  nearest.sort((a, b) => a - b);
  // A low percentile: a few spots closer together than the rest may touch, but the bulk must not overlap.
  return nearest[Math.floor(nearest.length * 0.1)]! * 0.84;
}

function nearestDistances(spots: readonly Point[]): number[] {
  const byX = spots.map((s) => s).sort((a, b) => a.x - b.x);
  return byX.map((spot, i) => {
    let best = Infinity;
    for (let j = i + 1; j < byX.length && byX[j]!.x - spot.x < best; j++) best = Math.min(best, distance(spot, byX[j]!));
    for (let j = i - 1; j >= 0 && spot.x - byX[j]!.x < best; j--) best = Math.min(best, distance(spot, byX[j]!));
    return best;
  });
}

// Chebyshev: the spots are drawn as squares.
const distance = (a: Point, b: Point) => Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));

/** The whole map, or all of its spots where the definition names no size. */
export function wholeMap(spots: readonly Point[], map: { width?: number | null; height?: number | null }, size: number): Box {
  const margin = size;
  const xs = spots.map((s) => s.x);
  const ys = spots.map((s) => s.y);
  const left = Math.min(0, ...xs.map((x) => x - margin));
  const top = Math.min(0, ...ys.map((y) => y - margin));
  const right = Math.max(map.width ?? 0, ...xs.map((x) => x + margin), left + 1);
  const bottom = Math.max(map.height ?? 0, ...ys.map((y) => y + margin), top + 1);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Zooms by `factor` (> 1 is nearer) around a fixed point, between the whole map and a few spots. */
export function zoom(view: Box, factor: number, at: Point, whole: Box, size: number): Box {
  const narrowest = Math.min(whole.width, size * 5);
  const width = Math.min(whole.width, Math.max(narrowest, view.width / factor));
  const ratio = width / view.width;
  const height = view.height * ratio;
  return keepInside({ x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio, width, height }, whole);
}

export function pan(view: Box, dx: number, dy: number, whole: Box): Box {
  return keepInside({ ...view, x: view.x + dx, y: view.y + dy }, whole);
}

export function keepInside(view: Box, whole: Box): Box {
  const axis = (at: number, length: number, start: number, total: number) =>
    length >= total ? start + (total - length) / 2 : Math.min(Math.max(at, start), start + total - length);
  return { ...view, x: axis(view.x, view.width, whole.x, whole.width), y: axis(view.y, view.height, whole.y, whole.height) };
}

/** Moves the view just far enough that the spot stands inside it with a margin. */
export function reveal(view: Box, spot: Point, size: number, whole: Box): Box {
  const margin = size;
  const shift = (at: number, start: number, length: number) =>
    at - margin < start ? at - margin - start : at + margin > start + length ? at + margin - start - length : 0;
  return pan(view, shift(spot.x, view.x, view.width), shift(spot.y, view.y, view.height), whole);
}

export function centred(view: Box, width: number, at: Point, whole: Box): Box {
  const ratio = Math.min(width, whole.width) / view.width;
  const [w, h] = [view.width * ratio, view.height * ratio];
  return keepInside({ x: at.x - w / 2, y: at.y - h / 2, width: w, height: h }, whole);
}

/** The view that shows these spots with their surroundings: where a group was placed, without losing the place. */
export function around(spots: readonly Point[], size: number, whole: Box): Box {
  if (spots.length === 0) return whole;
  const [left, right] = [Math.min(...spots.map((s) => s.x)), Math.max(...spots.map((s) => s.x))];
  const [top, bottom] = [Math.min(...spots.map((s) => s.y)), Math.max(...spots.map((s) => s.y))];
  const ratio = whole.width / whole.height;
  const width = Math.max(right - left + size * 8, (bottom - top + size * 8) * ratio, size * 16);
  return centred(whole, width, { x: (left + right) / 2, y: (top + bottom) / 2 }, whole);
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The spot an arrow key means: the nearest one in that direction, where straying sideways counts double. */
export function neighbour(spots: readonly Point[], from: number, direction: Direction): number {
  const origin = spots[from];
  if (!origin) return from;
  const horizontal = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best = from;
  let bestCost = Infinity;
  spots.forEach((spot, i) => {
    const along = (horizontal ? spot.x - origin.x : spot.y - origin.y) * sign;
    const aside = Math.abs(horizontal ? spot.y - origin.y : spot.x - origin.x);
    if (i === from || along <= 0 || aside > along * 3) return;
    const cost = along + aside * 2;
    if (cost < bestCost) [best, bestCost] = [i, cost];
  });
  return best;
}
