// A hold in progress: its clock, and what the guest can do with it. Survives a reload of the page, because the spots are the guest's for some minutes
// whatever the browser does.
import type { Client } from '../api/client';
import type { BookingWithAccess, Hold, UserDetails } from '../api/types';
import { Countdown, type Tick } from './countdown';
import { bookingAccess, currentHold } from './storage';
import { Submission } from './submission';

export class Holding {
  hold = $state.raw<Hold | null>(null);
  tick = $state.raw<Tick | null>(null);
  expired = $state(false);
  readonly #client: Client;
  readonly #event: string;
  readonly #submissions = { place: new Submission(), extend: new Submission(), book: new Submission() };
  #countdown: Countdown | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(client: Client, event: string) {
    this.#client = client;
    this.#event = event;
  }

  /** Takes up a hold that an earlier load of this page made. */
  async resume(): Promise<void> {
    const stored = currentHold.get(this.#client.tenant, this.#event);
    if (!stored) return;
    try {
      const booking = await this.#client.get<Hold>(`/bookings/${stored.id}`, { access: stored.access });
      if (booking.status === 'held' && booking.expiresAt)
        this.#accept({ ...booking, holdId: booking.bookingId, accessToken: stored.access });
      else this.#forget();
    } catch {
      this.#forget();
    }
  }

  async place(request: object): Promise<void> {
    this.expired = false;
    this.#accept(await this.#client.post<Hold>('/holds', request, { submission: this.#submissions.place }));
  }

  async change(spots: string[]): Promise<void> {
    const hold = this.hold!;
    const body = { spots: spots.map((spot) => ({ spot })) };
    this.#accept({ ...hold, ...(await this.#client.put<Hold>(`/holds/${hold.holdId}`, body, { access: hold.accessToken })) });
  }

  async extend(): Promise<void> {
    const hold = this.hold!;
    const options = { access: hold.accessToken, submission: this.#submissions.extend };
    this.#accept({ ...hold, ...(await this.#client.post<Hold>(`/holds/${hold.holdId}/extend`, {}, options)) });
  }

  async giveUp(): Promise<void> {
    const hold = this.hold!;
    await this.#client.delete(`/holds/${hold.holdId}`, { access: hold.accessToken });
    this.#forget();
  }

  async book(userDetails: UserDetails): Promise<BookingWithAccess> {
    const hold = this.hold!;
    const options = { access: hold.accessToken, submission: this.#submissions.book };
    const booking = await this.#client.post<BookingWithAccess>('/bookings', { holdId: hold.holdId, userDetails }, options);
    bookingAccess.remember(this.#client.tenant, booking.bookingId, booking.accessToken);
    this.#forget();
    return booking;
  }

  /** The node said that the hold is over before our clock did. */
  lapse(): void {
    this.#forget();
    this.expired = true;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #accept(hold: Hold): void {
    const expiresAt = Date.parse(hold.expiresAt);
    if (this.#countdown) this.#countdown.extend(expiresAt, this.#client.now());
    else this.#countdown = new Countdown(expiresAt, this.#client.now());
    this.hold = hold;
    currentHold.set(this.#client.tenant, this.#event, { id: hold.holdId, access: hold.accessToken });
    this.#step();
    this.#timer ??= setInterval(() => this.#step(), 250);
  }

  #step(): void {
    if (!this.#countdown) return;
    const tick = this.#countdown.tick(this.#client.now());
    if (tick.over) this.lapse();
    else this.tick = tick;
  }

  #forget(): void {
    this.stop();
    this.#countdown = null;
    this.hold = null;
    this.tick = null;
    currentHold.set(this.#client.tenant, this.#event, null);
  }
}
