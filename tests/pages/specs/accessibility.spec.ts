// WCAG 2.1 A and AA on every page and in its important states, in both languages, light and dark, with a screenshot of each.
import type { BrowserContextOptions, Page } from '@playwright/test';
import {
  bookPerformance,
  desktop,
  expect,
  expectAccessible,
  freeSpots,
  openEvent,
  performanceTonight,
  phone,
  screenshots,
  spot,
  staffKey,
  test,
} from '../guests';

const looks: { name: string; options: BrowserContextOptions }[] = [
  {
    name: 'da-light-phone',
    options: { ...phone, locale: 'da-DK', colorScheme: 'light' },
  },
  {
    name: 'da-dark-desktop',
    options: { ...desktop, locale: 'da-DK', colorScheme: 'dark' },
  },
  {
    name: 'en-light-desktop',
    options: { ...desktop, locale: 'en-GB', colorScheme: 'light' },
  },
  {
    name: 'en-dark-phone',
    options: { ...phone, locale: 'en-GB', colorScheme: 'dark' },
  },
];

for (const look of looks) {
  test.describe(look.name, () => {
    async function judge(page: Page, name: string): Promise<void> {
      // Colours in transit would be judged as they are at that moment.
      await page.evaluate(() =>
        Promise.all(
          document
            .getAnimations()
            .filter((a) => a.playState === 'running' && a.effect?.getTiming().iterations !== Infinity)
            .map((a) => a.finished.catch(() => null)),
        ),
      );
      await page.screenshot({
        path: `${screenshots}/${name}-${look.name}.png`,
        fullPage: true,
      });
      await expectAccessible(page, `${name} (${look.name})`);
    }

    test('front pages and what is not there', async ({ guest }) => {
      const page = await guest(look.options);
      for (const tenant of ['theatre', 'festival', 'doc-nz']) {
        await page.goto(`/t/${tenant}/`);
        await expect(page.locator('a.event').first()).toBeVisible();
        await judge(page, `front-${tenant}`);
      }
      await page.locator('summary').click();
      await expect(page.locator('#region')).toBeVisible();
      await judge(page, 'search-filters');
      await page.goto('/t/nobody-here/');
      await expect(page.locator('h1')).toBeVisible();
      await judge(page, 'not-found');
    });

    test('choosing spots', async ({ guest }) => {
      const event = await openEvent('doc-nz', 6);
      const page = await guest(look.options);
      await page.goto(`/t/doc-nz/e/${event.resourceId}`);
      const [first] = (await freeSpots(page)) as [string];
      await expect(page.locator('[data-live="live"]')).toBeVisible();
      await page.locator('.views .button').nth(1).click();
      await spot(page, first).click();
      await judge(page, 'spot-list');
      await page.locator('.views .button').first().click();
      await judge(page, 'spot-map');
      await page.locator('.dock .primary').click();
      await expect(page.getByTestId('countdown')).toBeVisible();
      await page.locator('form button[type="submit"]').click();
      await expect(page.locator('#firstName-error')).toBeVisible();
      await judge(page, 'spot-held');
      await page.locator('.bar .quiet').click();
      await judge(page, 'give-up-dialog');
      await page.locator('dialog .danger').click();
      await expect(page.getByTestId('countdown')).toBeHidden();
    });

    test('asking for a group', async ({ guest }) => {
      const event = await openEvent('festival', 20);
      const page = await guest(look.options);
      await page.goto(`/t/festival/e/${event.resourceId}`);
      await page.getByRole('radio').first().check();
      await judge(page, 'group-ask');
      await page.locator('form button[type="submit"]').click();
      await expect(page.locator('[data-spot][data-state="mine"]')).toHaveCount(2);
      await judge(page, 'group-assigned');
      await page.locator('.bar .quiet').click();
      await page.locator('dialog .danger').click();
      await expect(page.getByTestId('countdown')).toBeHidden();
    });

    test('a performance, its mail, its ticket and its door', async ({ guest }) => {
      const event = await performanceTonight(4);
      const booked = await bookPerformance(event, 1);
      const page = await guest(look.options);
      await page.goto(`/t/theatre/e/${event}`);
      await expect(page.getByTestId('seats-left')).toBeVisible();
      await judge(page, 'performance');
      await page.locator('#firstName').fill('Ida');
      await page.locator('#lastName').fill('Lund');
      await page.locator('#email').fill('ida@example.org');
      await page.locator('form button[type="submit"]').click();
      await expect(page.locator('[data-booking]')).toBeVisible();
      await judge(page, 'performance-mail');
      await page.locator('[data-booking] a').click();
      await expect(page.locator('[data-status="pending_email"]')).toBeVisible();
      await judge(page, 'booking-pending');
      await page.goto('/t/theatre/confirm?token=nothing.floor.aaaaaaaaaaaa~bbbbbbbbbbbbbbbbbbbbbbbbbb');
      await judge(page, 'confirm');
      await page.locator('main .primary').click();
      await expect(page.getByRole('alert')).toBeVisible();
      await judge(page, 'confirm-invalid');
      await page.goto(`/t/theatre/bookings/${booked.bookingId}?access=${booked.accessToken}`);
      await expect(page.locator('.ticket img')).toBeVisible();
      await judge(page, 'booking-ticket');

      await page.goto('/t/theatre/check-in');
      await expect(page.locator('#staff-token')).toBeVisible();
      await judge(page, 'check-in-sign-in');
      await page.locator('#staff-token').fill(staffKey());
      await page.locator('#gate').fill('North');
      await page.locator('form button[type="submit"]').click();
      for (const [kind, code] of [
        ['good', booked.confirmationCode],
        ['warn', booked.confirmationCode],
        ['bad', 'ZZZZ9999'],
      ] as const) {
        await page.locator('#code').fill(code);
        await page.locator('.typed button').click();
        await expect(page.locator(`[data-result="${kind}"]`)).toBeVisible();
        await judge(page, `check-in-${kind}`);
      }
    });
  });
}
