"""Row 8, start: how long a node takes to be ready, by the size of its journal. It must not grow."""
from ..figures import Better, Figure, Goal
from ..node import Node
from .row import Row

PER_BLOCK = 1_000
STARTS = 3


class Start(Row):
    number = "8"
    rounds = 1  # filling takes long; the node is started several times instead

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for bookings in bench.sizes.start_bookings:
                with bench.journal(journal) as url:
                    bench.engine("fill", url, blocks=max(1, bookings // PER_BLOCK), bookings=min(bookings, PER_BLOCK), timeout=900)
                    bench.engine("project", url, timeout=1800)
                    for _ in range(STARTS):
                        with Node(bench.programs, url, bench.folder) as node:
                            bench.samples("start", journal, bookings).add(node.start_seconds * 1000)

    def figures(self, bench):
        out = []
        for journal in bench.journals:
            smallest = bench.sizes.start_bookings[0]
            for bookings in bench.sizes.start_bookings:
                samples = bench.samples("start", journal, bookings)
                first = bookings == smallest
                out.append(Figure(self.number, f"start until ready, {bookings:,} bookings in the journal", journal, samples.median, "ms",
                                  "" if first else f"with {smallest:,}", None if first else bench.samples("start", journal, smallest).median,
                                  Goal(better=Better.LESS) if first else Goal(1.5, 1.1, Better.LESS), samples.is_noisy, samples.detail()))
        return out
