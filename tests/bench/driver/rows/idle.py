"""An idle node: how much of a core it takes."""
import time

from ..figures import Better, Figure, Goal
from .row import Row

SETTLE = 1.5


class Idle(Row):
    number = "idle"

    def measure(self, bench, round_number):
        for journal in bench.journals:
            with bench.node(journal) as node:
                node.define_tenant()
                node.define_pool("hot")
                time.sleep(SETTLE)
                before, began = node.cpu_seconds(), time.monotonic()
                time.sleep(max(2.0, bench.sizes.seconds * 2))
                share = (node.cpu_seconds() - before) / (time.monotonic() - began)
            bench.samples("idle", journal).add(share * 100)

    def figures(self, bench):
        return [Figure(self.number, "idle node", journal, bench.samples("idle", journal).median, "% of a core", goal=Goal(1, 0.2, Better.LESS),
                       detail=bench.samples("idle", journal).detail()) for journal in bench.journals]
