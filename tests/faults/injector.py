"""Makes faults happen and undoes them."""
import asyncio
import time
from collections import defaultdict
from contextlib import AsyncExitStack

from lab import move_clock
from network import Lossy, Slow, cut, cut_one_way


class Injector:
    """`happened`: [fault, began, ended] in monotonic seconds."""

    def __init__(self, lab, say):
        self.lab, self.say = lab, say
        self.happened = []
        self._touched = defaultdict(asyncio.Lock)
        self._made = {kind: getattr(self, "_" + kind) for kind in
                      ("kill", "pause", "cut_nodes", "cut_database", "one_way", "slow", "lossy", "database", "disk_full", "clock")}

    async def carry_out(self, plan, began):
        await asyncio.gather(*(self._one(fault, began) for fault in plan))

    async def _one(self, fault, began):
        await asyncio.sleep(max(0.0, began + fault.at - time.monotonic()))
        async with AsyncExitStack() as mine:
            # On a busy machine the one before may take longer to heal than was planned.
            for touched in sorted(fault.touches()):
                await mine.enter_async_context(self._touched[touched])
            await self._make(fault)

    async def _make(self, fault):
        record = [fault, time.monotonic(), None]
        self.happened.append(record)
        self.say(f"{fault.kind} {' and '.join(fault.hosts)} for {fault.seconds:.1f} s {fault.details or ''}")
        # In a thread: guests go on meanwhile.
        heal = await asyncio.to_thread(self._made[fault.kind], fault)
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            await asyncio.to_thread(heal)
            record[2] = time.monotonic()

    def _host(self, name):
        return self.lab.database_host if name == "database" else self._node(name).host

    def _node(self, name):
        return next(n for n in self.lab.nodes if n.name == name)

    # Each makes the fault and answers what undoes it.

    def _kill(self, fault):
        node = self._node(fault.hosts[0])
        node.kill()
        return node.launch

    def _pause(self, fault):
        node = self._node(fault.hosts[0])
        node.pause()
        return node.resume

    def _cut_nodes(self, fault):
        return cut(*map(self._host, fault.hosts)).heal

    _cut_database = _cut_nodes

    def _one_way(self, fault):
        return cut_one_way(*map(self._host, fault.hosts)).heal

    def _slow(self, fault):
        return Slow(self._host(fault.hosts[0]), fault.details["kbit"]).heal

    def _lossy(self, fault):
        return Lossy(self.lab.build / "holdfast-delay", *map(self._host, fault.hosts), **fault.details).heal

    def _database(self, fault):
        self.lab.database.stop(fault.details["mode"])
        return self.lab.database.start

    def _disk_full(self, fault):
        filler = self.lab.fill_disk()

        def heal():
            filler.unlink()
            self.lab.ensure_database()

        return heal

    def _clock(self, fault):
        clock = self._node(fault.hosts[0]).clock
        move_clock(clock, fault.details["by"])
        return lambda: move_clock(clock, 0)
