import { describe, expect, it } from 'vitest';
import type { Cluster, ClusterChanges, NodeFigures, Shard } from '../src/api/types';
import { applyChanges, historyMax, inOrder, measures, neighbour, rowsOf, summary, tintOf } from '../src/console/cluster';

const node = (name: string, cpu: number): NodeFigures => ({ node: name, state: 'serving', cpu, memoryBytes: 1, requestsPerS: 2 });
const shard = (n: number, owner: string, entities = 0): Shard => ({ shard: n, node: owner, epoch: 1, entities, commandsPerS: 0 });
const history = (name: string, values: number[]) =>
  ({ node: name, ...Object.fromEntries(measures.map((m) => [m, values])) }) as unknown as Cluster['history']['nodes'][number];

const start = (samples = 2): Cluster => ({
  version: 5,
  at: '2026-07-01T10:00:00Z',
  clustered: false,
  seenFrom: 'a',
  nodes: [node('a', 1)],
  shards: [shard(0, 'a'), shard(1, 'a')],
  tenants: [],
  history: { at: Array.from({ length: samples }, (_, i) => i), nodes: [history('a', Array(samples).fill(7))] },
});
const changes = (samples: ClusterChanges['samples'], shards: Shard[] = []): ClusterChanges => ({
  at: '2026-07-01T10:00:01Z',
  clustered: true,
  samples,
  shards,
  tenants: [{ tenant: 't', entities: 1, commandsPerS: 2, rejectionsPerS: 0 }],
});

describe('inOrder', () => {
  it('leaves out what lies in the future of a clock that was set back', () => {
    expect(inOrder([1, 2, 3])).toEqual([0, 1, 2]);
    expect(inOrder([1, 2, 90, 91, 3, 4])).toEqual([0, 1, 4, 5]);
    expect(inOrder([])).toEqual([]);
  });
});

describe('tintOf', () => {
  it('a node has its colour whatever the order in which nodes are told', () => {
    expect(tintOf(['b', 'a', 'c'], 'c')).toBe('tint-2');
    expect(tintOf(['c', 'b', 'a'], 'c')).toBe('tint-2');
    expect(tintOf(['a'], '')).toBe('nobody');
  });
});

describe('applyChanges', () => {
  it('adds each sample to the history and shows the last one', () => {
    const now = applyChanges(
      start(),
      changes([
        { at: 2, nodes: [node('a', 3)] },
        { at: 3, nodes: [node('a', 4)] },
      ]),
      7,
    );
    expect(now.version).toBe(7);
    expect(now.clustered).toBe(true);
    expect(now.nodes[0]!.cpu).toBe(4);
    expect(now.history.at).toEqual([0, 1, 2, 3]);
    expect(now.history.nodes[0]!.cpu).toEqual([7, 7, 3, 4]);
    expect(now.history.nodes[0]!.replicationLagMs).toEqual([7, 7, null, null]);
    expect(now.tenants).toHaveLength(1);
  });
  it('replaces the shards that changed and no others', () => {
    const before = start();
    const now = applyChanges(before, changes([{ at: 2, nodes: [] }], [shard(1, 'b', 3)]), 6);
    expect(now.shards[0]).toBe(before.shards[0]);
    expect(now.shards[1]).toEqual(shard(1, 'b', 3));
    expect(before.shards[1]!.node).toBe('a');
  });
  it('knows nothing of a node before it came and after it went', () => {
    let now = applyChanges(start(), changes([{ at: 2, nodes: [node('a', 1), node('b', 9)] }]), 6);
    now = applyChanges(now, changes([{ at: 3, nodes: [node('b', 8)] }]), 7);
    expect(now.history.nodes.map((n) => n.node)).toEqual(['a', 'b']);
    expect(now.history.nodes[0]!.cpu).toEqual([7, 7, 1, null]);
    expect(now.history.nodes[1]!.cpu).toEqual([null, null, 9, 8]);
  });
  it('keeps as much history as the node does', () => {
    const now = applyChanges(start(historyMax), changes([{ at: 999, nodes: [node('a', 1)] }]), 6);
    expect(now.history.at).toHaveLength(historyMax);
    expect(now.history.at.at(-1)).toBe(999);
    expect(now.history.at[0]).toBe(1);
    for (const m of measures) expect(now.history.nodes[0]![m], m).toHaveLength(historyMax);
  });
});

describe('what stands beside a chart', () => {
  it('is the value now and the highest', () => {
    expect(summary([1, 5, null, 2])).toEqual({ now: 2, highest: 5 });
    expect(summary([null, null])).toEqual({ now: null, highest: null });
    expect(summary([])).toEqual({ now: null, highest: null });
  });
  it('is a table with the highest value of each stretch, the newest first', () => {
    expect(rowsOf([10, 11, 12, 13, 14], [[1, 2, 3, 4, 5]], 2)).toEqual([
      { at: 14, values: [5] },
      { at: 12, values: [3] },
      { at: 10, values: [1] },
    ]);
  });
});

describe('neighbour', () => {
  it('walks in rows and columns and stays on the map', () => {
    const to = (from: number, key: string) => neighbour(from, key, 16, 256);
    expect(to(17, 'ArrowRight')).toBe(18);
    expect(to(17, 'ArrowUp')).toBe(1);
    expect(to(1, 'ArrowUp')).toBe(undefined);
    expect(to(255, 'ArrowRight')).toBe(undefined);
    expect(to(250, 'ArrowDown')).toBe(undefined);
    expect(to(20, 'Home')).toBe(16);
    expect(to(20, 'End')).toBe(31);
    expect(to(20, 'PageUp')).toBe(4);
    expect(to(20, 'PageDown')).toBe(244);
    expect(to(20, 'x')).toBe(undefined);
  });
});
