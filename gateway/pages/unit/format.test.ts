import { describe, expect, it } from 'vitest';
import { dateParts, dateTime, languageOf, localized, minutesSeconds, money, span } from '../src/lib/format';

const plain = (text: string) => text.replace(/[\u00a0\u202f\u2009]/g, ' ');

describe('money', () => {
  it('counts in minor units and drops decimals that say nothing', () => {
    expect(plain(money(12350, 'DKK', 'da'))).toBe('123,50 kr.');
    expect(plain(money(45000, 'DKK', 'da'))).toBe('450 kr.');
    expect(plain(money(123456789, 'DKK', 'en'))).toBe('DKK 1,234,567.89');
  });
  it('knows currencies without or with three decimals', () => {
    expect(plain(money(500, 'JPY', 'en'))).toBe('JP¥500');
    expect(plain(money(1500, 'BHD', 'en'))).toBe('BHD 1.500');
  });
});

describe('times', () => {
  it('are the tenant’s, wherever the visitor is', () => {
    expect(dateTime('2026-07-03T10:00:00.000Z', 'en', 'Europe/Copenhagen')).toContain('12:00');
    expect(dateTime('2026-07-03T13:00:00.000Z', 'en', 'Pacific/Auckland')).toContain('4 July');
  });
  it('follow the change to winter time', () => {
    expect(dateTime('2026-10-25T00:30:00Z', 'en', 'Europe/Copenhagen')).toContain('02:30');
    expect(dateTime('2026-10-25T01:30:00Z', 'en', 'Europe/Copenhagen')).toContain('02:30');
  });
  it('survive a zone that this browser does not know', () => {
    expect(dateTime('2026-07-03T10:00:00Z', 'en', 'Mars/Olympus')).toContain('10:00');
  });
  it('of one evening show hours, of several days show dates', () => {
    expect(span('2026-07-03T17:30:00Z', '2026-07-03T20:00:00Z', 'en', 'Europe/Copenhagen')).toMatch(/3 July 2026.*19:30.*22:00/);
    expect(plain(span('2026-07-03T10:00:00Z', '2026-07-10T10:00:00Z', 'en', 'Europe/Copenhagen')).replace(/\s*–\s*/, '–')).toBe(
      '3–10 July 2026',
    );
  });
  it('come apart for a calendar leaf', () => {
    expect(dateParts('2026-12-31T23:30:00Z', 'da', 'Europe/Copenhagen')).toEqual({ day: '1', month: 'jan', weekday: 'fre', year: '2027' });
  });
});

describe('minutesSeconds', () => {
  it('shows the second that is still running', () => {
    expect([600, 59.2, 9.01, 0.4, 0, -3].map(minutesSeconds)).toEqual(['10:00', '1:00', '0:10', '0:01', '0:00', '0:00']);
  });
});

describe('localized', () => {
  it('takes the language, then English, then what there is', () => {
    expect(localized({ da: 'Søen', en: 'The lake' }, 'da')).toBe('Søen');
    expect(localized({ en: 'The lake' }, 'da')).toBe('The lake');
    expect(localized({ de: 'Der See' }, 'da')).toBe('Der See');
    expect(languageOf({ en: 'The lake' }, 'da')).toBe('en');
    expect(languageOf({ da: '', en: 'The lake' }, 'da')).toBe('en');
    expect(languageOf({}, 'da')).toBe(undefined);
    expect(localized({}, 'da')).toBe('');
    expect(localized(undefined, 'da')).toBe('');
  });
});
