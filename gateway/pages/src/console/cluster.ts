// The cluster's state and what the live topic adds to it. Pure.
import type { Cluster, ClusterChanges, NodeFigures, NodeHistory } from '../api/types';

/** As many samples as the node keeps: five minutes. */
export const historyMax = 300;

export type Measure = Exclude<keyof NodeHistory, 'node'>;
export const measures: readonly Measure[] = [
  'cpu',
  'memoryBytes',
  'connections',
  'requestsPerS',
  'errorsPerS',
  'requestP99Ms',
  'commandsInFlight',
  'rowsPerCommit',
  'commitP99Ms',
  'replicationLagMs',
];

const emptyHistory = (node: string, length: number): NodeHistory =>
  Object.fromEntries([['node', node], ...measures.map((m) => [m, Array<null>(length).fill(null)])]) as unknown as NodeHistory;

/** One sample more at the end of every column, the oldest gone where there are too many. */
function addSample(history: Cluster['history'], at: number, nodes: readonly NodeFigures[]): Cluster['history'] {
  const length = history.at.length;
  const drop = Math.max(0, length + 1 - historyMax);
  const known = new Map(history.nodes.map((h) => [h.node, h]));
  for (const n of nodes) if (!known.has(n.node)) known.set(n.node, emptyHistory(n.node, length));
  const now = new Map(nodes.map((n) => [n.node, n]));
  return {
    at: [...history.at.slice(drop), at],
    nodes: [...known.values()].map((h) => {
      const figures = now.get(h.node);
      const columns = measures.map((m) => [m, [...h[m].slice(drop), figures?.[m] ?? null]]);
      return { ...h, ...Object.fromEntries(columns) } as NodeHistory;
    }),
  };
}

export function applyChanges(cluster: Cluster, changes: ClusterChanges, version: number): Cluster {
  const shards = cluster.shards.slice();
  for (const shard of changes.shards) shards[shard.shard] = shard;
  return {
    ...cluster,
    version,
    at: changes.at,
    clustered: changes.clustered,
    nodes: changes.samples.at(-1)!.nodes,
    shards,
    tenants: changes.tenants,
    history: changes.samples.reduce((history, s) => addSample(history, s.at, s.nodes), cluster.history),
  };
}

/** How many colours there are for nodes (app.css, tint-0 and on). */
const tints = 6;

/** The class that gives a node its colour, the same on every view; 'nobody' where there is no node. */
export const tintOf = (nodes: readonly string[], node: string): string =>
  nodes.includes(node) ? `tint-${[...nodes].sort().indexOf(node) % tints}` : 'nobody';

/** Which samples time has passed through in order: a clock that was set back leaves some that lie in its future. */
export function inOrder(at: readonly number[]): number[] {
  const kept: number[] = [];
  let later = Infinity;
  for (let i = at.length - 1; i >= 0; i--)
    if (at[i]! < later) {
      later = at[i]!;
      kept.push(i);
    }
  return kept.reverse();
}

export interface Summary {
  now: number | null;
  highest: number | null;
}

/** What a chart shows, in two numbers. */
export function summary(values: readonly (number | null)[]): Summary {
  const known = values.filter((v): v is number => v !== null);
  return { now: values.at(-1) ?? null, highest: known.length > 0 ? Math.max(...known) : null };
}

/** Rows of the table beside a chart: one for every `step` samples, the newest first, each with the highest value of its stretch. */
export function rowsOf(
  at: readonly number[],
  columns: readonly (readonly (number | null)[])[],
  step: number,
): { at: number; values: (number | null)[] }[] {
  const rows = [];
  for (let end = at.length; end > 0; end -= step) {
    const begin = Math.max(0, end - step);
    rows.push({ at: at[end - 1]!, values: columns.map((c) => summary(c.slice(begin, end)).highest) });
  }
  return rows;
}

/** Where the arrow keys lead on the map of shards; undefined where they lead nowhere. */
export function neighbour(shard: number, key: string, columns: number, count: number): number | undefined {
  const row = shard - (shard % columns);
  const to = {
    ArrowRight: shard + 1,
    ArrowLeft: shard - 1,
    ArrowDown: shard + columns,
    ArrowUp: shard - columns,
    Home: row,
    End: row + columns - 1,
    PageUp: shard % columns,
    PageDown: count - columns + (shard % columns),
  }[key];
  return to === undefined || to < 0 || to >= count ? undefined : to;
}
