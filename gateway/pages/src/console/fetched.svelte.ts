// Something that is asked for, and asked for again; an older answer never replaces a newer one.
import type { Problem } from '../api/client';
import { asProblem } from '../lib/session.svelte';
import type { ConsoleSession } from './session.svelte';

export class Fetched<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  readonly #session: ConsoleSession;
  #turn = 0;

  constructor(session: ConsoleSession) {
    this.#session = session;
  }

  async load(path: string): Promise<void> {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const value = await this.#session.get<T>(path);
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.value = null;
      this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  clear(): void {
    this.#turn += 1;
    this.value = this.problem = null;
    this.loading = false;
  }
}
