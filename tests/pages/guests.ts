// What every spec builds on: a guest's browser that fails the test when a page breaks a promise (a request that leaves the origin, an error in the
// console, a violation of the security policy), and the API for preparing what the pages then show.
import AxeBuilder from '@axe-core/playwright';
import {
  test as base,
  expect,
  request,
  type APIRequestContext,
  type Browser,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

export const origin = new URL(process.env.HOLDFAST_URL!).origin;
const staffToken = process.env.HOLDFAST_STAFF_TOKEN ?? '';
export const screenshots = resolve(process.env.HOLDFAST_SCREENSHOTS ?? '../../build/screenshots');
mkdirSync(screenshots, { recursive: true });

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
export const desktop: BrowserContextOptions = {
  viewport: { width: 1280, height: 860 },
};

interface Fixtures {
  /** A guest with an own browser context; what went wrong in it fails the test at the end. */
  guest: (options?: BrowserContextOptions) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  guest: async ({ browser }, use) => {
    const complaints: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (options = desktop) => {
      const page = await watchedPage(browser, options, complaints);
      contexts.push(page.context());
      return page;
    });
    await Promise.all(contexts.map((c) => c.close()));
    expect(complaints, 'what the pages did wrong').toEqual([]);
  },
});

// The browser's own log line about a refused request: the pages handle those, and the specs provoke them.
const answeredWithAnError = /Failed to load resource: (the server responded with a status of \d+|net::ERR_CONNECTION_RESET)/;

export async function watchedPage(browser: Browser, options: BrowserContextOptions, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  const socketOrigin = origin.replace(/^http/, 'ws');
  page.on('request', (r) => {
    if (!r.url().startsWith(origin + '/') && !/^(data|blob):/.test(r.url())) complaints.push(`request to ${r.url()}`);
  });
  page.on('websocket', (s) => {
    if (!s.url().startsWith(socketOrigin + '/')) complaints.push(`socket to ${s.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !answeredWithAnError.test(message.text()) && !/WebSocket connection/.test(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  return page;
}

export { expect };

/** WCAG 2.1 A and AA. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  const told = violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).join(' | ')}`);
  expect(told, `accessibility of ${what}`).toEqual([]);
}

// ---- the API
export async function api(tenant: string, options: { staff?: boolean; access?: string } = {}): Promise<APIRequestContext> {
  const extraHTTPHeaders: Record<string, string> = {
    'Holdfast-Tenant': tenant,
  };
  if (options.staff) extraHTTPHeaders.Authorization = `Bearer ${staffToken}`;
  if (options.access) extraHTTPHeaders['Holdfast-Access'] = options.access;
  return request.newContext({ baseURL: origin, extraHTTPHeaders });
}

export interface Found {
  resourceId: string;
  blockIds: string[];
  open: boolean;
  figures: { category: string; free: number }[];
}

/** An open event of the tenant with room for so many. */
export async function openEvent(tenant: string, atLeast: number): Promise<Found> {
  const client = await api(tenant);
  for (let page = 1; page < 10; page++) {
    const answer = await client.get(`/api/v1/resources/search?limit=100&page=${page}`);
    expect(answer.status()).toBe(200);
    const { data } = (await answer.json()) as { data: Found[] };
    const fitting = data.find((e) => e.open && e.figures.some((f) => f.free >= atLeast) && e.blockIds.length > 0);
    if (fitting) return fitting;
    if (data.length === 0) break;
  }
  throw new Error(`no open event of ${tenant} has ${atLeast} free spots`);
}

/** A performance that begins in half an hour, so that its door is open. */
export async function performanceTonight(capacity: number): Promise<string> {
  const client = await api('theatre', { staff: true });
  const id = `tonight-${randomUUID().slice(0, 8)}`;
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const event = await client.put(`/api/v1/admin/events/${id}`, {
    data: {
      title: { en: 'Tonight only', da: 'Kun i aften' },
      description: {
        en: 'An evening with everything.',
        da: 'En aften med det hele.',
      },
      frame: { startDate: at(30), endDate: at(150) },
      prices: [
        {
          category: 'seat',
          priceMinor: 12350,
          title: { en: 'Seat', da: 'Plads' },
        },
      ],
      published: true,
      blockIds: [`${id}.floor`],
    },
  });
  expect(event.status(), await event.text()).toBe(200);
  const block = await client.put(`/api/v1/admin/blocks/${id}.floor`, {
    data: {
      title: 'Floor',
      spots: [{ label: 'seat', category: 'seat', capacity }],
    },
  });
  expect(block.status(), await block.text()).toBe(200);
  const opened = await client.post(`/api/v1/admin/events/${id}/open`, {
    data: {},
    headers: { 'Idempotency-Key': randomUUID() },
  });
  expect(opened.status(), await opened.text()).toBe(200);
  return id;
}

export const newEmail = () => `guest-${randomUUID().slice(0, 12)}@example.org`;

/** The confirmation link in the newest mail to this address, from the node's development mail page. */
export async function confirmationLink(email: string): Promise<string> {
  const client = await request.newContext({ baseURL: origin });
  let link = '';
  await expect
    .poll(
      async () => {
        const list = await (await client.get('/dev/mail')).text();
        const rows = list.split('<tr>').filter((row) => row.includes(email));
        for (const row of rows) {
          const mail = await (await client.get(/href="(\/dev\/mail\/[^"]+)"/.exec(row)![1]!)).text();
          const found = /https?:\/\/[^"\s<]*\/confirm\?token=[^"\s<]+/.exec(mail);
          if (found) link = found[0].replaceAll('&amp;', '&');
        }
        return link;
      },
      {
        message: `a mail with a link for ${email}`,
        timeout: 30_000,
        intervals: [200, 500, 1000],
      },
    )
    .not.toBe('');
  const { pathname, search } = new URL(link);
  return pathname + search;
}

export interface Booked {
  bookingId: string;
  confirmationCode: string;
  accessToken: string;
}

/** A reservation of a performance, without the pages; its link is in the mail to `email`. */
export async function reservePerformance(event: string, quantity: number): Promise<{ booking: Booked; email: string }> {
  const client = await api('theatre');
  const email = newEmail();
  const reserved = await client.post('/api/v1/bookings', {
    data: {
      resourceId: event,
      quantity,
      userDetails: {
        firstName: 'Ida',
        lastName: 'Lund',
        email,
        language: 'en',
      },
    },
    headers: { 'Idempotency-Key': randomUUID() },
  });
  expect(reserved.status(), await reserved.text()).toBe(201);
  return { booking: (await reserved.json()) as Booked, email };
}

/** A confirmed booking of a performance, without the pages. */
export async function bookPerformance(event: string, quantity: number): Promise<Booked> {
  const { email } = await reservePerformance(event, quantity);
  const client = await api('theatre');
  const token = new URLSearchParams((await confirmationLink(email)).split('?')[1]).get('token');
  const confirmed = await client.post('/api/v1/confirmations', {
    data: { token },
    headers: { 'Idempotency-Key': randomUUID() },
  });
  expect(confirmed.status(), await confirmed.text()).toBe(200);
  return (await confirmed.json()) as Booked;
}

export async function fillContact(page: Page, email: string): Promise<void> {
  await page.locator('#firstName').fill('Ida');
  await page.locator('#lastName').fill('Lund');
  await page.locator('#email').fill(email);
  await page.locator('#phone').fill('+45 20 30 40 50');
}

export const spot = (page: Page, label: string) => page.locator(`[data-spot="${label}"]`);

/** Labels that the page itself shows as free, in the order of the map. */
export async function freeSpots(page: Page): Promise<string[]> {
  await expect(page.locator('[data-spot]').first()).toBeVisible();
  return page.locator('[data-spot][data-state="free"]').evaluateAll((all) => all.map((e) => e.getAttribute('data-spot')!));
}

export const staffKey = () => staffToken;
export const operatorKey = () => process.env.HOLDFAST_OPERATOR_TOKEN ?? '';
