"""After everything has healed: is what guests were told true, on every node, in the lists, on the pages that were watched and in the journal?"""
import asyncio
import time
from collections import defaultdict

from wire import Broken

RECOVERY = 10.0      # seconds after a fault in which refusals are still its doing
CATCH_UP = 20.0      # for lists and pages, after the last change
PARALLEL = 48
GUEST_STATUS = {"confirmed", "cancelled", "checked_in"}


async def insist(client, path, headers=None, patience=20.0):
    """A question that is asked until it is answered: "not now" says nothing."""
    end = time.monotonic() + patience
    while True:
        try:
            status, answer = await client.request("GET", path, headers=headers)
        except Broken as broken:
            status, answer = 0, {"code": broken.kind}
        if status not in (0, 503, 429) or time.monotonic() > end:
            return status, answer or {}
        await asyncio.sleep(0.05)


async def for_all(things, work):
    """`work` of each, some at a time."""
    gate = asyncio.Semaphore(PARALLEL)

    async def one(thing):
        async with gate:
            await work(thing)

    await asyncio.gather(*(one(thing) for thing in things))


class Checks:
    """`rows`: one per check, with what was wrong."""

    def __init__(self, lab, ledger, clients, watchers, happened):
        self.lab, self.ledger, self.clients, self.watchers, self.happened = lab, ledger, clients, watchers, happened
        self.staff = {"Authorization": f"Bearer {lab.nodes[0].token}"}
        self.rows = []

    async def run(self):
        self._row("every answer is explained", len(self.ledger.requests), self._unexplained())
        self._row("refused only while something was wrong", sum(len(r.attempts) for r in self.ledger.requests), self._refused_without_fault())
        self._row("every request was answered in the end", len(self.ledger.requests), self._unanswered())
        self._row("no spot was told to two guests", len(self.ledger.bookings), self._sold_twice())
        self._row("every booking is on every node as its guest was told", len(self.ledger.bookings) * len(self.clients), await self._not_shown())
        self._row("lists show all that was booked and nothing that was rejected", len(self.ledger.bookings), await self._wrongly_listed())
        self._row("all nodes show the same map", len(self.lab.events) * len(self.clients), await self._disagreeing())
        self._row("watchers saw every change in order", sum(w.messages for w in self.watchers), [x for w in self.watchers for x in w.wrong])
        self._row("watchers see what is true", sum(len(w.topics) for w in self.watchers), await self._misled())
        clean, lines = await asyncio.to_thread(self.lab.audit, self._acknowledged_keys())
        self._row("the audit of the journal is clean", len(self.ledger.keys), [] if clean else lines[-20:])

    def _row(self, name, looked_at, wrong):
        self.rows.append({"check": name, "looked_at": looked_at, "violations": len(wrong), "examples": [str(w) for w in wrong[:5]]})

    def _acknowledged_keys(self):
        """As entities remember them: the operation, its caller, the key, the step."""
        return [f"createBooking:guest:{key}/book" for key in self.ledger.keys]

    # ---- from what was told alone

    def _unexplained(self):
        return self.ledger.wrong

    def _refused_without_fault(self):
        windows = [(began - 0.5, (ended or time.monotonic()) + RECOVERY) for _, began, ended in self.happened]
        return [f"{a.node} at {a.began:.2f}: {a.status} {a.word}" for r in self.ledger.requests for a in r.attempts
                if not a.answered and not any(begin <= a.ended and a.began <= end for begin, end in windows)]

    def _unanswered(self):
        return [f"{r.kind} of {r.event}: {len(r.attempts)} attempts, the last one {r.attempts[-1] if r.attempts else None}"
                for r in self.ledger.requests if not r.outcome]

    def _sold_twice(self):
        """Between being told of a booking and asking to cancel it, a guest surely has the spot."""
        held = defaultdict(list)
        for b in self.ledger.bookings.values():
            if b.spot != "meadow":
                held[b.event, b.spot].append((b.booked, b.giving_up or float("inf"), b.id))
        wrong = []
        for spot, times in held.items():
            times.sort()
            for (_, until, first), (since, _, second) in zip(times, times[1:]):
                if since < until:
                    wrong.append(f"{spot}: {first} and {second} at the same time")
        return wrong

    # ---- asked of the nodes

    async def _not_shown(self):
        wrong = []

        async def look(pair):
            client, booking = pair
            status, answer = await insist(client, f"/api/v1/bookings/{booking.id}", {"Holdfast-Access": booking.access})
            expected = {booking.status} if booking.status != "?" else GUEST_STATUS
            if status != 200 or answer["status"] not in expected or answer["spots"][0]["spot"] != booking.spot:
                wrong.append(f"{client.name} shows {booking.id} as {status} {answer.get('status') or answer.get('code')}, its guest was told "
                             f"{booking.status}")

        await for_all([(c, b) for c in self.clients for b in self.ledger.bookings.values()], look)
        return wrong

    async def _list(self, client):
        """{e-mail: [(booking, status)]} of the whole list, and how long it is."""
        out, page, total = defaultdict(list), 1, 1
        while (page - 1) * 100 < total:
            status, answer = await insist(client, f"/api/v1/admin/bookings?limit=100&page={page}", self.staff)
            if status != 200:
                raise RuntimeError(f"the list of {client.name}: {status} {answer}")
            total = answer["pagination"]["total"]
            for booking in answer["data"]:
                out[booking["userDetails"]["email"]].append((booking["bookingId"], booking["status"]))
            page += 1
        return out, total

    async def _wrongly_listed(self):
        """The lists follow the journal: when they have caught up, they are compared."""
        end = time.monotonic() + CATCH_UP
        while True:
            wrong = []
            for client in self.clients:
                wrong += self._compare(client.name, *await self._list(client))
            if not wrong or time.monotonic() > end:
                return wrong
            await asyncio.sleep(0.5)

    def _compare(self, node, listed, total):
        wrong = []
        if total != len(self.ledger.bookings):
            wrong.append(f"{node} lists {total} bookings, {len(self.ledger.bookings)} were told to guests")
        for request in self.ledger.requests:
            if request.kind != "book":
                continue
            found = listed.get(request.email, [])
            if request.outcome == "done" and [b for b, _ in found] != [request.booking]:
                wrong.append(f"{node} lists {found} for {request.email}, who was told {request.booking}")
            if request.outcome == "rejected" and found:
                wrong.append(f"{node} lists {found} for {request.email}, who was rejected")
        for bookings in listed.values():
            for booking, status in bookings:
                known = self.ledger.bookings.get(booking)
                if known and known.status not in ("?", status):
                    wrong.append(f"{node} lists {booking} as {status}, its guest was told {known.status}")
        return wrong

    async def _maps(self):
        """{event: {node: block}}."""
        out = defaultdict(dict)

        async def look(pair):
            client, event = pair
            out[event][client.name] = (await insist(client, f"/api/v1/blocks/{event}.field"))[1]

        await for_all([(c, e) for c in self.clients for e in self.lab.events], look)
        return out

    async def _disagreeing(self):
        """Where the maps of two nodes differ."""
        return [f"{event}: " + ", ".join(f"{node} has version {block.get('version')}" for node, block in blocks.items())
                for event, blocks in (await self._maps()).items() if any(b != next(iter(blocks.values())) for b in blocks.values())]

    async def _misled(self):
        end = time.monotonic() + CATCH_UP
        while True:
            truth = await self._maps()
            wrong = [f"a watcher of {topic} has version {(watcher.known.get(topic) or {}).get('version')}, the truth is {block.get('version')}"
                     for watcher in self.watchers for topic in watcher.topics
                     for block in [next(iter(truth[topic.removeprefix("block:").split(".")[0]].values()))]
                     if not same_map(watcher.known.get(topic), block)]
            if not wrong or time.monotonic() > end:
                return wrong
            await asyncio.sleep(0.5)


def same_map(known, block):
    return known is not None and all(known["state"].get(name) == block.get(name) for name in ("spots", "figures", "open"))
