// The API's description as a judge: every answer must be one that the document promises, in status, media type and shape.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const document = parse(readFileSync(new URL('../../../protocols/openapi.yaml', import.meta.url), 'utf8'), { merge: true, maxAliasCount: -1 });

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(document, 'openapi');

/** "a/b" → the part of a JSON pointer that names it. */
const escape = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const compiled = new Map();

/** A validator for the schema at a place in the document: validator('paths', '/events', 'get', …). */
export function validator(...place) {
  const pointer = 'openapi#/' + place.map(escape).map(encodeURIComponent).join('/');
  if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: pointer }));
  return compiled.get(pointer);
}

export const schema = (name) => validator('components', 'schemas', name);

const methods = ['get', 'put', 'post', 'delete'];

/** Every operation: {id, method, template, operation, prefix}. */
export const operations = Object.entries(document.paths).flatMap(([template, item]) =>
  methods.filter((method) => item[method]).map((method) => ({
    id: item[method].operationId,
    method,
    template,
    operation: item[method],
    prefix: item.servers ? '' : '/api/v1',
  })));

export const operationOf = (id) => operations.find((o) => o.id === id) ?? fail(`there is no operation ${id}`);

function fail(message) {
  throw new Error(message);
}

/** Refused because of the HTTP message itself: what `default` stands for. 500 is a defect and never allowed. */
const transport = new Set([400, 405, 408, 413, 414, 415, 417, 431, 505]);

function resolve(node) {
  return node?.$ref ? node.$ref.slice(2).split('/').reduce((at, part) => at[part.replaceAll('~1', '/').replaceAll('~0', '~')], document) : node;
}
const placeOf = (node, place) => (node?.$ref ? node.$ref.slice(2).split('/') : place);

/** What is wrong with an answer; empty when the document promises it. */
export function violations(op, answer) {
  const responses = op.operation.responses;
  const key = responses[answer.status] ? String(answer.status) : transport.has(answer.status) ? 'default' : undefined;
  if (!key || !responses[key]) return [`status ${answer.status} is not documented`];
  const place = placeOf(responses[key], ['paths', op.template, op.method, 'responses', key]);
  const promised = resolve(responses[key]);
  const out = [];
  for (const [name, header] of Object.entries(promised.headers ?? {}))
    if (resolve(header).required !== false && !answer.headers.get(name)) out.push(`the header ${name} is missing`);
  if (!promised.content) {
    if (answer.text) out.push('there is a body');
    return out;
  }
  const type = (answer.headers.get('content-type') ?? '').split(';')[0].trim();
  if (!promised.content[type]) return [...out, `media type '${type}' is not documented for ${answer.status}`];
  if (!type.endsWith('json')) return out;
  const check = validator(...place, 'content', type, 'schema');
  if (!check(answer.body)) out.push(...check.errors.map((e) => `${e.instancePath || '(body)'} ${e.message} ${JSON.stringify(e.params)}`));
  return out;
}

/** The schema of what may be sent, as a validator, or undefined. */
export function bodySchema(op) {
  return op.operation.requestBody && validator('paths', op.template, op.method, 'requestBody', 'content', 'application/json', 'schema');
}

export { resolve };
