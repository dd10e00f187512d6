// Requests to the node. Every POST carries an Idempotency-Key, so an unanswered one is repeated with the same key until its outcome is known;
// what cannot be settled after a few tries is reported as retryable and the visitor decides.
import { Submission } from '../lib/submission';
import type { Alternative, FieldError, ProblemBody } from './types';

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: FieldError[];
  readonly alternatives: Alternative[];
  readonly at: string | null;
  readonly where: string | null;

  constructor(status: number, code: string, body: Partial<ProblemBody> = {}) {
    super(body.title ?? code);
    this.status = status;
    this.code = code;
    this.fields = body.fields ?? [];
    this.alternatives = body.alternatives ?? [];
    this.at = body.at ?? null;
    this.where = body.where ?? null;
  }

  /** Nothing is known to be wrong with the request: it is worth sending again. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 429 || this.status === 408;
  }
}

/** Codes of our own, for what happens before an answer arrives. */
export const offline = 'network';

export interface Options {
  access?: string | null;
  staff?: string | null;
  body?: unknown;
  submission?: Submission;
  signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface World {
  fetch: typeof fetch;
  wait: (ms: number) => Promise<void>;
  random: () => number;
  now: () => number;
}

const browser: World = {
  fetch: (...args) => fetch(...args),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  random: Math.random,
  now: Date.now,
};

const delaysMs = [300, 900, 2_500];
const waitMaxMs = 5_000;
const answerWithinMs = 15_000;

export class Client {
  readonly tenant: string; // empty: what is asked for is no tenant's
  readonly #world: World;
  #clockOffset = 0;

  constructor(tenant: string, world: World = browser) {
    this.tenant = tenant;
    this.#world = world;
  }

  /** The node's clock, to within about a second: holds expire by it, not by the visitor's. */
  now(): number {
    return this.#world.now() + this.#clockOffset;
  }

  get<T>(path: string, options?: Options): Promise<T> {
    return this.#send('GET', path, options) as Promise<T>;
  }
  post<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return this.#send('POST', path, { ...options, body }) as Promise<T>;
  }
  put<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return this.#send('PUT', path, { ...options, body }) as Promise<T>;
  }
  delete(path: string, options?: Options): Promise<unknown> {
    return this.#send('DELETE', path, options);
  }
  async image(path: string, options?: Options): Promise<Blob> {
    return (await this.#send('GET', path, options, true)) as Blob;
  }

  async #send(method: Method, path: string, options: Options = {}, binary = false): Promise<unknown> {
    const headers: Record<string, string> = { Accept: binary ? '*/*' : 'application/json' };
    if (this.tenant) headers['Holdfast-Tenant'] = this.tenant;
    if (options.access) headers['Holdfast-Access'] = options.access;
    if (options.staff) headers.Authorization = `Bearer ${options.staff}`;
    if (options.body !== undefined) headers['Content-Type'] = 'application/json';
    const submission = method === 'POST' ? (options.submission ?? new Submission()) : null;
    if (submission) headers['Idempotency-Key'] = submission.keyFor([path, options.body]);
    const body = options.body === undefined ? null : JSON.stringify(options.body);

    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#once(method, path, headers, body, options.signal);
      if (outcome instanceof Response && outcome.ok) {
        submission?.settled();
        if (outcome.status === 204) return null;
        return binary ? outcome.blob() : outcome.json();
      }
      const problem = outcome instanceof Response ? await problemOf(outcome) : new Problem(0, offline);
      if (!problem.retryable) submission?.settled();
      const delay = delaysMs[attempt];
      if (!problem.retryable || delay === undefined) throw problem;
      const asked = outcome instanceof Response ? Number(outcome.headers.get('Retry-After') ?? 0) * 1000 : 0;
      if (asked > waitMaxMs) throw problem;
      await this.#world.wait(Math.max(asked, delay * (0.75 + this.#world.random() / 2)));
      if (options.signal?.aborted) throw problem;
    }
  }

  async #once(
    method: Method,
    path: string,
    headers: Record<string, string>,
    body: string | null,
    signal?: AbortSignal,
  ): Promise<Response | null> {
    const deadline = AbortSignal.timeout(answerWithinMs);
    try {
      const response = await this.#world.fetch(`/api/v1${path}`, {
        method,
        headers,
        body,
        cache: 'no-store',
        credentials: 'omit',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const date = Date.parse(response.headers.get('Date') ?? '');
      if (!Number.isNaN(date)) this.#noteClock(date);
      return response;
    } catch {
      return null;
    }
  }

  #noteClock(date: number): void {
    // The header counts whole seconds, so half a second is the likely truth; small differences are noise of that rounding.
    const offset = date + 500 - this.#world.now();
    if (Math.abs(offset - this.#clockOffset) > 1_500) this.#clockOffset = Math.abs(offset) > 1_500 ? offset : 0;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  let body: Partial<ProblemBody> = {};
  try {
    if (response.headers.get('Content-Type')?.includes('json')) body = (await response.json()) as ProblemBody;
  } catch {
    // An answer from something between us and the node: the status alone must do.
  }
  const fallback = response.status === 503 ? 'unavailable' : response.status === 404 ? 'not_found' : 'internal_error';
  return new Problem(response.status, body.code ?? fallback, body);
}
