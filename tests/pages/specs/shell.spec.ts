import { expect, fillContact, openEvent, performanceTonight, phone, screenshots, test } from '../guests';

test('the language is chosen, remembered, and said in <html lang>', async ({ guest }) => {
  const page = await guest({ ...phone, locale: 'da-DK' });
  await page.goto('/t/festival/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'da');
  await expect(page.getByRole('heading', { name: 'Det kan du booke' })).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'What you can book' })).toBeVisible();
});

test('unknown tenants, events and pages get a friendly answer', async ({ guest }) => {
  const page = await guest();
  for (const path of ['/t/nobody-here/', '/t/theatre/e/no-such-event', '/t/theatre/no-such-page']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'Nothing pitched here' })).toBeVisible();
  }
  await page.screenshot({ path: `${screenshots}/not-found.png` });
  await page.getByRole('link', { name: 'To the front page' }).click();
  await expect(page).toHaveURL(/\/t\/theatre\/$/);
});

test('a booking without its key says where the key is', async ({ guest }) => {
  const page = await guest();
  await page.goto('/t/theatre/bookings/some-show.floor.aaaaaaaaaaaa');
  await expect(page.getByText('Open this page from the link in your mail')).toBeVisible();
});

test('search, filters, pages and the empty state of the list', async ({ guest }) => {
  const page = await guest();
  await page.goto('/t/doc-nz/');
  const cards = page.getByRole('listitem').filter({ has: page.locator('a.event') });
  await expect(cards.first()).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(page.getByText(/^Page 2 of/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^Page 2 of/)).toBeVisible();
  await page.getByText('Filters', { exact: true }).click();
  await page.getByLabel('Region').selectOption({ index: 1 });
  await expect(page).toHaveURL(/region=/);
  await expect(page).not.toHaveURL(/page=/);
  await page.getByLabel('Search').fill('zzzzzz');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.screenshot({ path: `${screenshots}/search-empty.png` });
  await page.getByRole('button', { name: 'Clear search' }).first().click();
  await expect(cards.first()).toBeVisible();
});

test('what is near me needs my permission and finds less than everything', async ({ guest }) => {
  const page = await guest({
    geolocation: { latitude: -43.53, longitude: 172.63 },
    permissions: ['geolocation'],
  });
  await page.goto('/t/doc-nz/');
  const found = page.getByText(/^\d+ found$/);
  const count = async () => Number.parseInt((await found.textContent()) ?? '', 10);
  await expect(found).toBeVisible();
  const all = await count();
  await page.getByText('Filters', { exact: true }).click();
  await page.getByRole('button', { name: 'Near me' }).click();
  await expect(page.getByRole('button', { name: 'Within 100 km of you' })).toBeVisible();
  await expect(page).toHaveURL(/near=-43\.53/);
  await expect.poll(count).toBeLessThan(all);
  expect(await count()).toBeGreaterThan(0);
});

test('the credit line of the data stands on every page of its tenant', async ({ guest }) => {
  const event = await openEvent('doc-nz', 1);
  const page = await guest();
  for (const path of ['/t/doc-nz/', `/t/doc-nz/e/${event.resourceId}`]) {
    await page.goto(path);
    await expect(page.locator('footer')).toContainText('Department of Conservation');
  }
});

test('a node that is briefly unavailable is asked again with the same key', async ({ guest }) => {
  const event = await performanceTonight(5);
  const page = await guest();
  const keys: string[] = [];
  let failures = 2;
  await page.route('**/api/v1/bookings', async (route) => {
    keys.push((await route.request().headerValue('idempotency-key')) ?? '');
    if (failures-- > 0) {
      const body = JSON.stringify({
        type: 'about:blank',
        title: 'Later',
        status: 503,
        code: 'unavailable',
        requestId: 'x',
      });
      return route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body,
      });
    }
    return route.continue();
  });
  await page.goto(`/t/theatre/e/${event}`);
  await fillContact(page, 'patient@example.org');
  await page.getByRole('button', { name: 'Reserve', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('after several failures the guest decides, still with the same key', async ({ guest }) => {
  const event = await performanceTonight(5);
  const page = await guest();
  const keys: string[] = [];
  let down = true;
  await page.route('**/api/v1/bookings', async (route) => {
    keys.push((await route.request().headerValue('idempotency-key')) ?? '');
    return down ? route.abort('connectionreset') : route.continue();
  });
  await page.goto(`/t/theatre/e/${event}`);
  await fillContact(page, 'stubborn@example.org');
  await page.getByRole('button', { name: 'Reserve', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('No answer', {
    timeout: 20_000,
  });
  await page.screenshot({
    path: `${screenshots}/no-answer.png`,
    fullPage: true,
  });
  down = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  expect(new Set(keys).size).toBe(1);
});
