"""Row 8, recovery: how long the first answer of an entity with a long history takes, from its journal alone and from a snapshot."""
from ..figures import Better, Figure, Goal
from .row import Row

EVENTS_PER_BOOKING = 2  # held and confirmed, in one entry


class Recovery(Row):
    number = "8"

    def measure(self, bench, round_number):
        blocks, events = bench.sizes.long_history
        for journal in bench.journals:
            with bench.journal(journal) as url:
                bench.engine("fill", url, blocks=blocks, bookings=events // EVENTS_PER_BOOKING)
                self.wake(bench, journal, url, "its journal")
                bench.engine("snapshots", url, blocks=blocks)
                self.wake(bench, journal, url, "a snapshot")

    def wake(self, bench, journal, url, source):
        """One after the other, each by a question: what a guest waits who comes first after a start."""
        found = bench.engine("recovery", url, blocks=bench.sizes.long_history[0], window=1)
        bench.samples("wake", journal, source).add(found["p50_us"] / 1000, p99_ms=found["p99_us"] / 1000, entries=found["entries"])

    def figures(self, bench):
        events = bench.sizes.long_history[1]
        out = []
        for journal in bench.journals:
            for source in ("its journal", "a snapshot"):
                samples = bench.samples("wake", journal, source)
                out.append(Figure(self.number, f"first answer of a block with {events:,} events, from {source}", journal, samples.median, "ms",
                                  goal=Goal(better=Better.LESS), noisy=samples.is_noisy, detail=samples.detail()))
        return out
