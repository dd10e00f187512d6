// From a JSON Schema to values: fast-check arbitraries for the subset that the API's description uses, and ways to spoil a valid value.
import fc from 'fast-check';
import { resolve } from './document.mjs';

const follow = (schema) => {
  if (!schema.$ref) return schema;
  const { $ref, ...beside } = schema;
  return { ...follow(resolve({ $ref })), ...beside };
};

const length = (s) => [...s].length;  // characters, as JSON Schema counts
const fillers = ['a', 'ø', '0', '1.'];
const longest = 20000;

// Patterns say what characters; lengths that stand beside them are kept by filtering, so generate near them.
function text(schema, slack) {
  const { pattern } = schema;
  const minLength = Math.max(0, (schema.minLength ?? 0) - slack), maxLength = (schema.maxLength ?? 60) + slack;
  const short = Math.min(maxLength, 60);
  const patterns = [pattern, ...(schema.allOf ?? []).map((s) => s.pattern)].filter(Boolean).map((p) => new RegExp(p, 'u'));
  const base = pattern ? fc.stringMatching(new RegExp(pattern.replaceAll('{0,61}', '{0,5}'))) : fc.string({ unit: 'grapheme', minLength, maxLength: short });
  const fits = (s) => length(s) >= minLength && length(s) <= maxLength && patterns.every((p) => p.test(s));
  const edges = [minLength, maxLength].filter((n) => n > 0 && n <= longest).flatMap((n) => fillers.map((c) => c.repeat(n))).filter(fits);
  return edges.length > 0 ? fc.oneof({ weight: 9, arbitrary: base.filter(fits) }, { weight: 1, arbitrary: fc.constantFrom(...edges) }) : base.filter(fits);
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

// One character more or less, one more than the most: where mistakes live.
const nearby = (value) => {
  if (typeof value === 'string') return fc.constantFrom('', value + 'a', 'a'.repeat(value.length * 2 + 1), `${value}${'ø'.repeat(200)}`, [...value].slice(1).join(''), 'a'.repeat(201), 'ø'.repeat(101));
  if (typeof value === 'number') return fc.constantFrom(0, -value, value + 1, value + 0.5, 100001, 1000001, 4294967296);
  return junk;
};

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
  fc.tuple(valid, fc.nat(), fc.nat(3), junk, fc.nat()).map(([value, at, how, other, seed]) => {
    const all = places(value).filter((p) => p.length > 0);
    if (how === 0 || all.length === 0) return edit(value, [], (v) => (v !== null && typeof v === 'object' && !Array.isArray(v) ? { ...v, surprise: other } : other));
    const path = all[at % all.length];
    return edit(value, path, (parent, key) => {
      if (how === 1) Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
      else parent[key] = how === 2 ? other : fc.sample(nearby(parent[key]), { numRuns: 1, seed })[0];
    });
  });

export { junk };
