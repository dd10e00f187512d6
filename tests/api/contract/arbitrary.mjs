// From a JSON Schema to values: fast-check arbitraries for the subset that the API's description uses, and ways to spoil a valid value.
import fc from 'fast-check';
import { resolve } from './document.mjs';

const follow = (schema) => {
  if (!schema.$ref) return schema;
  const { $ref, ...beside } = schema;
  return { ...follow(resolve({ $ref })), ...beside };
};

// Patterns say what characters; lengths that stand beside them are kept by filtering, so generate near them.
function text(schema, slack) {
  const { pattern } = schema;
  const minLength = Math.max(0, (schema.minLength ?? 0) - slack), maxLength = (schema.maxLength ?? 60) + slack;
  const short = Math.min(maxLength, 60);
  const patterns = [pattern, ...(schema.allOf ?? []).map((s) => s.pattern)].filter(Boolean).map((p) => new RegExp(p, 'u'));
  const base = pattern ? fc.stringMatching(new RegExp(pattern.replaceAll('{0,61}', '{0,5}'))) : fc.string({ unit: 'grapheme', minLength, maxLength: short });
  const length = (s) => [...s].length;
  return base.filter((s) => length(s) >= minLength && length(s) <= maxLength && patterns.every((p) => p.test(s)));
}

const integer = (min, max) => fc.oneof({ weight: 4, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: fc.constantFrom(min, max) });

function object(schema, slack) {
  const required = new Set(schema.required ?? []);
  const named = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, s]) => [name, arbitrary(s, slack)]));
  const fixed = fc.record(named, { requiredKeys: [...required].filter((name) => name in named) });
  if (typeof schema.additionalProperties !== 'object') return fixed;
  const key = schema.propertyNames ? arbitrary(schema.propertyNames, slack) : fc.string({ minLength: 1, maxLength: 10 });
  return fc.dictionary(key, arbitrary(schema.additionalProperties, slack), { minKeys: schema.minProperties ?? 0, maxKeys: 3 })
    .filter((o) => Object.keys(o).length >= (schema.minProperties ?? 0));
}

/** Values of a schema; with slack 1 also values one beyond its bounds. */
export function arbitrary(raw, slack = 0) {
  const schema = follow(raw);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((s) => arbitrary(s, slack)));
  switch (schema.type ?? (schema.pattern ? 'string' : 'object')) {
    case 'string': return text(schema, slack);
    case 'integer': return integer((schema.minimum ?? -1000) - slack, (schema.maximum ?? 1000) + slack);
    case 'number': return fc.double({ min: (schema.minimum ?? -1e9) - slack, max: (schema.maximum ?? 1e9) + slack, noNaN: true });
    case 'boolean': return fc.boolean();
    case 'array': return fc.array(arbitrary(schema.items, slack), { minLength: Math.max(0, (schema.minItems ?? 0) - slack), maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case 'object': return object(schema, slack);
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
