import { chromium, type Page } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { api, bookPerformance, desktop, expect, performanceTonight, phone, screenshots, staffKey, test, watchedPage } from '../guests';
import { launchOptions } from '../playwright.config';

async function signIn(page: Page): Promise<void> {
  await page.goto('/t/theatre/check-in');
  await page.locator('#staff-token').fill(staffKey());
  await page.locator('#gate').fill('North');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.locator('[data-result="idle"]')).toBeVisible();
}

async function type(page: Page, code: string): Promise<void> {
  await page.locator('#code').fill(code);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
}

/** One second of video that shows the picture in the middle of a grey field, as Chromium's fake camera reads it (YUV4MPEG2, 4:2:0). */
function videoOf(png: Buffer, file: string): void {
  const [width, height] = [640, 480];
  const picture = PNG.sync.read(png);
  const scale = Math.max(1, Math.floor(400 / picture.width));
  const luma = Buffer.alloc(width * height, 160);
  const [left, top] = [(width - picture.width * scale) >> 1, (height - picture.height * scale) >> 1];
  for (let y = 0; y < picture.height * scale; y++)
    for (let x = 0; x < picture.width * scale; x++) {
      const from = (Math.floor(y / scale) * picture.width + Math.floor(x / scale)) * 4;
      luma[(top + y) * width + left + x] = picture.data[from]! > 128 ? 235 : 16;
    }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...Array<Buffer>(10).fill(frame)]),
  );
}

test.describe('check-in', () => {
  test('a typed code lets in once; the second time says when and where', async ({ guest }) => {
    const booked = await bookPerformance(await performanceTonight(10), 2);
    const page = await guest(phone);
    await signIn(page);
    await type(page, 'abc');
    await expect(page.locator('#code-error')).toBeVisible();
    await type(page, booked.confirmationCode.toLowerCase());
    await expect(page.locator('[data-result="good"]')).toContainText('Ida Lund');
    await expect(page.locator('[data-result="good"]')).toContainText('2');
    await page.screenshot({ path: `${screenshots}/check-in-ok-phone.png` });
    await type(page, booked.confirmationCode);
    await expect(page.locator('[data-result="warn"]')).toContainText('Already used');
    await expect(page.locator('[data-result="warn"]')).toContainText('North');
    await page.screenshot({ path: `${screenshots}/check-in-used-phone.png` });
    await type(page, 'ZZZZ9999');
    await expect(page.locator('[data-result="bad"]')).toContainText('Not a valid ticket');
    await page.screenshot({
      path: `${screenshots}/check-in-invalid-phone.png`,
      fullPage: true,
    });
    await expect(page.getByTestId('log').getByRole('listitem')).toHaveCount(3);

    // The guest's own page shows it too.
    const visitor = await guest();
    await visitor.goto(`/t/theatre/bookings/${booked.bookingId}?access=${booked.accessToken}`);
    await expect(visitor.locator('[data-status="checked_in"]')).toBeVisible();
    expect(new URL(visitor.url()).search, 'the access token left the address bar').toBe('');
    await visitor.reload();
    await expect(visitor.locator('[data-status="checked_in"]')).toBeVisible();
  });

  test('the camera reads the ticket', async () => {
    const booked = await bookPerformance(await performanceTonight(10), 1);
    const client = await api('theatre', { access: booked.accessToken });
    const ticket = await client.get(`/api/v1/bookings/${booked.bookingId}/ticket.png`);
    expect(ticket.status()).toBe(200);
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-camera-'));
    const film = join(folder, 'ticket.y4m');
    videoOf(await ticket.body(), film);
    const complaints: string[] = [];
    const camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
    const browser = await chromium.launch({
      ...launchOptions,
      args: [...launchOptions.args, ...camera],
    });
    try {
      const page = await watchedPage(browser, { ...desktop, permissions: ['camera'] }, complaints);
      await signIn(page);
      await page.getByRole('button', { name: 'Start camera' }).click();
      await expect(page.locator('[data-result="good"]')).toContainText('Ida Lund', { timeout: 30_000 });
      await page.screenshot({
        path: `${screenshots}/check-in-camera.png`,
        fullPage: true,
      });
      await page.getByRole('button', { name: 'Stop camera' }).click();
      await expect(page.getByRole('button', { name: 'Start camera' })).toBeVisible();
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
    expect(complaints).toEqual([]);
  });

  test('a token that is none is refused, and the page stays closed', async ({ guest }) => {
    const page = await guest();
    await page.goto('/t/theatre/check-in');
    await page.locator('#staff-token').fill('nonsense');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.locator('#staff-token-error')).toBeVisible();
    await expect(page.locator('#gate-error')).toBeVisible();
    await page.locator('#gate').fill('North');
    const claims = Buffer.from(JSON.stringify({ sub: 'mallory', exp: 9999999999 })).toString('base64url');
    await page.locator('#staff-token').fill(`e30.${claims}.AAAA`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await type(page, 'ABCD2345');
    await expect(page.locator('#staff-token')).toBeVisible();
  });
});
