"""The cost of distribution: the same load on one node and on three that share its machine, requests at any of them; and one hop."""
import time
from concurrent.futures import ThreadPoolExecutor

from ..figures import Figure, Goal
from ..node import TENANT
from .row import Row

NODES = 3
CROWDS = ("a", "b", "c")
FEW, MANY = 33, 255  # connections in all; with few a commit of each node carries few bookings, and a booking waits for every hop
SETTLE_SECONDS = 2.5  # shards find their nodes


class Cluster(Row):
    number = "cluster"

    def measure(self, bench, round_number):
        if "postgresql" not in bench.journals:
            return
        for connections in (FEW, MANY):
            with bench.node("postgresql") as node:
                self._note(bench.samples(f"alone {connections}"), self._book(bench, [node] * NODES, connections))
            with bench.nodes(NODES) as nodes:
                time.sleep(SETTLE_SECONDS)
                loads = self._book(bench, nodes, connections)
                if connections == FEW:
                    self._hop(bench, nodes, any(load.noisy for load in loads))
            self._note(bench.samples(f"shared {connections}"), loads)

    @staticmethod
    def _hop(bench, nodes, noisy):
        """One of them has the event; the others ask it."""
        hops = sorted(bench.loads.http(node, kind="availability", resource="a0", tenant=TENANT, seconds=bench.sizes.seconds / 2,
                                       connections=1).figures["p50_us"] for node in nodes)
        bench.samples("hop").add(hops[1] - hops[0], noisy, local_us=hops[0], remote_us=hops[1])

    @staticmethod
    def _book(bench, nodes, connections):
        """A crowd at each node, each with resources of its own, which lie on any of them."""
        each = max(1, bench.sizes.resources // NODES)
        nodes[0].define_tenant()
        for crowd in CROWDS:
            nodes[0].define_resources(crowd, each)

        def book(node, crowd):
            return bench.loads.http(node, kind="slot", resource=f"{crowd}%.floor", resources=each, tenant=TENANT, seconds=bench.sizes.seconds,
                                    connections=connections // NODES)

        with ThreadPoolExecutor(NODES) as pool:
            loads = list(pool.map(book, nodes, CROWDS))
        nodes[0].audit(sum(load.figures["done_in_all"] for load in loads))
        return loads

    @staticmethod
    def _note(samples, loads):
        worst = max(loads, key=lambda load: load.figures["p99_us"]).figures
        samples.add(sum(load.rate for load in loads), any(load.noisy for load in loads), p50_ms=worst["p50_us"] / 1000,
                    p99_ms=worst["p99_us"] / 1000, p999_ms=worst["p999_us"] / 1000)

    def figures(self, bench):
        if not bench.has("hop"):
            return []
        hop = bench.samples("hop")
        return [self._distributed(bench, FEW, Goal()), self._distributed(bench, MANY, Goal(0.7, 0.9)),
                Figure(self.number, "a read through another node, more than at its own", "postgresql", hop.median, "us", noisy=hop.is_noisy,
                       detail=hop.detail())]

    def _distributed(self, bench, connections, goal):
        alone, shared = bench.samples(f"alone {connections}"), bench.samples(f"shared {connections}")
        return Figure(self.number, f"{NODES} nodes on one machine, any of them asked, {connections} connections", "postgresql", shared.median,
                      "bookings/s", "one node alone", alone.median, goal, shared.is_noisy or alone.is_noisy, shared.detail())
