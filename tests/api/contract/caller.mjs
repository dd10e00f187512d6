// Calls operations by their name; an answer that the document does not promise is an error, whoever asked.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { operationOf, violations } from './document.mjs';

export class caller {
  constructor(node, tenant) {
    this.node = node;
    this.tenant = tenant;
    this.seen = new Map();  // operation → set of statuses
  }

  /** parameters: {path, query, body, text, headers, access, token, key, tenant}; `text` is sent instead of JSON. */
  async call(id, parameters = {}) {
    const op = operationOf(id);
    const request = this.prepare(op, parameters);
    for (;;) {
      const answer = await this.exchange(op, request);
      if (answer.status === 429) {
        await sleep(1000 * Number(answer.headers.get('retry-after')));
        continue;
      }
      const wrong = violations(op, answer);
      if (wrong.length > 0) throw new Error(`${id} ${JSON.stringify(parameters)} → ${answer.status} ${answer.text.slice(0, 600)}\n  ${wrong.join('\n  ')}`);
      if (!this.seen.has(id)) this.seen.set(id, new Set());
      this.seen.get(id).add(answer.status);
      return answer;
    }
  }

  prepare(op, p) {
    const path = op.template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(p.path?.[name] ?? 'none'));
    const query = p.query ? '?' + new URLSearchParams(p.query) : '';
    const headers = { ...p.headers };
    const tenant = p.tenant ?? this.tenant;
    if (tenant) headers['holdfast-tenant'] = tenant;
    if (p.access) headers['holdfast-access'] = p.access;
    if (p.token) headers.authorization = `Bearer ${p.token}`;
    if (op.method === 'post' && p.key !== null) headers['idempotency-key'] = p.key ?? randomUUID();
    const body = p.text ?? (p.body === undefined ? undefined : JSON.stringify(p.body));
    if (body !== undefined) headers['content-type'] ??= 'application/json';
    return { url: this.node.url + op.prefix + path + query, options: { method: op.method.toUpperCase(), headers, body, redirect: 'manual' } };
  }

  async exchange(op, request) {
    const got = await fetch(request.url, request.options);
    const bytes = Buffer.from(await got.arrayBuffer());
    const text = bytes.toString('utf8');
    const type = got.headers.get('content-type') ?? '';
    return { status: got.status, headers: got.headers, bytes, text, body: type.includes('json') ? JSON.parse(text) : undefined };
  }
}
