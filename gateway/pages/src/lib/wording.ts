// Phrases that several pages build from the same data.
import type { Event, Spot } from '../api/types';
import { localized, money, span } from './format';
import { locale, t } from './i18n.svelte';

type Priced = Pick<Event, 'prices' | 'currency'>;

export function categoryTitle(event: Priced, category: string): string {
  return localized(event.prices.find((p) => p.category === category)?.title, locale.lang) || category;
}

export function priceOf(event: Priced, category: string): number | null {
  return event.prices.find((p) => p.category === category)?.priceMinor ?? null;
}

export function priceText(event: Priced, category: string): string {
  const price = priceOf(event, category);
  return price === null ? '' : amount(price, event.currency);
}

export const amount = (minor: number, currency: string) => (minor === 0 ? t('free_of_charge') : money(minor, currency, locale.lang));

/** When something is; a standing calendar has no end. */
export const when = (frame: { startDate: string; endDate?: string }, timeZone: string) =>
  frame.endDate === undefined ? t('all_year') : span(frame.startDate, frame.endDate, locale.lang, timeZone);

/** Everything that the map shows of a spot, in words. */
export function describeSpot(event: Priced, spot: Spot, mine: boolean): string {
  const parts = [t('spot_name', { label: spot.label }), categoryTitle(event, spot.category), priceText(event, spot.category)];
  return [...parts.filter(Boolean), t(mine ? 'state_mine' : `state_${spot.state}`)].join(', ');
}
