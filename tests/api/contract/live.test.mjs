// The live socket: every frame has a documented form, and applying the deltas to the snapshot gives what the GET shows.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { caller } from './caller.mjs';
import { operationOf, schema, violations } from './document.mjs';
import { startNode } from './node.mjs';
import { definitions, until } from './scene.mjs';

let node, api;
before(async () => {
  node = await startNode();
  api = new caller(node, `live-${randomUUID().slice(0, 8)}`);
  const d = definitions('spot');
  await api.call('applyTenant', { body: d.tenant, token: node.token });
  for (const [event, body] of Object.entries(d.events)) await api.call('applyEvent', { path: { event }, body, token: node.token });
  for (const [block, body] of Object.entries(d.blocks)) await api.call('applyBlock', { path: { block }, body, token: node.token });
});
after(async () => node?.stop());

const check = schema('LiveServerMessage');

/** A watcher that keeps what the messages say: {version, state} per topic. */
async function watch() {
  const socket = new WebSocket(`${node.url.replace(/^http/, 'ws')}/api/v1/live?tenant=${api.tenant}`);
  const topics = new Map(), errors = [], wrong = [];
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (!check(message)) wrong.push(`${data}: ${JSON.stringify(check.errors[0])}`);
    if (message.op === 'error') errors.push(message);
    if (message.op === 'snapshot') topics.set(message.topic, { version: message.version, state: message.state });
    if (message.op !== 'delta') return;
    const known = topics.get(message.topic);
    // 0: the first change this server has seen of the topic; it is newer than the snapshot.
    if (message.from !== 0 && message.from !== known.version) wrong.push(`a delta from ${message.from} after ${known.version}`);
    known.version = message.version;
    const { spots, blocks, ...rest } = message.changes;
    Object.assign(known.state, rest);
    for (const spot of spots ?? []) Object.assign(known.state.spots.find((s) => s.label === spot.label), spot);
    for (const block of blocks ?? []) Object.assign(known.state.blocks.find((b) => b.blockId === block.blockId), block);
  });
  await new Promise((done, failed) => socket.once('open', done).once('error', failed));
  return { socket, topics, errors, wrong, say: (message) => socket.send(JSON.stringify(message)) };
}

test('snapshots and deltas lead to what the routes show', async () => {
  const live = await watch();
  live.say({ op: 'subscribe', topic: 'block:lake.a' });
  live.say({ op: 'subscribe', topic: 'event:lake' });
  await until(async () => live, () => live.topics.size === 2);
  const held = await api.call('createHold', { body: { resourceId: 'lake.a', spots: [{ spot: '1' }, { spot: '2' }] } });
  await api.call('changeHold', { path: { id: held.body.holdId }, access: held.body.accessToken, body: { spots: [{ spot: '2' }, { spot: '3' }] } });
  await api.call('closeEvent', { path: { event: 'lake' }, token: node.token });
  const block = (await api.call('getBlock', { path: { block: 'lake.a' } })).body;
  await until(async () => live, () => live.topics.get('block:lake.a').state.open === false);
  const seen = live.topics.get('block:lake.a');
  assert.deepEqual(seen.state.spots, block.spots);
  assert.deepEqual(seen.state.figures, block.figures);
  const event = (await api.call('getEventAvailability', { path: { event: 'lake' } })).body;
  await until(async () => live, () => JSON.stringify(live.topics.get('event:lake').state.blocks) === JSON.stringify(event.blocks));
  live.socket.close();
  assert.deepEqual(live.wrong, []);
});

test('a booking is followed by its guest and by staff, each as the route shows it to them', async () => {
  await api.call('openEvent', { path: { event: 'lake' }, token: node.token });
  const held = await api.call('createHold', { body: { resourceId: 'lake.a', spots: [{ spot: '1' }] } });
  assert.equal(held.status, 201);
  const [path, access] = [{ id: held.body.holdId }, held.body.accessToken];
  const topic = `booking:${held.body.holdId}`;
  const [guest, staff, stranger] = [await watch(), await watch(), await watch()];
  const wishes = [[guest, { access }], [staff, { bearer: node.token }], [stranger, { access: '0'.repeat(26) }]];
  for (const [live, proof] of wishes) {
    const wish = { op: 'subscribe', topic, ...proof };
    assert.ok(schema('LiveClientMessage')(wish));
    live.say(wish);
  }
  await until(async () => [guest, staff], (all) => all.every((live) => live.topics.get(topic)?.state.status === 'held'));
  await until(async () => stranger, () => stranger.errors[0]?.code === 'not_found');
  await api.call('releaseHold', { path, access });
  await until(async () => [guest, staff], (all) => all.every((live) => live.topics.get(topic)?.state.status === 'cancelled'));
  const shown = (proof) => api.call('getBooking', { path, ...proof });
  assert.deepEqual(guest.topics.get(topic).state, (await shown({ access })).body);
  assert.deepEqual(staff.topics.get(topic).state, (await shown({ token: node.token })).body);
  assert.equal(stranger.topics.size, 0);
  for (const live of [guest, staff, stranger]) {
    live.socket.close();
    assert.deepEqual(live.wrong, []);
  }
});

/** The answer to a handshake that is refused. */
const handshake = (query, headers) => new Promise((done, failed) => {
  const socket = new WebSocket(`${node.url.replace(/^http/, 'ws')}/api/v1/live${query}`, { headers });
  socket.on('open', () => failed(new Error('the handshake was accepted')));
  socket.on('unexpected-response', (_, got) => {
    let text = '';
    got.on('data', (part) => { text += part; });
    got.on('end', () => done({ status: got.statusCode, headers: new Headers(got.headers), text, body: JSON.parse(text) }));
  });
  socket.on('error', failed);
});

test('handshakes that are refused', async () => {
  for (const [status, query, headers] of [[422, '', {}], [403, `?tenant=${api.tenant}`, { origin: 'https://elsewhere.example' }]]) {
    const answer = await handshake(query, headers);
    assert.equal(answer.status, status);
    assert.deepEqual(violations(operationOf('live'), answer), []);
  }
});

test('operators follow the cluster, nobody else does', async () => {
  const follow = async (token) => {
    const socket = new WebSocket(`${node.url.replace(/^http/, 'ws')}/api/v1/live?tenant=*`);
    const messages = [], wrong = [];
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (!check(message)) wrong.push(`${String(data).slice(0, 300)}: ${JSON.stringify(check.errors)}`);
      messages.push(message);
    });
    await new Promise((done, failed) => socket.once('open', done).once('error', failed));
    const wish = { op: 'subscribe', topic: 'cluster:', bearer: token };
    assert.ok(schema('LiveClientMessage')(wish));
    socket.send(JSON.stringify(wish));
    return { socket, messages, wrong };
  };
  const live = await follow(node.token);
  await until(async () => live, ({ messages }) => messages.length >= 3);
  assert.deepEqual(live.messages.slice(0, 3).map((m) => m.op), ['snapshot', 'delta', 'delta']);
  const [snapshot, first, second] = live.messages;
  assert.ok(first.version > snapshot.version || first.version === snapshot.version + 1);
  assert.equal(second.from, first.version);
  assert.equal(second.changes.samples.length, 1);
  assert.equal(snapshot.state.version, snapshot.version);
  live.socket.close();
  assert.deepEqual(live.wrong, []);
  for (const token of [node.foreign, 'a.b.c'].filter(Boolean)) {
    const other = await follow(token);
    await until(async () => other, ({ messages }) => messages.length > 0);
    assert.equal(other.messages[0].code, 'not_found');
    other.socket.close();
  }
});

test('what is not there is an error of the topic', async () => {
  const live = await watch();
  live.say({ op: 'subscribe', topic: 'block:lake.nowhere' });
  await until(async () => live, () => live.errors.length > 0);
  assert.equal(live.errors[0].code, 'not_found');
  live.socket.close();
  assert.deepEqual(live.wrong, []);
});
