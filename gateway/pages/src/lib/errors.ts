// Words for what the node refused, in the visitor's language. A code these pages do not know gets a general sentence, never a bare code.
import { offline, type Problem } from '../api/client';
import type { FieldError } from '../api/types';
import { has, t, type MessageKey } from './i18n.svelte';

export function problemTitle(problem: Problem): string {
  const key = `error_${problem.code === offline ? 'network' : problem.code}`;
  return has(key) ? t(key) : t('error_internal_error');
}

/** Errors by the name of the input: the last part of the field's path. */
export function fieldErrors(fields: readonly FieldError[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const { field, code } of fields) {
    const name = field
      .split('.')
      .at(-1)!
      .replace(/\[\d+\]$/, '');
    const specific = `field_${name}_${code}`;
    const general = `field_${code}`;
    out[name] ??= t(has(specific) ? specific : has(general) ? (general as MessageKey) : 'field_type');
  }
  return out;
}
