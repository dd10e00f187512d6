"""Every node is stopped and started again, one after the other, under load, as for an upgrade. Guests come through something that knows which
nodes are ready, as behind a load balancer."""
import asyncio
import time

from checks import Checks
from figures import spread
from guests import Guests
from report import say
from takeover import at_rest
from wire import Broken

WARM_UP, BEFORE, BETWEEN = 3.0, 12.0, 3.0  # seconds
LOOK_EVERY = 0.2
REACHED_MIN = 0.9  # of the load that was asked for; with less the figures are those of another measurement


class ReadyClients(list):
    """Those nodes that said they were ready when they were last asked. Guests draw from it anew for each request."""

    def __init__(self, clients):
        super().__init__(clients)
        self.all = list(clients)

    async def look(self):
        while True:
            ready = await asyncio.gather(*map(self._is_ready, self.all))
            # Nobody ready: any may be tried, the guests will hear why.
            self[:] = [c for c, yes in zip(self.all, ready) if yes] or self.all
            await asyncio.sleep(LOOK_EVERY)

    @staticmethod
    async def _is_ready(client):
        try:
            return (await client.request("GET", "/readyz", timeout=1.0))[0] == 200
        except Broken:
            return False


def figures_of(requests, seconds):
    attempts = [a for r in requests for a in r.attempts]
    refused = sum(a.word == "refused" for a in attempts)  # nothing was sent: a balancer tries the next node
    return {"requests": len(requests), "requests_per_s": round(len(requests) / seconds, 1), "refused_connections": refused,
            "failed_requests": sum(any(not a.answered and a.word != "refused" for a in r.attempts) for r in requests),
            **spread("request", [r.ended - r.began for r in requests if r.outcome])}


async def rolling(lab, clients, ledger, rate, seed, report):
    await at_rest(lab)
    ready = ReadyClients(clients)
    looking = asyncio.create_task(ready.look())
    guests = Guests(ledger, ready, lab.events, rate=rate, seed=seed, token=lab.nodes[0].token, book_only=True)
    arriving = asyncio.create_task(guests.arrive())
    happened = []
    try:
        await asyncio.sleep(WARM_UP)
        calm = time.monotonic()
        await asyncio.sleep(BEFORE)
        rolled = time.monotonic()
        for node in lab.nodes:
            began = time.monotonic()
            code = await asyncio.to_thread(node.stop)
            stopped = time.monotonic()
            node.launch()
            served = await at_rest(lab)
            say(f"{node.name} stopped with {code} after {stopped - began:.2f} s, back and at rest after {time.monotonic() - stopped:.2f} s, "
                f"serves {len(served[node.name])} of {len(lab.events)} events")
            if code != 0:
                ledger.wrong.append(f"{node.name} ended with {code}")
            await asyncio.sleep(BETWEEN)
        over = time.monotonic()
        happened.append((None, rolled, over))
    finally:
        guests.stopping = True
        await arriving
        await guests.settle(60)
        looking.cancel()
    before = figures_of([r for r in ledger.requests if calm <= r.began < rolled], rolled - calm)
    during = figures_of([r for r in ledger.requests if rolled <= r.began < over], over - rolled)
    report.figures("before", before)
    report.figures("rolling restart", {**during, "seconds": round(over - rolled, 1),
                                       "added_p99_ms": round(during["request_p99_ms"] - before["request_p99_ms"], 1)})
    checks = Checks(lab, ledger, clients, [], happened)
    await checks.run()
    short = [f"{name}: {f['requests_per_s']} requests/s instead of {rate:.0f}: this machine is too busy or too small"
             for name, f in (("before", before), ("rolling restart", during)) if f["requests_per_s"] < REACHED_MIN * rate]
    checks.rows.append({"check": "the load was what was asked for", "looked_at": 2, "violations": len(short), "examples": short})
    report.checks(checks.rows)
    return all(row["violations"] == 0 for row in checks.rows)
