// The guest's own booking follows what others do to it, without a reload and without asking again and again.
import { randomUUID } from 'node:crypto';
import { api, bookPerformance, confirmationLink, expect, performanceTonight, reservePerformance, test } from '../guests';
import type { Booked } from '../guests';
import type { Page, WebSocketRoute } from '@playwright/test';

// Below any interval at which a page might ask by itself; as long as one of those is `quiet`.
const atOnce = { timeout: 2_000 };
const quiet = 11_000;

const status = (page: Page, text: string) => page.locator(`[data-status="${text}"]`);

async function open(page: Page, { bookingId, accessToken }: Booked): Promise<void> {
  const subscribed = page.waitForEvent('websocket').then((socket) =>
    socket.waitForEvent('framereceived', {
      predicate: ({ payload }) => {
        const message = JSON.parse(payload.toString()) as {
          op: string;
          topic: string;
        };
        return message.op === 'snapshot' && message.topic === `booking:${bookingId}`;
      },
    }),
  );
  await page.goto(`/t/theatre/bookings/${bookingId}?access=${accessToken}`);
  await subscribed;
}

const asStaff = async (path: string, data: object): Promise<void> => {
  const client = await api('theatre', { staff: true });
  const answer = await client.post(`/api/v1${path}`, {
    data,
    headers: { 'Idempotency-Key': randomUUID() },
  });
  expect(answer.status(), await answer.text()).toBe(200);
};

test.describe("a guest's own booking", () => {
  test('shows at once that the guest was let in', async ({ guest }) => {
    const booked = await bookPerformance(await performanceTonight(4), 1);
    const page = await guest();
    await open(page, booked);
    await expect(status(page, 'confirmed')).toBeVisible();
    await asStaff('/check-ins', {
      confirmationCode: booked.confirmationCode,
      gate: 'North',
    });
    await expect(status(page, 'checked_in')).toBeVisible(atOnce);
    await expect(page.getByText('North')).toBeVisible();
  });

  test('shows at once that staff cancelled it', async ({ guest }) => {
    const booked = await bookPerformance(await performanceTonight(4), 1);
    const page = await guest();
    await open(page, booked);
    await asStaff(`/bookings/${booked.bookingId}/cancel`, {
      reason: 'The show is off.',
    });
    await expect(status(page, 'cancelled')).toBeVisible(atOnce);
    await expect(page.getByRole('link', { name: 'Print ticket' })).toBeHidden();
  });

  test('shows at once that it was confirmed in another browser, with the ticket', async ({ guest }) => {
    const event = await performanceTonight(4);
    const { booking, email } = await reservePerformance(event, 2);
    const page = await guest();
    await open(page, booking);
    await expect(status(page, 'pending_email')).toBeVisible();
    const other = await guest();
    await other.goto(await confirmationLink(email));
    await other.getByRole('button', { name: 'Confirm' }).click();
    await expect(status(page, 'confirmed')).toBeVisible(atOnce);
    await expect(page.getByAltText('QR code of your ticket')).toBeVisible();
  });

  test('does not ask while nothing happens', async ({ guest }) => {
    const booked = await bookPerformance(await performanceTonight(4), 1);
    const page = await guest();
    await open(page, booked);
    await expect(page.getByAltText('QR code of your ticket')).toBeVisible();
    const asked: string[] = [];
    page.on('request', (r) => asked.push(r.url()));
    await page.waitForTimeout(quiet);
    expect(asked).toEqual([]);
  });

  test('is followed again after the connection was lost', async ({ guest }) => {
    const booked = await bookPerformance(await performanceTonight(4), 1);
    const page = await guest();
    const connections: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
      socket.connectToServer();
      connections.push(socket);
    });
    await page.goto(`/t/theatre/bookings/${booked.bookingId}?access=${booked.accessToken}`);
    await expect(status(page, 'confirmed')).toBeVisible();
    await expect.poll(() => connections.length).toBe(1);
    await connections[0]!.close();
    await asStaff('/check-ins', {
      confirmationCode: booked.confirmationCode,
      gate: 'South',
    });
    await expect(status(page, 'checked_in')).toBeVisible();
    expect(connections).toHaveLength(2);
  });
});
