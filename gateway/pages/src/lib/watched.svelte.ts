// A block or an event's figures as they are now: loaded once, then kept current by the live connection.
import type { Problem } from '../api/client';
import type { Availability, AvailabilityChanges, Block, BlockChanges } from '../api/types';
import { asProblem, type Session } from './session.svelte';
import { changedAvailability, changedBlock } from './spots';

class Watched<State extends { version: number }, Changes> {
  state = $state.raw<State | null>(null);
  problem = $state.raw<Problem | null>(null);
  readonly #session: Session;
  readonly #path: (id: string) => string;
  readonly #topic: string;
  readonly #apply: (state: State, changes: Changes, version: number) => State;
  #id: string | null = null;
  #unwatch: () => void = () => {};

  constructor(
    session: Session,
    topic: string,
    path: (id: string) => string,
    apply: (state: State, changes: Changes, version: number) => State,
  ) {
    this.#session = session;
    this.#topic = topic;
    this.#path = path;
    this.#apply = apply;
  }

  async open(id: string): Promise<void> {
    this.stop();
    this.#id = id;
    this.state = null;
    await this.reload();
  }

  async reload(): Promise<void> {
    const id = this.#id;
    if (id === null) return;
    this.problem = null;
    try {
      const state = await this.#session.client.get<State>(this.#path(id));
      if (this.#id !== id) return; // another one was opened meanwhile
      if (this.state === null || state.version >= this.state.version) this.state = state;
      this.#unwatch();
      this.#unwatch = this.#session.watch(`${this.#topic}:${id}`, this.#listener(), this.state.version);
    } catch (error) {
      if (this.#id === id) this.problem = asProblem(error);
    }
  }

  stop(): void {
    this.#unwatch();
    this.#unwatch = () => {};
    this.#id = null;
  }

  #listener() {
    return {
      snapshot: (state: unknown) => (this.state = state as State),
      delta: (changes: unknown, version: number) => {
        if (this.state) this.state = this.#apply(this.state, changes as Changes, version);
      },
    };
  }
}

export const watchedBlock = (session: Session) => new Watched<Block, BlockChanges>(session, 'block', (id) => `/blocks/${id}`, changedBlock);

export const watchedAvailability = (session: Session) =>
  new Watched<Availability, AvailabilityChanges>(session, 'event', (id) => `/events/${id}/availability`, changedAvailability);

export type WatchedBlock = ReturnType<typeof watchedBlock>;
export type WatchedAvailability = ReturnType<typeof watchedAvailability>;
