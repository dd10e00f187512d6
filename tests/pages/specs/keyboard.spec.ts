import { expect, freeSpots, newEmail, openEvent, test } from '../guests';
import type { Page } from '@playwright/test';

/** Presses Tab until the element that has the focus matches, as somebody without a mouse would. */
async function tabTo(page: Page, what: string, matches: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, matches)) return;
  }
  throw new Error(`Tab does not reach ${what}`);
}

test('a spot can be found, held, booked and cancelled with the keyboard alone', async ({ guest }) => {
  const event = await openEvent('doc-nz', 6);
  const page = await guest();
  await page.goto(`/t/doc-nz/e/${event.resourceId}`);
  await freeSpots(page);

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await tabTo(page, 'the map', '[data-spot]');
  // The whole map is one tab stop; arrow keys walk on it until a free spot has the focus.
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-spot') ?? '');
  const begin = await focused();
  await page.keyboard.press('ArrowRight');
  const right = await focused();
  expect(right).not.toBe(begin);
  await page.keyboard.press('ArrowLeft');
  expect(await focused()).toBe(begin);
  const keys = ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowDown'];
  for (let i = 0; i < 40 && (await page.locator(':focus').getAttribute('data-state')) !== 'free'; i++)
    await page.keyboard.press(keys[i % 4]!);
  const chosen = await focused();
  await page.keyboard.press('Enter');
  await expect(page.locator(`[data-spot="${chosen}"]`)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Space');
  await expect(page.locator(`[data-spot="${chosen}"]`)).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Enter');

  await tabTo(page, 'the hold button', '.dock .primary');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('countdown')).toBeVisible();
  await tabTo(page, 'the first name', '#firstName');
  await page.keyboard.type('Ida');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Lund');
  await page.keyboard.press('Tab');
  await page.keyboard.type(newEmail());
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-status="confirmed"]')).toBeVisible();

  await tabTo(page, 'the cancel button', 'button.danger');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('button.danger').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, 'the confirming button', 'dialog .danger');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-status="cancelled"]')).toBeVisible();
});
