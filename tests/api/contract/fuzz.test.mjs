// Bodies nobody would write: valid by the schema, spoiled, and random. No 5xx, no undocumented answer, and a body is taken exactly when
// the schema takes it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { arbitrary, junk, spoiled } from './arbitrary.mjs';
import { caller } from './caller.mjs';
import { bodySchema, operations } from './document.mjs';
import { startNode } from './node.mjs';
import { definitions } from './scene.mjs';

const runs = Number(process.env.HOLDFAST_FUZZ_RUNS ?? 60);
let node;
const tenants = {};

before(async () => {
  node = await startNode();
  for (const flow of ['spot', 'group', 'performance']) {
    const api = new caller(node, `fuzz-${flow.slice(0, 5)}-${randomUUID().slice(0, 8)}`);
    const d = definitions(flow);
    const good = (got) => assert.equal(got.status, 200, got.text);
    good(await api.call('applyTenant', { body: d.tenant, token: node.token }));
    for (const [event, body] of Object.entries(d.events)) good(await api.call('applyEvent', { path: { event }, body, token: node.token }));
    for (const [block, body] of Object.entries(d.blocks)) good(await api.call('applyBlock', { path: { block }, body, token: node.token }));
    tenants[flow] = api;
  }
});
after(async () => node?.stop());

// What only the entities can know: names that are not there, dates of this event, limits of this tenant, fields that do not go together.
const beyondTheSchema = [
  [/./, /^(conflict|duplicate)$/],
  [/(^|\.)(startDate|endDate)$|^(frame|sales)$/, /^(range|required)$/],
  [/^quantity$/, /^range$/, (body) => body.quantity >= 1 && body.quantity <= 100000],
  [/^spots\[\d+\]\.(spot|quantity)$/, /^(unknown|range)$/, (body) => body.spots.every((s) => s.quantity === undefined || s.quantity >= 1)],
  [/^spot$/, /^unknown$/],
  [/^category$/, /^(unknown|required)$/],
  [/^timeZone$/, /^unknown$/],
  [/^block$/, /^unknown$/],
  [/^occupied$/, /^range$/],
  [/^spots$/, /^range$/],
  [/^mailTemplates\./, /^(format|required|range)$/],
  [/^component$/, /^unknown$/],
];
const mayRefuse = (answer, body) =>
  answer.status !== 422 || answer.body.code !== 'invalid_fields' ||
  answer.body.fields.every((f) => beyondTheSchema.some(([field, code, holds = () => true]) => field.test(f.field) && code.test(f.code) && holds(body)));

const path = { event: 'lake', block: 'lake.a', id: 'lake.a.000000000000', node: 'node-1', shard: '7', tenant: 'nobody-here' };
const forStaff = (op) => /^\/(admin|operator)\b/.test(op.template);
const parametersOf = (op) => ({ path, token: forStaff(op) || op.template === '/check-ins' ? node.token : undefined, access: '0'.repeat(26) });

// Resources that exist, so that the fuzz gets past the first door now and then.
const aim = (flow) => (body) => {
  if (body === null || typeof body !== 'object' || typeof body.resourceId !== 'string') return body;
  const there = { spot: ['lake.a', 'lake'], group: ['summer', 'summer.a'], performance: ['hamlet', 'hamlet.floor'] }[flow];
  return { ...body, resourceId: body.spots ? there.find((r) => r.includes('.')) : there[body.resourceId.length % 2] };
};

for (const op of operations.filter((o) => bodySchema(o))) {
  for (const flow of ['spot', 'group', 'performance']) {
    if (forStaff(op) && flow !== 'spot') continue;
    test(`${op.id} in the ${flow} flow takes what its schema takes`, async () => {
      const valid = arbitrary(op.operation.requestBody.content['application/json'].schema);
      const accepts = bodySchema(op);
      const bodies = fc.oneof({ weight: 3, arbitrary: valid.map(aim(flow)) }, { weight: 3, arbitrary: spoiled(valid).map(aim(flow)) },
        { weight: 2, arbitrary: arbitrary(op.operation.requestBody.content['application/json'].schema, 1).map(aim(flow)) }, { weight: 1, arbitrary: junk });
      await fc.assert(fc.asyncProperty(bodies, async (body) => {
        const text = JSON.stringify(body);
        if (text === undefined) return;
        const answer = await tenants[flow].call(op.id, { ...parametersOf(op), text });
        assert.ok(answer.status < 500, `${answer.status} for ${text}: ${answer.text}`);
        const fits = accepts(JSON.parse(text));
        const refusedShape = answer.status === 400 || !mayRefuse(answer, body);
        if (fits) assert.ok(!refusedShape, `the schema takes ${text}, the API says ${answer.text}`);
        else assert.ok(answer.status === 422 || answer.status === 400, `the schema refuses ${text} (${JSON.stringify(accepts.errors[0])}), the API says ${answer.status} ${answer.text}`);
      }), { numRuns: runs, ...(process.env.HOLDFAST_FUZZ_SEED ? { seed: Number(process.env.HOLDFAST_FUZZ_SEED) } : {}) });
    });
  }
}

test('bytes that are no JSON are refused as such', async () => {
  const broken = fc.oneof(fc.string({ minLength: 1 }).filter((s) => { try { JSON.parse(s); return false; } catch { return s.trim() !== ''; } }),
    fc.constantFrom('{"a":1}{"b":2}', '[1,]', '{"a":NaN}', '{"a":01}', `${'['.repeat(1000)}${']'.repeat(1000)}`, '{"a":"\\ud800"}'));
  await fc.assert(fc.asyncProperty(broken, async (text) => {
    const answer = await tenants.spot.call('createBooking', { text });
    assert.equal(answer.status, 400, answer.text);
  }), { numRuns: runs });
});

test('numbers that are none, and names that stand twice', async () => {
  const refused = async (text, field, code) => {
    const answer = await tenants.spot.call('checkAvailability', { text });
    assert.equal(answer.status, 422, answer.text);
    assert.deepEqual(answer.body.fields.map((f) => `${f.field} ${f.code}`), [`${field} ${code}`]);
  };
  await refused('{"resourceId":"lake","quantity":1e400}', 'quantity', 'range');
  await refused('{"resourceId":"lake","quantity":1.5}', 'quantity', 'type');
  await refused('{"resourceId":"lake","quantity":1,"quantity":2}', 'quantity', 'duplicate');
  await refused('{"resourceId":"lake","quantity":123456789012345678901234567890}', 'quantity', 'range');
});

for (const op of operations.filter((o) => o.method === 'get' && o.operation.parameters?.some((p) => p.in === 'query'))) {
  test(`${op.id} survives any query`, async () => {
    const names = fc.constantFrom(...op.operation.parameters.filter((p) => p.in === 'query').map((p) => p.name), 'page', 'limit', 'surprise');
    const queries = fc.array(fc.tuple(names, fc.oneof(fc.string(), fc.constantFrom('1', '0', '-1', '99999999999999999999', 'true', '2026-07-03', '0,0', 'tent', ' '))), { maxLength: 4 });
    await fc.assert(fc.asyncProperty(queries, async (query) => {
      const answer = await tenants.spot.call(op.id, { ...parametersOf(op), path: { ...path, id: op.id === 'listUserBookings' ? 'u_' + '0'.repeat(26) : path.id }, query });
      assert.ok(answer.status < 500 || op.id === 'getReadiness', answer.text);
    }), { numRuns: runs });
  });
}
