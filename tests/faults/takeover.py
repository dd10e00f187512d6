"""How long nobody can book what a node served: after its process was killed, and after it was cut off from everybody without a word.

The clock starts with the fault. A takeover is over when a booking that was sent after it, through a node that is still there, is
answered with success."""
import asyncio
import time
import uuid

from figures import spread
from network import isolate
from report import say
from wire import Broken

PROBED = 4           # events of each victim
PATIENCE = 30.0
CALM = 1.5           # before the next victim, so that shards have come to rest
BALANCED_WITHIN = 60.0


async def book(client, event):
    """True when a place on the meadow was booked."""
    body = {"resourceId": f"{event}.field", "spots": [{"spot": "meadow", "quantity": 1}],
            "userDetails": {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.org", "phone": "+4520304050"}}
    try:
        status, _ = await client.request("POST", "/api/v1/bookings", body, {"Idempotency-Key": str(uuid.uuid4())}, timeout=12)
    except Broken:
        return False
    return status == 201


async def first_success(clients, event, since):
    """Seconds from `since` to the first booking; the guests of each surviving node try on their own."""

    async def insist(client):
        while time.monotonic() < since + PATIENCE:
            if await book(client, event):
                return time.monotonic() - since
            await asyncio.sleep(0.01)
        return None

    tasks = [asyncio.create_task(insist(client)) for client in clients]
    try:
        for done in asyncio.as_completed(tasks):
            if (seconds := await done) is not None:
                return seconds
        return None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def at_rest(lab):
    """Every node is ready and serves some of the events; {node: its events}."""
    await asyncio.to_thread(lab.wait_ready, BALANCED_WITHIN)
    end = time.monotonic() + BALANCED_WITHIN
    while time.monotonic() < end:
        owners = await asyncio.to_thread(lab.owners)
        served = {name: [e for e, owner in owners.items() if owner == name] for name in lab.names}
        if all(served.values()) and sum(map(len, served.values())) == len(lab.events):
            return served
        await asyncio.sleep(0.2)
    raise RuntimeError(f"the shards are not spread over all nodes within {BALANCED_WITHIN:.0f} s")


async def one(lab, clients, victim, events, fail):
    """Seconds for each event, None where nobody could book it in time."""
    survivors = [c for c in clients if c.name != victim.name]
    for event in events:
        if not await book(survivors[0], event):
            raise RuntimeError(f"{event} cannot be booked before anything was done to {victim.name}")
    heal = await asyncio.to_thread(fail, victim)
    since = time.monotonic()
    try:
        return await asyncio.gather(*(first_success(survivors, event, since) for event in events))
    finally:
        await asyncio.to_thread(heal)


def kill(victim):
    victim.kill()
    return victim.launch


def cut_off(lab):
    """From the other nodes and the database; guests reach it all the same."""

    def fail(victim):
        others = [n.host for n in lab.nodes if n is not victim] + [lab.database_host]
        return isolate(victim.host, others).heal

    return fail


async def takeover(lab, clients, rounds, report):
    holds = True
    for mode, fail in (("kill", kill), ("partition", cut_off(lab))):
        seconds, lost = [], 0
        for n in range(rounds):
            served = await at_rest(lab)
            victim = lab.nodes[n % len(lab.nodes)]
            got = await one(lab, clients, victim, served[victim.name][:PROBED], fail)
            seconds += [s for s in got if s is not None]
            lost += sum(s is None for s in got)
            say(f"{mode} {n + 1}/{rounds} of {victim.name}: {', '.join('never' if s is None else f'{s:.3f} s' for s in got)}")
            await asyncio.sleep(CALM)
        report.figures("takeover after " + mode, {"rounds": rounds, "events": len(seconds) + lost, "never": lost, **spread("takeover", seconds)})
        holds = holds and lost == 0
    await at_rest(lab)
    clean, lines = await asyncio.to_thread(lab.audit)
    report.checks([{"check": "the audit of the journal is clean", "looked_at": 1, "violations": 0 if clean else 1,
                    "examples": [] if clean else lines[-5:]}])
    return holds and clean
