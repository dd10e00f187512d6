import { describe, expect, it } from 'vitest';
import type { Availability, Block, BlockChanges } from '../src/api/types';
import { changedAvailability, changedBlock, mergeBy, summed } from '../src/lib/spots';

const spot = (label: string, free: number) =>
  ({
    label,
    category: 'tent',
    row: 'A',
    x: 0,
    y: 0,
    capacity: 1,
    free,
    held: 0,
    closed: false,
    state: free ? 'free' : 'taken',
  }) as Block['spots'][number];
const figures = (category: string, free: number, held = 0) => ({ category, capacity: 10, free, held, taken: 10 - free - held });

describe('mergeBy', () => {
  it('replaces what changed and leaves the rest as the very same objects', () => {
    const items = [spot('1', 1), spot('2', 1)];
    const merged = mergeBy(items, [{ label: '2', free: 0 }], 'label');
    expect(merged[0]).toBe(items[0]);
    expect(merged[1]).toEqual({ ...items[1], free: 0 });
    expect(mergeBy(items, [], 'label')).toBe(items);
  });
  it('ignores what it does not know', () => {
    expect(mergeBy([spot('1', 1)], [{ label: '9', free: 0 }], 'label')).toEqual([spot('1', 1)]);
  });
});

describe('changedBlock', () => {
  it('keeps place and category of a spot and takes over state, figures and openness', () => {
    const block = { spots: [spot('1', 1)], figures: [figures('tent', 1)], open: true, version: 3 } as unknown as Block;
    const changes: BlockChanges = {
      spots: [{ label: '1', capacity: 1, free: 0, held: 1, closed: false, state: 'held' }],
      figures: [figures('tent', 0, 1)],
      open: false,
    };
    const next = changedBlock(block, changes, 4);
    expect(next).toMatchObject({ version: 4, open: false, figures: changes.figures });
    expect(next.spots[0]).toMatchObject({ state: 'held', category: 'tent', row: 'A' });
    expect(block.spots[0]!.state).toBe('free');
  });
});

describe('changedAvailability', () => {
  const block = (id: string, free: number) => ({ blockId: id, title: id, version: 1, figures: [figures('tent', free)] });
  it('sums up again over changed and unchanged blocks, and takes in new ones', () => {
    const now = { resourceId: 'e', open: true, version: 1, figures: [], blocks: [block('e.a', 3), block('e.b', 4)] } as Availability;
    const next = changedAvailability(now, { open: true, blocks: [block('e.b', 1), block('e.c', 2)] }, 2);
    expect(next.blocks.map((b) => b.blockId)).toEqual(['e.a', 'e.b', 'e.c']);
    expect(next.figures).toEqual([{ category: 'tent', capacity: 30, free: 6, held: 0, taken: 24 }]);
  });
});

describe('summed', () => {
  it('keeps the order in which categories occur', () => {
    expect(summed([figures('b', 1), figures('a', 2), figures('b', 3)]).map((f) => [f.category, f.free])).toEqual([
      ['b', 4],
      ['a', 2],
    ]);
  });
});
