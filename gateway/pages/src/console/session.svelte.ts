// One operator at the console: the token of this tab, the cluster as it is now, and the way to ask and to act.
import { Client, type Problem } from '../api/client';
import type { Cluster, ClusterChanges } from '../api/types';
import type { Live, LiveState } from '../lib/live';
import { openLive } from '../lib/live.browser';
import { asProblem } from '../lib/session.svelte';
import { operatorSession } from '../lib/storage';
import type { Submission } from '../lib/submission';
import { applyChanges } from './cluster';

export class ConsoleSession {
  readonly client = new Client('');
  token = $state(operatorSession.token());
  cluster = $state.raw<Cluster | null>(null);
  problem = $state.raw<Problem | null>(null);
  liveState = $state<LiveState>('connecting');
  /** The token does not hold any more; said once, where the next one is asked for. */
  expired = $state(false);
  #live: Live | null = null;

  signIn(token: string): void {
    operatorSession.setToken(token);
    this.token = token;
    this.expired = false;
    void this.open();
  }

  signOut(): void {
    this.close();
    operatorSession.setToken(null);
    this.token = null;
    this.cluster = null;
    this.problem = null;
  }

  async open(): Promise<void> {
    if (this.token === null) return;
    this.problem = null;
    try {
      const cluster = await this.get<Cluster>('/operator/cluster');
      this.cluster = cluster;
      this.#follow(cluster.version);
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  close(): void {
    this.#live?.close();
    this.#live = null;
  }

  get<T>(path: string): Promise<T> {
    return this.#watched(this.client.get<T>(path, { staff: this.token }));
  }

  post<T>(path: string, body: unknown, submission: Submission): Promise<T> {
    return this.#watched(this.client.post<T>(path, body, { staff: this.token, submission }));
  }

  async #watched<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 401) {
        this.signOut();
        this.expired = true;
      }
      throw problem;
    }
  }

  #follow(version: number): void {
    this.close();
    this.#live = openLive('*', (state) => (this.liveState = state));
    const listener = {
      snapshot: (state: unknown) => (this.cluster = state as Cluster),
      delta: (changes: unknown, version: number) => {
        if (this.cluster) this.cluster = applyChanges(this.cluster, changes as ClusterChanges, version);
      },
      // The node tells nobody why: the next request will.
      error: () => void this.open(),
    };
    this.#live.subscribe('cluster:', listener, version, undefined, this.token ?? undefined);
  }
}
