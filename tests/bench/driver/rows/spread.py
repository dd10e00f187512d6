"""Row 2: confirmed bookings of half hours on many resources over HTTP."""
from ..figures import Goal
from ..node import TENANT
from .row import Row


class Spread(Row):
    number = "2"
    peers = ("a-spread", "a-hot")

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for connections in bench.sizes.connections:
                with bench.node(journal) as node:
                    node.define_tenant()
                    node.define_resources("spread", bench.sizes.resources)
                    load = bench.loads.http(node, kind="slot", resource="spread%.floor", resources=bench.sizes.resources, tenant=TENANT,
                                            seconds=bench.sizes.seconds, connections=connections)
                    node.audit(load.figures["done_in_all"])
                self.note(bench.samples("spread", journal, connections), load)

    def figures(self, bench):
        out = []
        for journal in bench.journals:
            by_rate = sorted(bench.sizes.connections, key=lambda c: bench.samples("spread", journal, c).median)
            for connections in bench.sizes.connections:
                best = journal == "postgresql" and connections == by_rate[-1]
                out.append(self.rated(bench, bench.samples("spread", journal, connections),
                                      f"{bench.sizes.resources:,} resources, HTTP, {connections} connections", journal, "bookings/s", "a-spread",
                                      Goal(1.5, 3) if best else Goal()))
        return out
