import { expect, fillContact, newEmail, openEvent, phone, screenshots, test } from '../guests';

test('a group names category and number, sees its neighbouring spots and books them', async ({ guest }) => {
  const event = await openEvent('festival', 20);
  const page = await guest(phone);
  await page.goto(`/t/festival/e/${event.resourceId}`);

  await page.getByRole('button', { name: 'Find spots' }).click();
  await expect(page.locator('#category-error')).toBeVisible();
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await expect(page.locator('#quantity')).toHaveValue('3');
  await page.locator('#party').fill(`Larches ${Date.now()}`);
  await page.screenshot({
    path: `${screenshots}/group-ask-phone.png`,
    fullPage: true,
  });
  await page.getByRole('button', { name: 'Find spots' }).click();

  await expect(page.getByTestId('countdown')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your spots' })).toBeVisible();
  await expect(page.getByText('all next to each other', { exact: false }).first()).toBeVisible();
  await expect(page.locator('[data-spot][data-state="mine"]')).toHaveCount(3);
  await page.screenshot({
    path: `${screenshots}/group-assigned-phone.png`,
    fullPage: true,
  });

  await fillContact(page, newEmail());
  await page.getByRole('button', { name: 'Book now' }).click();
  await expect(page.locator('[data-status="confirmed"]')).toBeVisible();
  await expect(page.getByTestId('confirmation-code')).toHaveText(/^[A-Z0-9]{8}$/);
  await page.screenshot({
    path: `${screenshots}/group-booked-phone.png`,
    fullPage: true,
  });
  // Cancelled where the organiser's rule still allows it: the demo festival is months away.
  await page.getByRole('button', { name: 'Cancel booking' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).click();
  await expect(page.locator('[data-status="cancelled"]')).toBeVisible();
});
