"""Row 1: confirmed bookings of one hot event over HTTP, and of a hot map whose seats the system picks."""
from ..figures import Goal
from ..node import GROUP_TENANT, TENANT
from ..processes import BenchError
from .row import Row


class Hot(Row):
    number = "1"
    peers = ("b", "b-function", "c", "d", "e", "e-function", "g")

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for connections in bench.sizes.connections:
                self._hot(bench, journal, connections)
            self._map(bench, journal, bench.sizes.connections[0], "area", resource="map.b%", resources=bench.sizes.map_blocks)
            self._map(bench, journal, bench.sizes.connections[0], "map", resource="map")
            self._sell_out(bench, journal)

    def _hot(self, bench, journal, connections):
        with bench.node(journal) as node:
            node.define_tenant()
            node.define_pool("hot")
            load = bench.loads.http(node, kind="pool", resource="hot.floor", tenant=TENANT, seconds=bench.sizes.seconds, connections=connections)
            node.audit(load.figures["done_in_all"])
        self.note(bench.samples("hot", journal, connections), load)

    def _map(self, bench, journal, connections, name, **where):
        """Of an area that the guest names the block picks the seat, in one step; else the event picks the block first, in three."""
        with bench.node(journal) as node:
            node.define_tenant(GROUP_TENANT, "group")
            node.define_map("map", bench.sizes.map_blocks)
            load = bench.loads.http(node, kind="map", tenant=GROUP_TENANT, seconds=bench.sizes.seconds, connections=connections, **where,
                                    limit=bench.sizes.map_blocks * 1_024 * 9 // 10)
            node.audit(load.figures["done_in_all"])
        self.note(bench.samples(name, journal), load)

    @staticmethod
    def _sell_out(bench, journal, capacity=200):
        """More guests than seats at once: exactly the capacity is sold."""
        with bench.node(journal) as node:
            node.define_tenant()
            node.define_pool("small", capacity=capacity)
            load = bench.loads.http(node, kind="pool", resource="small.floor", tenant=TENANT, seconds=0.5, connections=16, warm_up=0, may_reject=True)
            if load.figures["done_in_all"] != capacity or not load.figures["rejected"]:
                raise BenchError(f"{load.figures['done_in_all']} of {capacity} seats were sold: {load.figures['statuses']}")
            node.audit(capacity)

    def figures(self, bench):
        out = []
        for journal in bench.journals:
            judged = journal == "postgresql"
            for connections in bench.sizes.connections:
                samples = bench.samples("hot", journal, connections)
                title = f"hot event, HTTP, {connections} connections"
                first = judged and connections == bench.sizes.connections[0]
                out.append(self.rated(bench, samples, title, journal, "bookings/s", "b", Goal(10, 20) if first else Goal()))
                if first:
                    out.append(self.rated(bench, samples, title, journal, "bookings/s", "g", Goal(5, 9)))
                    out += [self.rated(bench, samples, title, journal, "bookings/s", peer) for peer in ("b-function", "c", "d")]
            samples = bench.samples("area", journal)
            title = f"hot map, system picks in an area, HTTP, {bench.sizes.connections[0]} connections"
            out.append(self.rated(bench, samples, title, journal, "bookings/s", "e", Goal(5, 10) if judged else Goal()))
            if judged:
                out.append(self.rated(bench, samples, title, journal, "bookings/s", "e-function"))
            title = f"hot map, system picks area and seat, HTTP, {bench.sizes.connections[0]} connections"
            out.append(self.rated(bench, bench.samples("map", journal), title, journal, "bookings/s", "e"))
        return out
