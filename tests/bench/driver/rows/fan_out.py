"""Row 6: thousands of guests watch one block over WebSockets while it is booked."""
from ..figures import Better, Figure, Goal
from ..node import TENANT
from .row import Row

SPOTS = 100  # beside the pool that is booked
RATE = 50


class FanOut(Row):
    number = "6"

    def measure(self, bench, round_number):
        journal = bench.journals[0]
        for watchers in bench.sizes.watchers:
            self._watch(bench, journal, watchers, 0)
        self._watch(bench, journal, bench.sizes.watchers[0], bench.sizes.slow_watchers)

    def _watch(self, bench, journal, watchers, slow):
        with bench.node(journal) as node:
            node.define_tenant()
            node.define_pool("fan", spots=SPOTS)
            f = bench.loads.watch(node, block="fan.floor", tenant=TENANT, sockets=watchers, slow=slow, seconds=bench.sizes.seconds * 2, rate=RATE)
            node.audit(f["bookings"])
        each = (f["server_bytes_watched"] - f["server_bytes_before"]) / (watchers + slow)
        detail = {"p50_ms": f["p50_us"] / 1000, "after_answer_p99_ms": f["after_answer_p99_us"] / 1000, "bytes_per_connection": each,
                  "messages_per_booking": f["messages"] / f["bookings"], "server_us": f["server_cpu_seconds"] / f["bookings"] * 1e6,
                  "load_us": f["load_cpu_seconds"] / f["bookings"] * 1e6, "cut_slow": f["cut_slow"]}
        bench.samples("fan", watchers, slow).add(f["p99_us"] / 1000, f["noisy"], **detail)
        bench.samples("fan bytes", watchers, slow).add(each, f["noisy"])

    def figures(self, bench):
        out = []
        journal = bench.journals[0]
        for watchers in bench.sizes.watchers:
            biggest = watchers == bench.sizes.watchers[-1]
            samples = bench.samples("fan", watchers, 0)
            out.append(Figure(self.number, f"{watchers:,} guests, booking sent → last one sees it, p99", journal, samples.median, "ms",
                              goal=Goal(300, 100, Better.LESS) if biggest else Goal(better=Better.LESS), noisy=samples.is_noisy, detail=samples.detail()))
            memory = bench.samples("fan bytes", watchers, 0)
            out.append(Figure(self.number, f"{watchers:,} guests, memory per idle connection", journal, memory.median / 1024, "KiB",
                              goal=Goal(16, None, Better.LESS) if biggest else Goal(better=Better.LESS), noisy=memory.is_noisy, detail=memory.detail()))
        watchers, slow = bench.sizes.watchers[0], bench.sizes.slow_watchers
        with_slow, without = bench.samples("fan", watchers, slow), bench.samples("fan", watchers, 0)
        out.append(Figure(self.number, f"{watchers:,} guests, p99 with {slow} more who do not read", journal, with_slow.median, "ms", "without them",
                          without.median, Goal(better=Better.LESS), with_slow.is_noisy or without.is_noisy, with_slow.detail()))
        return out
