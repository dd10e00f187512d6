// The operators' console against a real node that is alone: looking, acting, and everything about it live.
import type { BrowserContextOptions, Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { api, desktop, expect, expectAccessible, openEvent, operatorKey, phone, screenshots, test } from '../guests';

async function signIn(page: Page, path = '/console'): Promise<void> {
  await page.goto(path);
  await page.locator('#operator-token').fill(operatorKey());
  await page.locator('form button[type="submit"]').click();
  await expect(page.locator('[data-live="live"]')).toBeVisible();
}

const dialog = (page: Page) => page.locator('dialog[open]');

async function act(page: Page, button: string, within = page.locator('main')): Promise<void> {
  await within.getByRole('button', { name: button, exact: true }).click();
  await dialog(page).getByRole('button', { name: button, exact: true }).click();
}

test.describe('console', () => {
  test('is closed to everybody else', async ({ guest }) => {
    const page = await guest();
    await page.goto('/console');
    await page.locator('#operator-token').fill('nonsense');
    await page.locator('form button[type="submit"]').click();
    await expect(page.locator('#operator-token-error')).toBeVisible();
    await page.locator('#operator-token').fill(process.env.HOLDFAST_STAFF_TOKEN!);
    await page.locator('form button[type="submit"]').click();
    await expect(page.getByRole('alert')).toContainText('not allowed');
    await expectAccessible(page, 'console of somebody else');
    const claims = Buffer.from(JSON.stringify({ sub: 'mallory', exp: 9999999999 })).toString('base64url');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#operator-token').fill(`e30.${claims}.AAAA`);
    await page.locator('form button[type="submit"]').click();
    await expect(page.locator('#operator-token')).toBeVisible();
    await expect(page.getByRole('status').first()).toContainText('expired');
  });

  test('shows the node as it is, every second', async ({ guest }) => {
    const page = await guest();
    await signIn(page);
    const node = page.locator('tr[data-node]');
    await expect(node).toHaveCount(1);
    await expect(node).toContainText('serving');
    await expect(node).toContainText('256');
    const picture = page.getByRole('img', { name: /^Requests\/s/ });
    await expect(picture.locator('canvas')).toBeVisible();
    // A load that the figures must show, and the chart's own words with them.
    const client = await api('theatre');
    const busy = (async () => {
      for (let i = 0; i < 150; i++) await client.get('/api/v1/tenant');
    })();
    await expect.poll(async () => Number((await node.locator('[data-figure="requests"]').innerText()).replace(',', ''))).toBeGreaterThan(5);
    await busy;
    await expect(picture).toHaveAccessibleName(/highest (?!0\.)\d/);
    await page.locator('figure', { has: picture }).locator('summary').click();
    await expect(page.locator('figure', { has: picture }).getByRole('row').nth(1)).toBeVisible();
  });

  test('finds an entity by the code of a booking and shows no secrets', async ({ guest }) => {
    const event = await openEvent('doc-nz', 1);
    const client = await api('doc-nz');
    const block = event.blockIds[0]!;
    const map = (await (await client.get(`/api/v1/blocks/${block}`)).json()) as { spots: { label: string; state: string }[] };
    const spot = map.spots.find((s) => s.state === 'free')!.label;
    const booked = await client.post('/api/v1/bookings', {
      data: {
        resourceId: block,
        spots: [{ spot }],
        userDetails: { firstName: 'Ingeborg', lastName: 'Hemmelig', email: 'ingeborg.hemmelig@example.org', phone: '+45 20 30 40 50' },
      },
      headers: { 'Idempotency-Key': randomUUID() },
    });
    expect(booked.status(), await booked.text()).toBe(201);
    const { confirmationCode } = (await booked.json()) as { confirmationCode: string };
    const page = await guest();
    await signIn(page, '/console/entities');
    await expect(async () => {
      await page.locator('#find-code').fill(confirmationCode);
      await page.getByRole('button', { name: 'Find', exact: true }).click();
      await expect(page.getByRole('link', { name: `block/doc-nz/${block}` })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await page.getByRole('link', { name: `block/doc-nz/${block}` }).click();
    await expect(page.locator('[data-phase="ready"]')).toBeVisible();
    await page.locator('main details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
    const text = await page.locator('main').innerText();
    expect(text).toContain('i…@example.org');
    for (const secret of ['Hemmelig', 'ingeborg', '20 30 40', 'sha256', 'nonce', 'digest']) expect(text, secret).not.toContain(secret);

    const before = Number((await page.locator('[data-sequence]').innerText()).replaceAll(',', ''));
    await act(page, 'Take a snapshot');
    await expect(async () => {
      await page.getByRole('button', { name: 'Look again' }).click();
      expect(Number((await page.locator('[data-snapshot]').innerText()).replaceAll(',', ''))).toBeGreaterThanOrEqual(before);
    }).toPass();
    await act(page, 'Restart');
    await expect(page.locator('[data-phase="ready"]')).toBeVisible();
    await act(page, 'Put away');
    await expect(page.locator('[data-phase="not_running"]')).toBeVisible();
    await act(page, 'Restart');
    await expect(dialog(page).getByRole('alert')).toContainText('not in memory');
    await dialog(page).getByRole('button', { name: 'Leave it' }).click();
    await page.goto('/console/entities?id=block/doc-nz/no.where');
    await expect(page.getByRole('status').filter({ hasText: 'no such entity' })).toBeVisible();
  });

  test('the map of shards is walked by keyboard, and a node that is alone says that nothing can move', async ({ guest }) => {
    const page = await guest();
    await signIn(page, '/console/shards');
    await expect(page.getByRole('gridcell')).toHaveCount(256);
    await expect(page.locator('[data-shard="17"]')).toHaveAccessibleName(/^Shard 17, node-1, /);
    await page.locator('[data-shard="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect(page.locator('[data-shard="17"]')).toBeFocused();
    await expect(page.locator('[data-shard="17"]')).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('heading', { name: 'Shard 17' })).toBeVisible();
    await act(page, 'Move');
    await expect(dialog(page).getByRole('alert')).toContainText('This node is alone');
    await page.keyboard.press('Escape');
    await act(page, 'Rebalance now');
    await expect(dialog(page).getByRole('alert')).toContainText('This node is alone');
  });

  test('a suspended tenant sells nothing until it is resumed, and the record tells who did it', async ({ guest }) => {
    const page = await guest();
    await signIn(page, '/console/tenants');
    const row = page.locator('tr[data-tenant="festival"]');
    await row.getByRole('button', { name: 'Suspend' }).click();
    await dialog(page).getByRole('button', { name: 'Suspend' }).click();
    await expect(page.locator('#reason-error')).toBeVisible();
    await page.locator('#reason').fill('Unpaid since May');
    await dialog(page).getByRole('button', { name: 'Suspend' }).click();
    await expect(row).toContainText('Unpaid since May');

    const event = await openEvent('festival', 2);
    const visitor = await guest();
    await visitor.goto(`/t/festival/e/${event.resourceId}`);
    await visitor.getByRole('radio').first().check();
    await visitor.locator('form button[type="submit"]').click();
    await expect(visitor.getByRole('alert')).toContainText('No bookings are taken here');
    await act(page, 'Resume', row);
    await expect(row).toContainText('selling');

    await page.getByRole('link', { name: 'Record' }).click();
    const rows = page.getByRole('row').filter({ hasText: 'festival' });
    await expect(rows.first()).toContainText('resume a tenant');
    await expect(rows.nth(1)).toContainText('Unpaid since May');
    await expect(rows.nth(1)).toContainText('cli');
  });

  test('a component is listened to more closely', async ({ guest }) => {
    const page = await guest();
    await signIn(page, '/console/logs');
    const row = page.locator('tr[data-component="mail"]');
    await expect(row.locator('[data-level]')).toHaveText('info');
    for (const level of ['debug', 'info']) {
      await row.getByRole('button', { name: 'Change level' }).click();
      await page.locator('#level-mail').selectOption(level);
      await dialog(page).getByRole('button', { name: 'Change level' }).click();
      await expect(row.locator('[data-level]')).toHaveText(level);
    }
  });
});

const looks: { name: string; options: BrowserContextOptions }[] = [
  { name: 'da-light-desktop', options: { ...desktop, locale: 'da-DK', colorScheme: 'light' } },
  { name: 'en-dark-desktop', options: { ...desktop, locale: 'en-GB', colorScheme: 'dark' } },
  { name: 'en-light-phone', options: { ...phone, locale: 'en-GB', colorScheme: 'light' } },
];

for (const look of looks)
  test(`console: accessible and looked at (${look.name})`, async ({ guest }) => {
    const page = await guest(look.options);
    const judge = async (name: string) => {
      await page.screenshot({ path: `${screenshots}/console-${name}-${look.name}.png`, fullPage: true });
      await expectAccessible(page, `console ${name} (${look.name})`);
    };
    await page.goto('/console');
    await expect(page.locator('#operator-token')).toBeVisible();
    await judge('sign-in');
    await signIn(page);
    await expect(page.getByRole('img').first().locator('canvas')).toBeVisible();
    await page.locator('figure summary').first().click();
    await judge('nodes');
    for (const tab of ['shards', 'entities', 'tenants', 'logs', 'record']) {
      await page.locator(`nav a[href="/console/${tab}"]`).click();
      await expect(page.locator('main h2').first()).toBeVisible();
      await expect(page.locator('main .bone')).toHaveCount(0);
      await judge(tab);
    }
    await page.goto('/console/entities?id=tenant/theatre');
    await expect(page.locator('[data-phase]')).toBeVisible();
    await judge('entity');
    await page.locator('main').getByRole('group').getByRole('button').first().click();
    await expect(dialog(page)).toBeVisible();
    await judge('dialog');
  });
