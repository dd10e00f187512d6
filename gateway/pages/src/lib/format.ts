// Money, times and durations as people read them. The tenant's time zone decides, never the visitor's.
export type Lang = 'da' | 'en';

const locales: Record<Lang, string> = { da: 'da-DK', en: 'en-GB' };
const cache = new Map<string, unknown>();

function cached<T>(key: string, make: () => T): T {
  let value = cache.get(key) as T | undefined;
  if (value === undefined) cache.set(key, (value = make()));
  return value;
}

/** `minor` is integer minor units; the number of decimals is the currency's (JPY has none). */
export function money(minor: number, currency: string, lang: Lang): string {
  const format = cached(`money ${currency} ${lang}`, () => {
    const plain = new Intl.NumberFormat(locales[lang], { style: 'currency', currency });
    const decimals = plain.resolvedOptions().maximumFractionDigits ?? 2;
    const short = new Intl.NumberFormat(locales[lang], { style: 'currency', currency, maximumFractionDigits: 0 });
    return { plain, short, unit: 10 ** decimals };
  });
  return (minor % format.unit === 0 ? format.short : format.plain).format(minor / format.unit);
}

function zoned(lang: Lang, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cached(`date ${lang} ${timeZone} ${JSON.stringify(options)}`, () => {
    try {
      return new Intl.DateTimeFormat(locales[lang], { timeZone, ...options });
    } catch {
      return new Intl.DateTimeFormat(locales[lang], { timeZone: 'UTC', ...options });
    }
  });
}

type Time = string | number | Date;

export const dateTime = (at: Time, lang: Lang, zone: string) =>
  zoned(lang, zone, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(
    new Date(at),
  );

export const timeOnly = (at: Time, lang: Lang, zone: string) =>
  zoned(lang, zone, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));

/** To the second, for what is disputed at a door. */
export const exactTime = (at: Time, lang: Lang, zone: string) =>
  zoned(lang, zone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));

export const clock = (at: Time, lang: Lang, zone: string) =>
  zoned(lang, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));

export function dateParts(at: Time, lang: Lang, zone: string): { day: string; month: string; weekday: string; year: string } {
  const parts = zoned(lang, zone, { day: 'numeric', month: 'short', weekday: 'short', year: 'numeric' }).formatToParts(new Date(at));
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return { day: of('day'), month: of('month').replace('.', ''), weekday: of('weekday').replace('.', ''), year: of('year') };
}

/** A frame in time as one phrase: one evening as date and hours, several days as a range of dates. */
export function span(from: Time, to: Time, lang: Lang, zone: string): string {
  const [a, b] = [new Date(from), new Date(to)];
  const hours = (b.getTime() - a.getTime()) / 3_600_000;
  if (hours <= 18) return `${dateTime(a, lang, zone)} – ${timeOnly(b, lang, zone)}`;
  return zoned(lang, zone, { day: 'numeric', month: 'long', year: 'numeric' }).formatRange(a, b);
}

/** 583 → "9:43"; never negative. */
export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export const list = (items: string[], lang: Lang): string =>
  cached(`list ${lang}`, () => new Intl.ListFormat(locales[lang], { type: 'conjunction' })).format(items);

type Texts = Record<string, string>;

/** Definitions carry texts per language; the visitor's comes first, then English, then whatever there is. */
export const languageOf = (texts: Texts | null | undefined, lang: Lang): string | undefined =>
  texts ? [lang, 'en', ...Object.keys(texts)].find((l) => texts[l]) : undefined;

export const localized = (texts: Texts | null | undefined, lang: Lang): string => texts?.[languageOf(texts, lang) ?? ''] ?? '';
