// Figures as operators read them.
import { locale } from '../lib/i18n.svelte';
import type { Measure } from './cluster';
import { w } from './words';

const tag = () => (locale.lang === 'da' ? 'da-DK' : 'en-GB');

export const number = (value: number, digits = 0): string => new Intl.NumberFormat(tag(), { maximumFractionDigits: digits }).format(value);

/** 3 significant digits: "0.42", "12.3", "1,240". */
export const rate = (value: number): string => number(value, value < 10 ? 2 : value < 100 ? 1 : 0);

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${number(value, value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

export const ms = (value: number): string => (value >= 1000 ? `${number(value / 1000, 1)} s` : `${rate(value)} ms`);

export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return w('seconds', { n: s });
  if (s < 3600) return w('minutes', { n: Math.floor(s / 60) });
  if (s < 48 * 3600) return w('hours', { n: Math.floor(s / 3600) });
  return w('days', { n: Math.floor(s / 86_400) });
}

/** Operators work in the time of their own desk. */
export const moment = (iso: string): string =>
  new Intl.DateTimeFormat(tag(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));

export const timeOfDay = (unixSeconds: number): string =>
  new Intl.DateTimeFormat(tag(), { timeStyle: 'medium' }).format(new Date(unixSeconds * 1000));

const formats: Record<Measure, (value: number) => string> = {
  cpu: (v) => number(v, 2),
  memoryBytes: bytes,
  connections: (v) => number(v),
  requestsPerS: rate,
  errorsPerS: rate,
  requestP99Ms: ms,
  commandsInFlight: (v) => number(v),
  rowsPerCommit: rate,
  commitP99Ms: ms,
  replicationLagMs: ms,
};

export const shown = (measure: Measure, value: number | null): string => (value === null ? '–' : formats[measure](value));
