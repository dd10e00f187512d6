import { describe, expect, it } from 'vitest';
import { Client, Problem } from '../src/api/client';
import { Submission } from '../src/lib/submission';

type Answer = Response | 'lost';

function setUp(answers: Answer[], tenant = 'theatre') {
  const sent: { url: string; method: string; headers: Headers }[] = [];
  const waits: number[] = [];
  const client = new Client(tenant, {
    fetch: async (url, init) => {
      sent.push({ url: String(url), method: init!.method!, headers: new Headers(init!.headers) });
      const answer = answers.shift();
      if (answer === undefined) throw new Error('more requests than expected');
      if (answer === 'lost') throw new TypeError('network');
      return answer;
    },
    wait: async (ms) => void waits.push(ms),
    random: () => 0.5,
    now: () => 1_000_000,
  });
  return { client, sent, waits, keys: () => sent.map((s) => s.headers.get('Idempotency-Key')) };
}

const ok = (body: unknown = {}) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
const refuse = (status: number, code: string, extra: object = {}, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: 'about:blank', title: code, status, code, requestId: 'r', ...extra }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('no problem')),
    (e: unknown) => e as Problem,
  );

describe('Client', () => {
  it('names the tenant, and gives every POST a key', async () => {
    const { client, sent, keys } = setUp([ok(), ok()]);
    await client.get('/tenant');
    await client.post('/holds', { a: 1 });
    expect(sent[0]!.headers.get('Holdfast-Tenant')).toBe('theatre');
    expect(keys()[0]).toBe(null);
    expect(keys()[1]).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('names no tenant where there is none', async () => {
    const { client, sent } = setUp([ok()], '');
    await client.get('/operator/cluster', { staff: 'a.b.c' });
    expect(sent[0]!.headers.has('Holdfast-Tenant')).toBe(false);
    expect(sent[0]!.headers.get('Authorization')).toBe('Bearer a.b.c');
  });
  it('repeats with the same key while the outcome is unknown', async () => {
    const { client, keys, waits } = setUp([refuse(503, 'unavailable'), 'lost', ok({ done: true })]);
    expect(await client.post('/bookings', { a: 1 })).toEqual({ done: true });
    expect(new Set(keys()).size).toBe(1);
    expect(keys()).toHaveLength(3);
    expect(waits[1]).toBeGreaterThan(waits[0]!);
  });
  it('gives up after a few tries, and a later try of the same submission still has the same key', async () => {
    const { client, keys } = setUp(['lost', 'lost', 'lost', 'lost', ok()]);
    const submission = new Submission();
    const problem = await caught(client.post('/bookings', { a: 1 }, { submission }));
    expect(problem.retryable).toBe(true);
    await client.post('/bookings', { a: 1 }, { submission });
    expect(keys()).toHaveLength(5);
    expect(new Set(keys()).size).toBe(1);
  });
  it('takes a new key after a definite answer, and for another request', async () => {
    const { client, keys } = setUp([refuse(409, 'hold_conflict'), ok(), 'lost', 'lost', 'lost', 'lost', ok()]);
    const submission = new Submission();
    await caught(client.post('/holds', { a: 1 }, { submission }));
    await client.post('/holds', { a: 1 }, { submission });
    await caught(client.post('/holds', { a: 1 }, { submission }));
    await client.post('/holds', { a: 2 }, { submission });
    const [refused, accepted, lost, , , , changed] = keys();
    expect(new Set([refused, accepted, lost, changed]).size).toBe(4);
  });
  it('does what Retry-After says, but does not make people wait for long', async () => {
    const patient = setUp([refuse(503, 'overloaded', {}, { 'Retry-After': '2' }), ok()]);
    await patient.client.get('/tenant');
    expect(patient.waits).toEqual([2000]);
    const tooLong = setUp([refuse(503, 'overloaded', {}, { 'Retry-After': '60' })]);
    expect((await caught(tooLong.client.get('/tenant'))).code).toBe('overloaded');
  });
  it('does not repeat what was refused, and carries fields and alternatives', async () => {
    const { client, sent } = setUp([refuse(422, 'invalid_fields', { fields: [{ field: 'userDetails.email', code: 'format' }] })]);
    const problem = await caught(client.post('/bookings', {}));
    expect(sent).toHaveLength(1);
    expect(problem).toMatchObject({ status: 422, code: 'invalid_fields', retryable: false });
    expect(problem.fields).toEqual([{ field: 'userDetails.email', code: 'format' }]);
  });
  it('makes sense of an answer that is none of ours', async () => {
    const { client } = setUp([new Response('<h1>Bad gateway</h1>', { status: 502 })]);
    expect((await caught(client.get('/tenant'))).code).toBe('internal_error');
  });
  it('follows the node’s clock when the visitor’s is wrong', async () => {
    const late = new Response('{}', { headers: { Date: new Date(1_000_000 + 3_600_000).toUTCString() } });
    const { client } = setUp([late]);
    await client.get('/tenant');
    expect(Math.abs(client.now() - (1_000_000 + 3_600_000))).toBeLessThan(1_000);
  });
  it('keeps to the visitor’s clock when it is right to within the header’s rounding', async () => {
    const { client } = setUp([new Response('{}', { headers: { Date: new Date(1_000_000).toUTCString() } })]);
    await client.get('/tenant');
    expect(client.now()).toBe(1_000_000);
  });
});
