"""Guests who book, cancel and come to the gate, at a steady rate whatever happens, and insist until they are answered. Everything they ask and
hear is written down: what was answered is a promise."""
import asyncio
import json
import random
import time
import uuid
from dataclasses import asdict, dataclass, field

from lab import SINGLES
from wire import Broken

PATIENCE = 12.0  # for one answer; the node gives up after ten seconds
OUTSTANDING_MAX = 3000
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)

# What may be said to a booking that somebody else was faster with.
LOST = {"hold_conflict", "sold_out"}
# Nothing, or nothing certain, happened: ask again with the same key.
AGAIN = {503, 429}


@dataclass
class Attempt:
    node: str
    began: float
    ended: float
    status: int     # 0: no answer
    word: str = ""  # the problem's code, or how the connection broke

    @property
    def answered(self):
        return self.status != 0 and self.status not in AGAIN


@dataclass
class Request:
    kind: str  # book, cancel, check_in
    event: str
    key: str
    began: float
    spot: str = ""
    email: str = ""
    booking: str = ""
    outcome: str = ""  # done, rejected, unexplained; empty: not yet answered
    ended: float = 0.0
    attempts: list = field(default_factory=list)


@dataclass
class Booking:
    """As its guest knows it."""
    id: str
    access: str
    code: str
    event: str
    spot: str
    booked: float              # when the guest was told
    status: str = "confirmed"  # or cancelled, checked_in; "?" while a request about it is unanswered
    giving_up: float = None    # when its guest asked to cancel it


class Ledger:
    """What was asked and answered, in memory for the checks and line by line in a file for people."""

    def __init__(self, file):
        self._file = open(file, "w")
        self.requests = []
        self.bookings = {}
        self.keys = {}  # idempotency key → booking id
        self.wrong = []
        self.not_tried = 0

    def close(self, request):
        if request.outcome:
            self._file.write(json.dumps(asdict(request)) + "\n")

    def finish(self):
        for request in self.requests:
            if not request.outcome:
                self._file.write(json.dumps(asdict(request)) + "\n")
        self._file.close()


class Guests:

    def __init__(self, ledger, clients, events, *, rate, seed, token, book_only=False):
        self.ledger, self.clients, self.events, self.rate, self.token = ledger, clients, events, rate, token
        self.random = random.Random(seed)
        self.shares = (1.0, 0.0) if book_only else (0.75, 0.17)  # books, cancels; the rest comes to the gate
        self.free = []  # bookings that nobody is asking about
        self.tasks = set()
        self.count = 0
        self.stopping = False

    async def arrive(self):
        """Until stopped; one after the other in even distances, however long the earlier ones wait."""
        due = time.monotonic()
        while not self.stopping:
            if len(self.tasks) < OUTSTANDING_MAX:
                task = asyncio.create_task(self._one())
                self.tasks.add(task)
                task.add_done_callback(self._left)
            else:
                self.ledger.not_tried += 1
            due += 1 / self.rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def settle(self, patience):
        """No new ones; those who wait for an answer get it, or did not within `patience`."""
        self.stopping = True
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=patience)
        for task in list(self.tasks):
            task.cancel()
        self.ledger.finish()

    def _left(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception():
            self.ledger.wrong.append(f"the harness itself failed: {task.exception()!r}")

    async def _one(self):
        dice = self.random.random()
        old_enough = self.free and time.monotonic() - self.free[0].booked > 3
        if dice < self.shares[0] or not old_enough:
            await self._book()
        elif dice < sum(self.shares):
            await self._cancel(self.free.pop(0))
        else:
            await self._check_in(self.free.pop(0))

    async def _insist(self, request, method, path, body, headers, again=()):
        """Asks one node after the other until there is an answer. (status, body)"""
        self.ledger.requests.append(request)
        headers = {"Idempotency-Key": request.key, **headers}
        order = self.random.sample(self.clients, len(self.clients))
        for n in range(1_000_000):
            client = order[n % len(order)]
            began = time.monotonic()
            try:
                status, answer = await client.request(method, path, body, headers, PATIENCE)
                word = (answer or {}).get("code", "") if status >= 400 else ""
            except Broken as broken:
                status, answer, word = 0, None, broken.kind
            attempt = Attempt(client.name, began, time.monotonic(), status, word)
            request.attempts.append(attempt)
            if attempt.answered and status not in again:
                request.ended = attempt.ended
                return status, answer or {}
            pause = PAUSES[min(n // len(order), len(PAUSES) - 1)]
            await asyncio.sleep(pause * self.random.uniform(0.5, 1.5))

    def _conclude(self, request, status, answer, done, rejected=()):
        if status == done:
            request.outcome = "done"
        elif status == 409 and answer.get("code") in rejected:
            request.outcome = "rejected"
        else:
            request.outcome = "unexplained"
            self.ledger.wrong.append(f"{request.kind} {request.booking or request.spot} of {request.event} was answered {status}: {json.dumps(answer)[:300]}")
        self.ledger.close(request)
        return request.outcome == "done"

    async def _book(self):
        self.count += 1
        event = self.random.choice(self.events)
        spot = f"s{self.random.randrange(SINGLES)}" if self.random.random() < 0.35 else "meadow"
        request = Request("book", event, str(uuid.UUID(int=self.random.getrandbits(128), version=4)), time.monotonic(), spot,
                          f"guest-{self.count}@example.org")
        body = {"resourceId": f"{event}.field", "spots": [{"spot": spot, "quantity": 1}],
                "userDetails": {"firstName": "Ada", "lastName": "Lovelace", "email": request.email, "phone": "+4520304050"}}
        status, answer = await self._insist(request, "POST", "/api/v1/bookings", body, {})
        request.booking = answer.get("bookingId", "")
        if not self._conclude(request, status, answer, 201, LOST):
            return
        known = self.ledger.keys.setdefault(request.key, request.booking)
        if known != request.booking or request.booking in self.ledger.bookings:
            self.ledger.wrong.append(f"booking {request.booking} was told to two guests")
        booking = Booking(request.booking, answer["accessToken"], answer["confirmationCode"], event, spot, request.ended)
        self.ledger.bookings[booking.id] = booking
        self.free.append(booking)

    async def _cancel(self, booking):
        request = Request("cancel", booking.event, str(uuid.uuid4()), time.monotonic(), booking.spot, booking=booking.id)
        booking.status, booking.giving_up = "?", request.began
        status, answer = await self._insist(request, "POST", f"/api/v1/bookings/{booking.id}/cancel", {}, {"Holdfast-Access": booking.access})
        if self._conclude(request, status, answer, 200):
            booking.status = "cancelled"

    async def _check_in(self, booking):
        request = Request("check_in", booking.event, str(uuid.uuid4()), time.monotonic(), booking.spot, booking=booking.id)
        booking.status = "?"
        # A code is looked up in the lists, and lists may lag: then the gate does not know it yet.
        status, answer = await self._insist(request, "POST", "/api/v1/check-ins", {"confirmationCode": booking.code, "gate": "North"},
                                            {"Authorization": f"Bearer {self.token}"}, again=(404,))
        if self._conclude(request, status, answer, 200):
            booking.status = "checked_in"
