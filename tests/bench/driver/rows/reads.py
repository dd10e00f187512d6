"""Row 7: reads of a 1,000-spot map and of an event's figures, while it is being booked."""
import threading

from ..figures import Figure
from ..node import TENANT
from .row import Row

SPOTS = 1_000
WRITES = 100  # bookings per second meanwhile


class Reads(Row):
    number = "7"

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for kind, resource in (("block", "busy.floor"), ("availability", "busy")):
                with bench.node(journal) as node:
                    node.define_tenant()
                    node.define_pool("busy", spots=SPOTS)
                    load, written = self._read_and_write(bench, node, kind, resource)
                    node.audit(written)
                self.note(bench.samples("reads", kind, journal), load)

    @staticmethod
    def _read_and_write(bench, node, kind, resource):
        seconds = bench.sizes.seconds
        outcome = {}

        def write():
            try:
                outcome["load"] = bench.loads.http(node, kind="pool", resource="busy.floor", tenant=TENANT, seconds=seconds, rate=WRITES, connections=8)
            except Exception as error:  # pylint: disable=broad-except
                outcome["error"] = error

        writer = threading.Thread(target=write)
        writer.start()
        load = bench.loads.http(node, kind=kind, resource=resource, tenant=TENANT, seconds=seconds, connections=bench.sizes.connections[0])
        writer.join()
        if "error" in outcome:
            raise outcome["error"]
        return load, outcome["load"].figures["done_in_all"]

    def figures(self, bench):
        return [Figure(self.number, title, journal, samples.median, "reads/s", noisy=samples.is_noisy, detail=samples.detail())
                for kind, title in (("block", f"map of {SPOTS:,} spots, being booked"), ("availability", "figures of its event, being booked"))
                for journal in bench.journals for samples in [bench.samples("reads", kind, journal)]]
