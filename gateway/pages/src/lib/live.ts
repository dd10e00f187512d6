// The live connection: one WebSocket per page, any number of topics. A topic's listener first gets a snapshot, then deltas in order of version.
// A lost connection is taken up again where it broke off; a gap in the versions asks for a fresh snapshot.
export type LiveState = 'connecting' | 'live' | 'reconnecting';

// What may stand in a frame from the node; which of it does, `op` says.
interface Message {
  op?: string;
  topic?: string;
  version?: number;
  from?: number;
  state?: unknown;
  changes?: unknown;
  code?: string;
}

export interface TopicListener {
  snapshot(state: unknown, version: number): void;
  delta(changes: unknown, version: number): void;
  error?(code: string): void;
}

export interface Socket {
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
}

export interface Surroundings {
  connect(): Socket;
  after(ms: number, call: () => void): () => void; // returns the cancellation
  random(): number; // [0, 1)
}

interface Topic {
  listener: TopicListener;
  version: number | null;
  access: string | undefined;
  bearer: string | undefined;
}

const firstDelayMs = 400;
const longestDelayMs = 20_000;
const openWithinMs = 8_000;
// Only a connection that stayed up this long resets the backoff: a node that accepts and drops at once must not be hammered.
const stableAfterMs = 5_000;
// The node cannot serve the topic just now; it may in some seconds.
const passing = ['unavailable', 'overloaded', 'too_many_requests'];
const retryAttempt = 4;

export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (random * ceiling) / 2;
}

export class Live {
  readonly #world: Surroundings;
  readonly #onState: (state: LiveState) => void;
  readonly #topics = new Map<string, Topic>();
  #socket: Socket | null = null;
  #open = false;
  #attempt = 0;
  #cancelTimer: () => void = () => {};
  #closed = false;

  constructor(world: Surroundings, onState: (state: LiveState) => void) {
    this.#world = world;
    this.#onState = onState;
  }

  /**
   * `version` is that of a state which the caller already has from elsewhere: then only what came after it is sent. `access` opens a topic
   * that is not for everybody, `bearer` one that is not for guests.
   */
  subscribe(name: string, listener: TopicListener, version: number | null = null, access?: string, bearer?: string): () => void {
    const topic: Topic = { listener, version, access, bearer };
    this.#topics.set(name, topic);
    if (this.#open) this.#ask(name, topic);
    else if (!this.#socket && !this.#closed && this.#topics.size === 1) this.#connect();
    return () => {
      if (this.#topics.get(name) !== topic) return;
      this.#topics.delete(name);
      if (this.#open) this.#send({ op: 'unsubscribe', topic: name });
    };
  }

  /** The browser came back on line or the page came to the front: do not wait for the backoff to run out. */
  wake(): void {
    if (this.#closed || this.#socket || this.#topics.size === 0) return;
    this.#attempt = 0;
    this.#cancelTimer();
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    socket?.close();
  }

  #connect(): void {
    this.#onState(this.#attempt === 0 ? 'connecting' : 'reconnecting');
    let socket: Socket;
    try {
      socket = this.#world.connect();
    } catch {
      this.#lost();
      return;
    }
    this.#socket = socket;
    this.#cancelTimer = this.#world.after(openWithinMs, () => socket.close());
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#open = true;
      this.#cancelTimer();
      this.#cancelTimer = this.#world.after(stableAfterMs, () => (this.#attempt = 0));
      for (const [name, topic] of this.#topics) this.#ask(name, topic);
      this.#onState('live');
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#receive(data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#cancelTimer();
      this.#lost();
    };
  }

  #lost(): void {
    this.#socket = null;
    this.#open = false;
    if (this.#closed) return;
    const delay = reconnectDelay(this.#attempt, this.#world.random());
    this.#attempt += 1;
    this.#onState('reconnecting');
    this.#cancelTimer = this.#world.after(delay, () => this.#connect());
  }

  #ask(name: string, topic: Topic): void {
    // What is undefined is left out.
    this.#send({ op: 'subscribe', topic: name, version: topic.version ?? undefined, access: topic.access, bearer: topic.bearer });
  }

  #askLater(name: string, topic: Topic): void {
    this.#world.after(reconnectDelay(retryAttempt, this.#world.random()), () => {
      if (this.#open && this.#topics.get(name) === topic) this.#ask(name, topic);
    });
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #receive(data: string): void {
    let message: Message | null;
    try {
      message = JSON.parse(data) as Message;
    } catch {
      return;
    }
    const topic = message?.topic === undefined ? undefined : this.#topics.get(message.topic);
    if (!topic) return;
    if (message.op === 'error') {
      if (passing.includes(message.code ?? '')) this.#askLater(message.topic!, topic);
      else topic.listener.error?.(message.code ?? 'internal_error');
      return;
    }
    if (typeof message.version !== 'number') return;
    if (message.op === 'snapshot') {
      topic.version = message.version;
      topic.listener.snapshot(message.state, message.version);
    } else if (message.op === 'delta' && topic.version !== null && message.version > topic.version) {
      if (typeof message.from === 'number' && message.from > topic.version) {
        topic.version = null;
        this.#ask(message.topic!, topic);
        return;
      }
      topic.version = message.version;
      topic.listener.delta(message.changes, message.version);
    }
  }
}
