"""Row 4: a hold and its confirmation as two requests."""
from ..figures import Goal
from ..node import TENANT
from .row import Row


class HoldConfirm(Row):
    number = "4"
    peers = ("f",)

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for connections in bench.sizes.connections:
                with bench.node(journal) as node:
                    node.define_tenant()
                    node.define_pool("hot")
                    load = bench.loads.http(node, kind="hold", resource="hot.floor", tenant=TENANT, seconds=bench.sizes.seconds,
                                            connections=connections)
                    node.audit(load.figures["done_in_all"])
                self.note(bench.samples("hold", journal, connections), load)

    def figures(self, bench):
        out = []
        for journal in bench.journals:
            for connections in bench.sizes.connections:
                first = journal == "postgresql" and connections == bench.sizes.connections[0]
                out.append(self.rated(bench, bench.samples("hold", journal, connections), f"hold + confirm, HTTP, {connections} connections",
                                      journal, "bookings/s", "f", Goal(8, 16) if first else Goal()))
        return out
