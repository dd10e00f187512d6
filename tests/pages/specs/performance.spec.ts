import { confirmationLink, expect, fillContact, newEmail, performanceTonight, phone, screenshots, test } from '../guests';

test.describe('a performance', () => {
  test('is reserved, confirmed through the link in the mail, and gives a ticket', async ({ guest }) => {
    const event = await performanceTonight(3);
    const [page, watcher] = [await guest(phone), await guest()];
    await watcher.goto(`/t/theatre/e/${event}`);
    await expect(watcher.getByTestId('seats-left')).toHaveText('3 seats left');
    await page.goto(`/t/theatre/e/${event}`);
    const email = newEmail();
    await fillContact(page, email);
    await expect(page.locator('#quantity')).toHaveValue('2');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    await page.screenshot({
      path: `${screenshots}/performance-mail-phone.png`,
      fullPage: true,
    });
    // A reservation takes no seats.
    await expect(watcher.getByTestId('seats-left')).toHaveText('3 seats left');

    await page.getByRole('link', { name: 'See reservation' }).click();
    await expect(page.locator('[data-status="pending_email"]')).toBeVisible();

    const link = await confirmationLink(email);
    const mailReader = await guest();
    await mailReader.goto(link);
    await expect(mailReader.getByRole('button', { name: 'Confirm' })).toBeVisible();
    // Opening the link alone, as mail scanners do, confirms nothing.
    await expect(watcher.getByTestId('seats-left')).toHaveText('3 seats left');
    await mailReader.getByRole('button', { name: 'Confirm' }).click();
    await expect(mailReader).toHaveURL(/\/t\/theatre\/bookings\//);
    await expect(mailReader.locator('[data-status="confirmed"]')).toBeVisible();
    await expect(mailReader.getByAltText('QR code of your ticket')).toBeVisible();
    await expect(watcher.getByTestId('seats-left')).toHaveText('1 seat left');
    await mailReader.screenshot({
      path: `${screenshots}/performance-ticket.png`,
      fullPage: true,
    });

    // The first page follows on its own, without a reload.
    await expect(page.locator('[data-status="confirmed"]')).toBeVisible();

    const printable = mailReader.context().waitForEvent('page');
    await mailReader.getByRole('link', { name: 'Print ticket' }).click();
    const sheet = await printable;
    await sheet.waitForLoadState();
    await expect(sheet.locator('img').first()).toBeVisible();
    await sheet.screenshot({
      path: `${screenshots}/ticket-printable.png`,
      fullPage: true,
    });

    await mailReader.goto(link);
    await mailReader.getByRole('button', { name: 'Confirm' }).click();
    await expect(mailReader.getByText('You have confirmed already.')).toBeVisible();
    await expect(mailReader.getByRole('link', { name: 'See booking' })).toBeVisible();
  });

  test('that sold out before the confirmation says so and offers what is left', async ({ guest }) => {
    const event = await performanceTonight(2);
    const [slow, fast] = [newEmail(), newEmail()];
    for (const email of [slow, fast]) {
      const page = await guest();
      await page.goto(`/t/theatre/e/${event}`);
      await fillContact(page, email);
      await page.getByRole('button', { name: 'Reserve', exact: true }).click();
      await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    }
    const page = await guest();
    await page.goto(await confirmationLink(fast));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.locator('[data-status="confirmed"]')).toBeVisible();
    await page.goto(await confirmationLink(slow));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('alert').getByText('There is not enough left.')).toBeVisible();
    await page.screenshot({
      path: `${screenshots}/confirm-sold-out.png`,
      fullPage: true,
    });
    await page.goto(`/t/theatre/e/${event}`);
    await expect(page.getByText('This performance is sold out')).toBeVisible();
    await page.screenshot({
      path: `${screenshots}/performance-sold-out.png`,
      fullPage: true,
    });
  });

  test('names every field that needs attention', async ({ guest }) => {
    const event = await performanceTonight(5);
    const page = await guest(phone);
    await page.goto(`/t/theatre/e/${event}`);
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await expect(page.locator('#firstName')).toBeFocused();
    for (const field of ['firstName', 'lastName', 'email']) await expect(page.locator(`#${field}-error`)).toBeVisible();
    await page.screenshot({
      path: `${screenshots}/performance-errors-phone.png`,
      fullPage: true,
    });
  });
});

test('a confirmation link that is broken is explained', async ({ guest }) => {
  const page = await guest();
  await page.goto('/t/theatre/confirm?token=nothing.floor.aaaaaaaaaaaa~bbbbbbbbbbbbbbbbbbbbbbbbbb');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('alert')).toContainText('This link is not valid.');
});
