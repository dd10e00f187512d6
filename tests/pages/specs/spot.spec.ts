import type { WebSocketRoute } from '@playwright/test';
import { desktop, expect, fillContact, freeSpots, newEmail, openEvent, phone, screenshots, spot, test } from '../guests';

test.describe('spots on a live map', () => {
  test('a second browser sees a spot go, come back, go for good and come back after cancellation', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const [one, two] = [await guest(desktop), await guest(phone)];
    await one.goto(`/t/doc-nz/e/${event.resourceId}`);
    await two.goto(`/t/doc-nz/e/${event.resourceId}`);
    await expect(one.locator('[data-live="live"]')).toBeVisible();
    await expect(two.locator('[data-live="live"]')).toBeVisible();
    const [first, second] = (await freeSpots(one)) as [string, string];
    await two.evaluate(() => ((window as { stayed?: boolean }).stayed = true));

    await spot(one, first).click();
    await spot(one, second).click();
    await expect(spot(one, first)).toHaveAttribute('aria-pressed', 'true');
    await one.screenshot({ path: `${screenshots}/spot-chosen.png` });
    await one.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(one.getByTestId('countdown')).toHaveText(/^\d+:\d\d$/);
    await expect(spot(two, first)).toHaveAttribute('data-state', 'held');
    await expect(spot(two, second)).toHaveAttribute('data-state', 'held');
    await two.screenshot({ path: `${screenshots}/spot-seen-held-phone.png` });

    // A reload does not lose the hold.
    await one.reload();
    await expect(one.getByTestId('countdown')).toBeVisible();
    await one.getByRole('button', { name: 'Give up' }).click();
    await one.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
    await expect(spot(two, first)).toHaveAttribute('data-state', 'free');

    await spot(one, first).click();
    await one.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(spot(two, first)).toHaveAttribute('data-state', 'held');
    await expect(spot(two, second)).toHaveAttribute('data-state', 'free');

    // Errors stand at their field, and the field gets the focus.
    await fillContact(one, 'not-an-address');
    await one.getByRole('button', { name: 'Book now' }).click();
    await expect(one.locator('#email')).toBeFocused();
    await expect(one.locator('#email-error')).toHaveText('This does not look like an e-mail address.');
    await one.screenshot({
      path: `${screenshots}/spot-form-error.png`,
      fullPage: true,
    });
    await one.locator('#email').fill(newEmail());
    await one.getByRole('button', { name: 'Book now' }).click();

    await expect(one).toHaveURL(/\/t\/doc-nz\/bookings\/[a-z0-9.-]+$/);
    await expect(one.locator('[data-status="confirmed"]')).toBeVisible();
    await expect(one.getByAltText('QR code of your ticket')).toBeVisible();
    await one.screenshot({
      path: `${screenshots}/booking-confirmed.png`,
      fullPage: true,
    });
    await expect(spot(two, first)).toHaveAttribute('data-state', 'taken');

    await one.getByRole('button', { name: 'Cancel booking' }).click();
    await one.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).click();
    await expect(one.locator('[data-status="cancelled"]')).toBeVisible();
    await expect(spot(two, first)).toHaveAttribute('data-state', 'free');
    expect(await two.evaluate(() => (window as { stayed?: boolean }).stayed), 'the second browser never reloaded').toBe(true);
  });

  test('a spot that somebody else takes leaves the choice and is named', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const [one, two] = [await guest(), await guest()];
    await one.goto(`/t/doc-nz/e/${event.resourceId}`);
    await two.goto(`/t/doc-nz/e/${event.resourceId}`);
    const [wanted] = (await freeSpots(one)) as [string];
    await spot(two, wanted).click();
    await expect(spot(two, wanted)).toHaveAttribute('aria-pressed', 'true');
    await spot(one, wanted).click();
    await one.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(one.getByTestId('countdown')).toBeVisible();
    await expect(two.getByText(`Spot ${wanted} was just taken by somebody else.`)).toBeVisible();
    await expect(spot(two, wanted)).toHaveAttribute('data-state', 'held');
    await one.getByRole('button', { name: 'Give up' }).click();
    await one.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
  });

  test('without the live connection a conflict says what is gone and offers others', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const [one, two] = [await guest(), await guest()];
    await two.routeWebSocket(/\/api\/v1\/live/, (socket) => socket.close());
    await two.goto(`/t/doc-nz/e/${event.resourceId}`);
    await expect(two.locator('[data-live="reconnecting"]')).toBeVisible();
    await one.goto(`/t/doc-nz/e/${event.resourceId}`);
    const [wanted, other] = (await freeSpots(one)) as [string, string];
    await expect(two.locator('[data-spot]').first()).toBeVisible();
    await spot(one, wanted).click();
    await one.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(one.getByTestId('countdown')).toBeVisible();

    await spot(two, wanted).click();
    await spot(two, other).click();
    await two.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(two.getByRole('alert').getByText('Somebody was faster')).toBeVisible();
    await expect(two.getByText(`Spot ${wanted} is gone.`)).toBeVisible();
    await expect(spot(two, other)).toHaveAttribute('aria-pressed', 'true');
    await two.screenshot({
      path: `${screenshots}/spot-conflict.png`,
      fullPage: true,
    });
    await two
      .getByRole('button', { name: /^Take .* instead$/ })
      .first()
      .click();
    await expect(two.getByTestId('countdown')).toBeVisible();
    for (const page of [one, two]) {
      await page.getByRole('button', { name: 'Give up' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
      await expect(page.getByTestId('countdown')).toBeHidden();
    }
  });

  test('a page that lost its connection says so and catches up on what it missed', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const [one, two] = [await guest(), await guest()];
    const open: WebSocketRoute[] = [];
    let reachable = true;
    await two.routeWebSocket(/\/api\/v1\/live/, (socket) => {
      if (!reachable) return void socket.close();
      socket.connectToServer();
      open.push(socket);
    });
    await two.goto(`/t/doc-nz/e/${event.resourceId}`);
    await expect(two.locator('[data-live="live"]')).toBeVisible();
    await one.goto(`/t/doc-nz/e/${event.resourceId}`);
    const [wanted] = (await freeSpots(one)) as [string];

    reachable = false;
    await Promise.all(open.map((socket) => socket.close()));
    await expect(two.locator('[data-live="reconnecting"]')).toBeVisible();
    await spot(one, wanted).click();
    await one.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(one.getByTestId('countdown')).toBeVisible();
    await expect(spot(two, wanted)).toHaveAttribute('data-state', 'free');

    reachable = true;
    await expect(two.locator('[data-live="live"]')).toBeVisible({
      timeout: 30_000,
    });
    await expect(spot(two, wanted)).toHaveAttribute('data-state', 'held');
    await one.getByRole('button', { name: 'Give up' }).click();
    await one.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
    await expect(spot(two, wanted)).toHaveAttribute('data-state', 'free');
  });

  test('a hold counts down, is spoken of, and its end is explained', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const page = await guest();
    await page.clock.install();
    await page.goto(`/t/doc-nz/e/${event.resourceId}`);
    const [wanted] = (await freeSpots(page)) as [string];
    await spot(page, wanted).click();
    await page.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(page.getByTestId('countdown')).toHaveText(/^(10:00|9:5\d)$/);
    await page.clock.fastForward('09:30');
    await expect(page.getByTestId('countdown')).toHaveText(/^0:[0-3]\d$/);
    await expect(page.getByText('30 seconds left.')).toBeAttached();
    await page.screenshot({ path: `${screenshots}/spot-last-seconds.png` });
    await page.clock.fastForward('00:40');
    await expect(page.getByText('Your time ran out')).toBeVisible();
    await expect(page.getByTestId('countdown')).toBeHidden();
    await page.screenshot({ path: `${screenshots}/spot-time-over.png` });
  });

  test('a hold can be changed and extended', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const page = await guest(phone);
    await page.goto(`/t/doc-nz/e/${event.resourceId}`);
    await page.getByRole('button', { name: 'List' }).click();
    const [first, second] = (await freeSpots(page)) as [string, string];
    await spot(page, first).click();
    await page.getByRole('button', { name: 'Hold these spots' }).click();
    await expect(page.getByTestId('countdown')).toBeVisible();
    await page.getByRole('button', { name: 'Change spots' }).click();
    await spot(page, first).click();
    await spot(page, second).click();
    await page.getByRole('button', { name: 'Save change' }).click();
    await expect(page.locator('dd').first()).toHaveText(second);
    await expect(spot(page, second)).toHaveAttribute('data-state', 'mine');

    const answer = page.waitForResponse((r) => r.url().endsWith('/extend'));
    await page.getByRole('button', { name: 'More time' }).click();
    expect((await answer).status()).toBe(200);
    await page.getByRole('button', { name: 'Give up' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click();
    await expect(spot(page, second)).toHaveAttribute('data-state', 'free');
  });

  test('wheel, buttons and keys zoom the map; dragging moves it', async ({ guest }) => {
    const event = await openEvent('doc-nz', 6);
    const page = await guest();
    await page.goto(`/t/doc-nz/e/${event.resourceId}`);
    const map = page.getByRole('group', { name: /^Map of / });
    await expect(map).toBeVisible();
    const view = async () => (await map.getAttribute('viewBox'))!.split(' ').map(Number) as [number, number, number, number];
    const whole = await view();
    await map.scrollIntoViewIfNeeded();
    const box = (await map.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await view())[2]).toBeLessThan(whole[2]);
    const near = await view();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 120, box.y + 40, {
      steps: 6,
    });
    await page.mouse.up();
    await expect.poll(async () => (await view())[0]).toBeGreaterThan(near[0]);
    await expect(page.locator('[aria-pressed="true"][data-spot]')).toHaveCount(0);
    await page.getByRole('button', { name: 'Show everything' }).click();
    await expect.poll(view).toEqual(whole);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(async () => (await view())[2]).toBeLessThan(whole[2]);
  });
});
