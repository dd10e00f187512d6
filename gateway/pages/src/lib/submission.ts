// One Idempotency-Key per thing the visitor asks for, kept while the outcome is unknown: a repeat of the same request can never act twice.
export class Submission {
  #key: string | null = null;
  #body = '';
  readonly #newKey: () => string;

  constructor(newKey: () => string = () => crypto.randomUUID()) {
    this.#newKey = newKey;
  }

  /** Another body is another request, and so is anything after a definite answer. */
  keyFor(request: unknown): string {
    const body = JSON.stringify(request);
    if (this.#key === null || body !== this.#body) {
      this.#key = this.#newKey();
      this.#body = body;
    }
    return this.#key;
  }

  /** The node gave a definite answer, good or bad. */
  settled(): void {
    this.#key = null;
  }
}
