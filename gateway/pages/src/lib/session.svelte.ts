// One visit to one tenant: the client, the tenant's definition and the live connection, shared by the pages.
import { Client, Problem } from '../api/client';
import type { Tenant } from '../api/types';
import type { Live, LiveState, TopicListener } from './live';
import { openLive } from './live.browser';
import { setAccent } from './theme';

export class Session {
  readonly slug: string;
  readonly client: Client;
  tenant = $state.raw<Tenant | null>(null);
  problem = $state.raw<Problem | null>(null);
  liveState = $state<LiveState>('connecting');
  #live: Live | null = null;

  constructor(slug: string) {
    this.slug = slug;
    this.client = new Client(slug);
  }

  async load(): Promise<void> {
    this.problem = null;
    try {
      this.tenant = await this.client.get<Tenant>('/tenant');
      setAccent(this.tenant.accentColor ?? null);
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(0, 'internal_error');
    }
  }

  watch(topic: string, listener: TopicListener, version: number | null, access?: string): () => void {
    this.#live ??= openLive(this.slug, (state) => (this.liveState = state));
    return this.#live.subscribe(topic, listener, version, access);
  }

  close(): void {
    this.#live?.close();
    setAccent(null);
  }
}

/** Everything that is thrown becomes something that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(0, 'internal_error');
}
