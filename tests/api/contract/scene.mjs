// What the tests play with: three small tenants, one guest, the mails of the node under test.
import { setTimeout as sleep } from 'node:timers/promises';

export const ida = { firstName: 'Ida', lastName: 'Lund', email: 'ida@example.org', phone: '+45 20 30 40 50', language: 'da' };

const spots = (n, category) => Array.from({ length: n }, (_, i) => ({ label: String(i + 1), category, row: '1', x: i + 0.5, y: 1 }));

/** A tenant of a flow with its events and blocks, as PUT takes them. */
export function definitions(flow) {
  const tenant = { name: 'The Meadow', flow, currency: 'DKK', timeZone: 'Europe/Copenhagen', languages: ['da', 'en'], intro: { en: 'Welcome', da: 'Velkommen' },
    accentColor: '#2f6b3a', policy: { checkInOpensBeforeMs: 31622400000, spotsPerBookingMax: 20 } };
  const event = (more) => ({ title: { en: 'Summer by the lake', da: 'Sommer ved søen' }, published: true,
    frame: { startDate: '2027-07-03T12:00', endDate: '2027-07-10T12:00' }, ...more });
  if (flow === 'spot') {
    return {
      tenant,
      events: {
        lake: event({ blockIds: ['lake.a'], prices: [{ category: 'tent', priceMinor: 25000, title: { en: 'Tent' } }], facilities: ['Shower'], region: 'South',
          location: { latitude: -43.7, longitude: 170.1 }, sales: { startDate: '2020-01-01' }, attribution: 'Map: nobody' }),
        hill: event({ title: { en: 'On the hill' }, blockIds: ['hill.a'], policy: { holdTtlMs: 1 } }),
      },
      blocks: { 'lake.a': { title: 'Field A', spots: spots(12, 'tent'), mapWidth: 12, mapHeight: 2 }, 'hill.a': { title: 'Field', spots: spots(3, 'tent') } },
    };
  }
  if (flow === 'group') {
    return {
      tenant,
      events: { summer: event({ blockIds: ['summer.a', 'summer.b'], prices: [{ category: 'tent', priceMinor: 10000 }] }) },
      blocks: { 'summer.a': { title: 'Field A', spots: spots(4, 'tent') }, 'summer.b': { title: 'Field B', spots: spots(8, 'tent') } },
    };
  }
  // The performance is about to begin, so that guests can be let in.
  const soon = new Date(Date.now() + 3_600_000).toISOString(), later = new Date(Date.now() + 4 * 3_600_000).toISOString();
  return {
    tenant: { ...tenant, shows: [{ id: 'hamlet', title: { en: 'Hamlet' }, published: true }] },
    events: {
      hamlet: event({ showId: 'hamlet', frame: { startDate: soon, endDate: later }, blockIds: ['hamlet.floor'], prices: [{ category: 'seat', priceMinor: 12350 }] }),
      fleeting: event({ blockIds: ['fleeting.floor'], policy: { emailConfirmTtlMs: 3000 } }),
    },
    blocks: Object.fromEntries(['hamlet', 'fleeting'].map((e) => [`${e}.floor`, { title: 'Floor', spots: [{ label: 'seat', category: 'seat', capacity: 10 }] }])),
  };
}

/** Repeats a question to a list that may lag, for at most ten seconds. */
export async function until(ask, holds) {
  let last;
  for (let i = 0; i < 100; ++i) {
    last = await ask();
    if (holds(last)) return last;
    await sleep(100);
  }
  throw new Error(`never came true; last answer: ${last.status} ${last.text}`);
}

function readable(source) {
  const soft = source.replace(/=\r?\n/g, '');
  const plain = soft.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const decoded = [...source.matchAll(/\r?\n\r?\n((?:[A-Za-z0-9+/]{4,}={0,2}\r?\n)+)/g)].map((m) => Buffer.from(m[1], 'base64').toString('utf8'));
  return plain + decoded.join('\n');
}

/** The token of the confirmation link that was mailed for a booking, from the node's development mailbox. */
export async function mailedToken(node, booking) {
  const wanted = new RegExp(`${booking.replaceAll('.', '\\.')}(?:~|%7E)([a-z0-9]{26})`, 'i');
  for (let i = 0; i < 150; ++i) {
    const list = await (await fetch(`${node.url}/dev/mail`)).text();
    for (const name of new Set([...list.matchAll(/\/dev\/mail\/([^"'/?#\s<>]+)/g)].map((m) => m[1]))) {
      const got = await fetch(`${node.url}/dev/mail/${name}/source`);
      const found = got.ok && wanted.exec(readable(await got.text()));
      if (found) return `${booking}~${found[1]}`;
    }
    await sleep(100);
  }
  throw new Error(`no mail with a link for ${booking}`);
}
