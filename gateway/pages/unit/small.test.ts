import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseMessage, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { checkContact, emptyContact, ticketOrCode } from '../src/lib/checks';
import { parse } from '../src/lib/router';
import { readStaffToken } from '../src/lib/staff';
import consoleDa from '../src/i18n/console.da.json';
import consoleEn from '../src/i18n/console.en.json';
import da from '../src/i18n/da.json';
import en from '../src/i18n/en.json';

describe('addresses', () => {
  it('name their page', () => {
    expect(parse('/t/theatre/', '')).toEqual({ page: 'front', tenant: 'theatre' });
    expect(parse('/t/theatre', '')).toEqual({ page: 'front', tenant: 'theatre' });
    expect(parse('/t/doc-nz/e/lake-12', '')).toEqual({ page: 'event', tenant: 'doc-nz', event: 'lake-12' });
    expect(parse('/t/theatre/confirm', '?token=a.b.c~d')).toEqual({ page: 'confirm', tenant: 'theatre', token: 'a.b.c~d' });
    expect(parse('/t/theatre/bookings/a.b.c1234567', '')).toEqual({ page: 'booking', tenant: 'theatre', booking: 'a.b.c1234567' });
    expect(parse('/t/theatre/check-in', '')).toEqual({ page: 'check-in', tenant: 'theatre' });
    expect(parse('/console', '')).toEqual({ page: 'console', tenant: null, tab: 'nodes', entity: '' });
    expect(parse('/console/shards/', '')).toEqual({ page: 'console', tenant: null, tab: 'shards', entity: '' });
    expect(parse('/console/entities', '?id=block%2Ft%2Fe.b')).toEqual({
      page: 'console',
      tenant: null,
      tab: 'entities',
      entity: 'block/t/e.b',
    });
  });
  it('that are none lead nowhere, however they are made', () => {
    for (const path of [
      '/',
      '/x',
      '/t',
      '/t/',
      '/t/UPPER/',
      '/t/a/e/',
      '/t/a/e/b/c',
      '/t/a/bookings',
      '/t/a/bookings/%2e%2e%2f',
      '/t/%zz/',
      '/t/a/confirm/x',
      '/t/a/unknown',
      '/consoles',
      '/console/unknown',
      '/console/nodes/x',
    ])
      expect(parse(path, '').page, path).toBe('none');
  });
});

describe('checkContact', () => {
  const good = { firstName: 'Ida', lastName: 'Lund', email: 'ida@example.org', phone: '' };
  it('takes what the node takes', () => {
    for (const email of ['ida@example.org', "o'hara+x@mail.example.co.nz", 'a@b.c1']) expect(checkContact({ ...good, email })).toEqual([]);
    expect(checkContact({ ...good, phone: '+45 20 30 40 50' })).toEqual([]);
  });
  it('names what is missing or misshapen', () => {
    expect(checkContact(emptyContact()).map((e) => e.field)).toEqual(['firstName', 'lastName', 'email']);
    for (const email of ['ida', 'ida@', '@example.org', 'ida@example', 'i da@example.org', 'ida@-x.org', 'ida@example..org'])
      expect(checkContact({ ...good, email }), email).toEqual([{ field: 'email', code: 'format' }]);
    expect(checkContact({ ...good, phone: 'call me' })).toEqual([{ field: 'phone', code: 'format' }]);
    expect(checkContact({ ...good, lastName: '   ' })).toEqual([{ field: 'lastName', code: 'required' }]);
  });
});

describe('ticketOrCode', () => {
  it('tells scans and codes apart', () => {
    expect(ticketOrCode(' HF:A.B.C:TOKEN ')).toEqual({ ticket: 'HF:A.B.C:TOKEN' });
    expect(ticketOrCode('7qx2 k9md')).toEqual({ confirmationCode: '7QX2K9MD' });
    expect(ticketOrCode('7QX2-K9MD')).toEqual({ confirmationCode: '7QX2K9MD' });
    for (const text of ['', 'abc', 'https://example.org/', '7QX2K9MDX']) expect(ticketOrCode(text), text).toBe(null);
  });
});

describe('readStaffToken', () => {
  const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  it('reads name and expiry', () => {
    expect(readStaffToken(token({ sub: 'Søren', exp: 5 }))).toEqual({ name: 'Søren', expiresAt: 5000 });
    expect(readStaffToken(token({}))).toEqual({ name: '', expiresAt: null });
  });
  it('refuses what is no token', () => {
    for (const text of ['', 'a.b', 'a.b.c', 'a.!!.c', '...']) expect(readStaffToken(text), text).toBe(null);
  });
});

describe('catalogues', () => {
  const values = (elements: MessageFormatElement[]): string[] =>
    elements.flatMap((e) => {
      if (e.type === TYPE.plural || e.type === TYPE.select) return [e.value, ...Object.values(e.options).flatMap((o) => values(o.value))];
      return e.type === TYPE.argument || e.type === TYPE.number || e.type === TYPE.date ? [e.value] : [];
    });
  const asked = (message: string) => [...new Set(values(parseMessage(message)))].sort();

  const all: { name: string; en: Record<string, string>; da: Record<string, string>; computed: RegExp }[] = [
    { name: 'of the pages', en, da, computed: /^(error|field|live|state|status)_/ },
    { name: 'of the console', en: consoleEn, da: consoleDa, computed: /^(action|ask|booking|do|flow|node|part|phase|tab|text)_/ },
  ];

  it.each(all)('$name say the same things in both languages, with the same values', ({ en, da }) => {
    expect(Object.keys(da)).toEqual(Object.keys(en));
    for (const key of Object.keys(en)) {
      expect(da[key]!.trim(), key).not.toBe('');
      expect(asked(da[key]!), key).toEqual(asked(en[key]!));
    }
  });

  it.each(all)('$name say nothing that no page asks for', ({ en, computed }) => {
    const root = join(import.meta.dirname, '../src');
    const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((f) => /\.(svelte|ts)$/.test(f) && !f.includes('schema'))
      .map((f) => readFileSync(join(root, f), 'utf8'))
      .join('\n');
    expect(Object.keys(en).filter((key) => !computed.test(key) && !source.includes(`'${key}'`))).toEqual([]);
  });

  it('have words for every code the node may answer with', () => {
    const document = readFileSync(join(import.meta.dirname, '../../../protocols/openapi.yaml'), 'utf8');
    const codes = /\n    ErrorCode:[\s\S]*?enum:\n((?: +- [a-z_]+\n)+)/.exec(document)![1]!.match(/[a-z_]{2,}/g)!;
    expect(codes.length).toBeGreaterThan(30);
    // What only a broken client can cause has no words of its own.
    const general =
      /^(malformed_request|idempotency_key_.*|too_large|method_not_allowed|unsupported_media_type|uri_too_long|headers_too_large|request_timeout|expectation_failed|http_version_not_supported|upgrade_required)$/;
    expect(codes.filter((code) => !general.test(code) && !(`error_${code}` in en))).toEqual([]);
  });
});
