// The console's own messages: guests never load them.
import da from '../i18n/console.da.json';
import en from '../i18n/console.en.json';
import { translator } from '../lib/i18n.svelte';

export type Word = keyof typeof en;
export const w = translator<Word>({ da, en });

/** Codes come from the node and may be newer than these pages. */
export const word = (key: string, fallback: string): string => (Object.hasOwn(en, key) ? w(key as Word) : fallback);
