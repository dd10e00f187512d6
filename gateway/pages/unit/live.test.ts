import { beforeEach, describe, expect, it } from 'vitest';
import { Live, reconnectDelay, type LiveState, type Socket } from '../src/lib/live';

class FakeSocket implements Socket {
  sent: { op: string; topic: string; version?: number; access?: string }[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.closed = true;
    this.onclose?.();
  }
  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

class World {
  sockets: FakeSocket[] = [];
  timers: { at: number; call: () => void }[] = [];
  now = 0;
  states: LiveState[] = [];
  live = new Live(
    {
      connect: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      after: (ms, call) => {
        const timer = { at: this.now + ms, call };
        this.timers.push(timer);
        return () => (this.timers = this.timers.filter((t) => t !== timer));
      },
      random: () => 0.5,
    },
    (state) => this.states.push(state),
  );
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.now = due.at;
      this.timers = this.timers.filter((t) => t !== due);
      due.call();
    }
    this.now = until;
  }
}

function listener() {
  const got: [string, unknown, number][] = [];
  return {
    got,
    snapshot: (state: unknown, version: number) => got.push(['snapshot', state, version]),
    delta: (changes: unknown, version: number) => got.push(['delta', changes, version]),
  };
}

describe('Live', () => {
  let world: World;
  beforeEach(() => (world = new World()));

  it('connects for the first topic and asks for all of them over one socket', () => {
    world.live.subscribe('block:a', listener());
    world.live.subscribe('event:a', listener());
    expect(world.sockets).toHaveLength(1);
    world.socket.onopen?.();
    expect(world.socket.sent.map((m) => m.topic)).toEqual(['block:a', 'event:a']);
    expect(world.states).toEqual(['connecting', 'live']);
  });

  it('begins from a version that the page already has', () => {
    world.live.subscribe('block:a', listener(), 7);
    world.socket.onopen?.();
    expect(world.socket.sent).toEqual([{ op: 'subscribe', topic: 'block:a', version: 7 }]);
  });

  it('shows its access with every subscription, also after a reconnect', () => {
    world.live.subscribe('booking:a', listener(), null, 'secret');
    world.socket.onopen?.();
    world.socket.receive({ op: 'snapshot', topic: 'booking:a', version: 3, state: {} });
    world.socket.close();
    world.pass(1_000);
    world.socket.onopen?.();
    expect(world.sockets).toHaveLength(2);
    expect(world.socket.sent).toEqual([{ op: 'subscribe', topic: 'booking:a', version: 3, access: 'secret' }]);
  });

  it('asks again later when the node cannot serve a topic now, and gives up what is not there', () => {
    const errors: string[] = [];
    for (const topic of ['block:a', 'block:b']) world.live.subscribe(topic, { ...listener(), error: (code) => errors.push(code) });
    world.socket.onopen?.();
    world.socket.sent = [];
    world.socket.receive({ op: 'error', topic: 'block:a', code: 'unavailable' });
    world.socket.receive({ op: 'error', topic: 'block:b', code: 'not_found' });
    expect(world.socket.sent).toEqual([]);
    world.pass(20_000);
    expect(world.socket.sent).toEqual([{ op: 'subscribe', topic: 'block:a' }]);
    expect(errors).toEqual(['not_found']);
  });

  it('hands over snapshot and deltas in order, and drops what is old', () => {
    const l = listener();
    world.live.subscribe('block:a', l);
    world.socket.onopen?.();
    world.socket.receive({ op: 'delta', topic: 'block:a', from: 2, version: 3, changes: 'before the snapshot' });
    world.socket.receive({ op: 'snapshot', topic: 'block:a', version: 3, state: 's' });
    world.socket.receive({ op: 'delta', topic: 'block:a', from: 3, version: 4, changes: 'x' });
    world.socket.receive({ op: 'delta', topic: 'block:a', from: 3, version: 4, changes: 'again' });
    world.socket.receive({ op: 'delta', topic: 'block:a', from: 3, version: 6, changes: 'folded together' });
    expect(l.got).toEqual([
      ['snapshot', 's', 3],
      ['delta', 'x', 4],
      ['delta', 'folded together', 6],
    ]);
  });

  it('asks for a snapshot when a delta does not join on', () => {
    const l = listener();
    world.live.subscribe('block:a', l, 4);
    world.socket.onopen?.();
    world.socket.receive({ op: 'delta', topic: 'block:a', from: 5, version: 6, changes: 'x' });
    expect(l.got).toEqual([]);
    expect(world.socket.sent.at(-1)).toEqual({ op: 'subscribe', topic: 'block:a' });
    world.socket.receive({ op: 'snapshot', topic: 'block:a', version: 6, state: 's' });
    expect(l.got).toEqual([['snapshot', 's', 6]]);
  });

  it('comes back after a loss and resumes from the last version', () => {
    const l = listener();
    world.live.subscribe('block:a', l);
    world.socket.onopen?.();
    world.socket.receive({ op: 'snapshot', topic: 'block:a', version: 9, state: 's' });
    world.socket.close();
    expect(world.states.at(-1)).toBe('reconnecting');
    world.pass(1_000);
    expect(world.sockets).toHaveLength(2);
    world.socket.onopen?.();
    expect(world.socket.sent).toEqual([{ op: 'subscribe', topic: 'block:a', version: 9 }]);
    expect(world.states.at(-1)).toBe('live');
  });

  it('a snapshot with a lower version (another node, a restored journal) replaces everything', () => {
    const l = listener();
    world.live.subscribe('block:a', l, 50);
    world.socket.onopen?.();
    world.socket.receive({ op: 'snapshot', topic: 'block:a', version: 3, state: 'older' });
    world.socket.receive({ op: 'delta', topic: 'block:a', from: 3, version: 4, changes: 'x' });
    expect(l.got.map((g) => g[2])).toEqual([3, 4]);
  });

  it('waits longer and longer, also when connections open and break at once', () => {
    world.live.subscribe('block:a', listener());
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      const before = world.sockets.length;
      world.socket.onopen?.();
      world.socket.close();
      const began = world.now;
      while (world.sockets.length === before) world.pass(50);
      waits.push(world.now - began);
    }
    for (let i = 1; i < waits.length; i++) expect(waits[i]!).toBeGreaterThan(waits[i - 1]!);
  });

  it('starts from a short wait again after a connection that lasted', () => {
    world.live.subscribe('block:a', listener());
    for (let i = 0; i < 5; i++) {
      world.socket.close();
      world.pass(30_000);
    }
    world.socket.onopen?.();
    world.pass(6_000);
    const before = world.sockets.length;
    world.socket.close();
    world.pass(400);
    expect(world.sockets.length).toBe(before + 1);
  });

  it('gives up on a connection that never opens', () => {
    world.live.subscribe('block:a', listener());
    const first = world.socket;
    world.pass(8_000);
    expect(first.closed).toBe(true);
    world.pass(30_000);
    expect(world.sockets.length).toBeGreaterThan(1);
  });

  it('wakes at once when the browser is back on line, and only then', () => {
    world.live.subscribe('block:a', listener());
    world.live.wake();
    expect(world.sockets).toHaveLength(1);
    world.socket.close();
    world.live.wake();
    expect(world.sockets).toHaveLength(2);
  });

  it('is quiet after unsubscribe and after close', () => {
    const l = listener();
    const stop = world.live.subscribe('block:a', l);
    world.socket.onopen?.();
    stop();
    expect(world.socket.sent.at(-1)).toEqual({ op: 'unsubscribe', topic: 'block:a' });
    world.socket.receive({ op: 'snapshot', topic: 'block:a', version: 1, state: 's' });
    world.live.close();
    world.pass(60_000);
    expect(l.got).toEqual([]);
    expect(world.sockets).toHaveLength(1);
  });

  it('lives through frames that are not what they should be', () => {
    const l = listener();
    world.live.subscribe('block:a', l);
    world.socket.onopen?.();
    for (const data of [
      '{',
      'null',
      '42',
      '{"op":"snapshot"}',
      '{"op":"delta","topic":"block:a"}',
      '{"op":"error","topic":"block:a","code":"not_found"}',
    ])
      world.socket.onmessage?.({ data });
    world.socket.onmessage?.({ data: new ArrayBuffer(2) });
    expect(l.got).toEqual([]);
  });
});

describe('reconnectDelay', () => {
  it('stays between half of the ceiling and the ceiling, and the ceiling has a limit', () => {
    for (let attempt = 0; attempt < 40; attempt++)
      for (const random of [0, 0.5, 0.999]) {
        const delay = reconnectDelay(attempt, random);
        expect(delay).toBeGreaterThanOrEqual(200);
        expect(delay).toBeLessThanOrEqual(20_000);
      }
    expect(reconnectDelay(3, 0.2)).not.toBe(reconnectDelay(3, 0.8));
  });
});
