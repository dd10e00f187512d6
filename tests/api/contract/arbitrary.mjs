// From a JSON Schema to values: fast-check arbitraries for the subset that the API's description uses, and ways to spoil a valid value.
import fc from 'fast-check';
import { resolve } from './document.mjs';

const follow = (schema) => {
  if (!schema.$ref) return schema;
  const { $ref, ...beside } = schema;
  return { ...follow(resolve({ $ref })), ...beside };
};

// Patterns say what characters; lengths that stand beside them are kept by filtering, so generate near them.
function text(schema) {
  const { minLength = 0, maxLength = 60, pattern } = schema;
  const short = Math.min(maxLength, 60);
  const patterns = [pattern, ...(schema.allOf ?? []).map((s) => s.pattern)].filter(Boolean).map((p) => new RegExp(p, 'u'));
  const base = pattern ? fc.stringMatching(new RegExp(pattern.replaceAll('{0,61}', '{0,5}'))) : fc.string({ unit: 'grapheme', minLength, maxLength: short });
  const length = (s) => [...s].length;
  return base.filter((s) => length(s) >= minLength && length(s) <= maxLength && patterns.every((p) => p.test(s)));
}

function object(schema) {
  const required = new Set(schema.required ?? []);
  const named = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, s]) => [name, arbitrary(s)]));
  const fixed = fc.record(named, { requiredKeys: [...required].filter((name) => name in named) });
  if (typeof schema.additionalProperties !== 'object') return fixed;
  const key = schema.propertyNames ? arbitrary(schema.propertyNames) : fc.string({ minLength: 1, maxLength: 10 });
  return fc.dictionary(key, arbitrary(schema.additionalProperties), { minKeys: schema.minProperties ?? 0, maxKeys: 3 })
    .filter((o) => Object.keys(o).length >= (schema.minProperties ?? 0));
}

export function arbitrary(raw) {
  const schema = follow(raw);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map(arbitrary));
  switch (schema.type ?? (schema.pattern ? 'string' : 'object')) {
    case 'string': return text(schema);
    case 'integer': return fc.integer({ min: schema.minimum ?? -1000, max: Math.min(schema.maximum ?? 1000, Number.MAX_SAFE_INTEGER) });
    case 'number': return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean': return fc.boolean();
    case 'array': return fc.array(arbitrary(schema.items), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case 'object': return object(schema);
    default: throw new Error(`no arbitrary for ${JSON.stringify(raw)}`);
  }
}

const junk = fc.oneof(fc.constantFrom(null, true, false, '', ' ', 0, -1, 1.5, 1e300, 2 ** 53, [], {}, '\u0000', '\u202e', 'a\r\nb', [[[]]]), fc.string(), fc.jsonValue({ maxDepth: 2 }));

const places = (value, path = []) => [path, ...(value !== null && typeof value === 'object' ? Object.keys(value).flatMap((k) => places(value[k], [...path, k])) : [])];

function edit(value, path, change) {
  if (path.length === 0) return change(value);
  const [first, ...rest] = path;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length === 0) change(copy, first);
  else copy[first] = edit(copy[first], rest, change);
  return copy;
}

/** A valid value with one thing about it changed: a field gone, a foreign one, another value. The result may still be valid. */
export const spoiled = (valid) =>
  fc.tuple(valid, fc.nat(), fc.nat(2), junk).map(([value, at, how, other]) => {
    const all = places(value).filter((p) => p.length > 0);
    if (how === 0 || all.length === 0) return edit(value, [], (v) => (v !== null && typeof v === 'object' && !Array.isArray(v) ? { ...v, surprise: other } : other));
    const path = all[at % all.length];
    return edit(value, path, (parent, key) => {
      if (how === 1) Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
      else parent[key] = other;
    });
  });

export { junk };
