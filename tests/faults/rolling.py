"""Under load every node is drained and resumed by an operator, then every node is stopped and started again, one after the other, as for an
upgrade. Guests come through something that knows which nodes are ready, as behind a load balancer."""
import asyncio
import time

from checks import Checks
from figures import spread
from guests import Guests
from report import say
from takeover import at_rest
from wire import Broken

WARM_UP, BEFORE, BETWEEN, DRAINED_WITHIN = 3.0, 12.0, 3.0, 30.0  # seconds
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


class Operator:
    """Acts on a node by asking another one, over the API."""

    def __init__(self, lab, clients):
        token = lab.cli("token", "--data", lab.folder / "shared", "--role", "operator", "--ttl", "1h").strip()
        self._headers = {"Authorization": f"Bearer {token}"}
        self._clients = clients

    async def act(self, node, action):
        other = next(c for c in self._clients if c.name != node.name)
        status, body = await other.request("POST", f"/api/v1/operator/nodes/{node.name}/{action}", body={}, headers=self._headers)
        if status != 200:
            raise RuntimeError(f"{action} of {node.name}: {status} {body}")


async def drained(lab, node):
    """Seconds until others serve everything that the node did."""
    began = time.monotonic()
    while node.name in (await asyncio.to_thread(lab.owners)).values():
        if time.monotonic() - began > DRAINED_WITHIN:
            raise RuntimeError(f"{node.name} still serves something {DRAINED_WITHIN:.0f} s after it was to be drained")
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def drain_each(lab, operator, _ledger):
    for node in lab.nodes:
        await operator.act(node, "drain")
        emptied = await drained(lab, node)
        await operator.act(node, "resume")
        resumed = time.monotonic()
        await at_rest(lab)
        say(f"{node.name} served nothing after {emptied:.2f} s, its share again {time.monotonic() - resumed:.2f} s after it was resumed")
        await asyncio.sleep(BETWEEN)


async def restart_each(lab, _operator, ledger):
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


PHASES = (("drain", drain_each), ("rolling restart", restart_each))


async def rolling(lab, clients, ledger, rate, seed, report):
    await at_rest(lab)
    operator = Operator(lab, clients)
    ready = ReadyClients(clients)
    looking = asyncio.create_task(ready.look())
    guests = Guests(ledger, ready, lab.events, rate=rate, seed=seed, token=lab.nodes[0].token, book_only=True)
    arriving = asyncio.create_task(guests.arrive())
    times = []  # phase, when it began, when it ended
    try:
        await asyncio.sleep(WARM_UP)
        calm = time.monotonic()
        await asyncio.sleep(BEFORE)
        times.append(("before", calm, time.monotonic()))
        for name, act in PHASES:
            began = time.monotonic()
            await act(lab, operator, ledger)
            times.append((name, began, time.monotonic()))
    finally:
        guests.stopping = True
        await arriving
        await guests.settle(60)
        looking.cancel()
    figures = {name: figures_of([r for r in ledger.requests if began <= r.began < ended], ended - began) for name, began, ended in times}
    for name, began, ended in times:
        if name != "before":
            added = figures[name]["request_p99_ms"] - figures["before"]["request_p99_ms"]
            figures[name].update(seconds=round(ended - began, 1), added_p99_ms=round(added, 1))
        report.figures(name, figures[name])
    # A drain is no fault: nobody may be refused while it lasts.
    checks = Checks(lab, ledger, clients, [], [(None, began, ended) for name, began, ended in times if name == "rolling restart"])
    await checks.run()
    short = [f"{name}: {f['requests_per_s']} requests/s instead of {rate:.0f}: this machine is too busy or too small"
             for name, f in figures.items() if f["requests_per_s"] < REACHED_MIN * rate]
    checks.rows.append({"check": "the load was what was asked for", "looked_at": len(figures), "violations": len(short), "examples": short})
    report.checks(checks.rows)
    return all(row["violations"] == 0 for row in checks.rows)
