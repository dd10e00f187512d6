// The page's language: two ICU catalogues, the visitor's choice remembered, <html lang> always right.
import { IntlMessageFormat } from 'intl-messageformat';
import da from '../i18n/da.json';
import en from '../i18n/en.json';
import type { Lang } from './format';

export type MessageKey = keyof typeof en;
type Values = Record<string, string | number | boolean>;

const catalogues: Record<Lang, Record<MessageKey, string>> = { da, en };
const storageKey = 'holdfast.lang';

function remembered(): Lang | null {
  try {
    const value = localStorage.getItem(storageKey);
    return value === 'da' || value === 'en' ? value : null;
  } catch {
    return null;
  }
}

function preferred(): Lang {
  for (const tag of navigator.languages ?? [navigator.language]) {
    const base = tag.toLowerCase().split('-')[0]!;
    if (base === 'da' || base === 'nb' || base === 'nn' || base === 'no') return 'da';
    if (base === 'en') return 'en';
  }
  return 'en';
}

let current = $state<Lang>('en');

export const locale = {
  get lang(): Lang {
    return current;
  },
};

export function initLanguage(): void {
  current = remembered() ?? preferred();
  document.documentElement.lang = current;
}

export function setLanguage(lang: Lang): void {
  current = lang;
  document.documentElement.lang = lang;
  try {
    localStorage.setItem(storageKey, lang);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}

/** Messages of a catalogue by their keys. Parts that few visitors see bring a catalogue of their own. */
export function translator<Key extends string>(messages: Record<Lang, Record<Key, string>>): (key: Key, values?: Values) => string {
  const compiled = new Map<string, IntlMessageFormat>();
  return (key, values) => {
    const lang = current;
    const id = `${lang}:${key}`;
    let message = compiled.get(id);
    if (!message) compiled.set(id, (message = new IntlMessageFormat(messages[lang][key], lang === 'da' ? 'da-DK' : 'en-GB')));
    return message.format(values) as string;
  };
}

export const t = translator(catalogues);

/** Codes come from the node and may be newer than these pages. */
export function has(key: string): key is MessageKey {
  return Object.hasOwn(catalogues.en, key);
}
