// How live changes are merged into what is shown, and small questions about spots and figures.
import type { Availability, AvailabilityChanges, Block, BlockChanges, Figures } from '../api/types';

/** Replaces, by key, the items that changed; untouched ones keep their identity so that nothing else is drawn again. */
export function mergeBy<T extends object>(items: readonly T[], changes: readonly (Partial<T> & object)[], key: keyof T): T[] {
  if (changes.length === 0) return items as T[];
  const byKey = new Map(changes.map((change) => [change[key], change]));
  return items.map((item) => {
    const change = byKey.get(item[key]);
    return change ? { ...item, ...change } : item;
  });
}

export function changedBlock(block: Block, changes: BlockChanges, version: number): Block {
  return { ...block, version, open: changes.open, figures: changes.figures, spots: mergeBy(block.spots, changes.spots, 'label') };
}

export function changedAvailability(now: Availability, changes: AvailabilityChanges, version: number): Availability {
  const known = new Set(now.blocks.map((b) => b.blockId));
  const blocks = [...mergeBy(now.blocks, changes.blocks, 'blockId'), ...changes.blocks.filter((b) => !known.has(b.blockId))];
  return { ...now, version, open: changes.open, blocks, figures: summed(blocks.flatMap((b) => b.figures)) };
}

/** Figures per category over several blocks, in the order in which the categories first occur. */
export function summed(figures: readonly Figures[]): Figures[] {
  const out = new Map<string, Figures>();
  for (const { category, capacity, free, held, taken } of figures) {
    const sum = out.get(category) ?? { category, capacity: 0, free: 0, held: 0, taken: 0 };
    out.set(category, {
      category,
      capacity: sum.capacity + capacity,
      free: sum.free + free,
      held: sum.held + held,
      taken: sum.taken + taken,
    });
  }
  return [...out.values()];
}

export const totalFree = (figures: readonly Figures[]) => figures.reduce((sum, f) => sum + f.free, 0);

/** Labels as people sort them: A2 before A10. */
export const byLabel = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label, 'en', { numeric: true });
