"""Row 9, catalogue: bookings of 1,000 resources while more and more others exist."""
from ..figures import Figure, Goal
from .row import Row


class Catalogue(Row):
    number = "9"

    def measure(self, bench, round_number):
        for journal in bench.journals[:1]:
            for events in bench.sizes.catalogues:
                with bench.journal(journal) as url:
                    watch = bench.machine.watch()
                    before = bench.cluster.cpu_seconds()
                    f = bench.engine("catalogue", url, catalogue=events, seconds=bench.sizes.seconds, timeout=600)
                    noisy = watch.noisy(bench.cluster.cpu_seconds() - before + f["cpu_seconds_in_all"])
                bench.samples("catalogue", journal, events).add(f["rate"], noisy, server_us=f["cpu_seconds"] / f["done"] * 1e6)

    def figures(self, bench):
        journal = bench.journals[0]
        smallest = bench.sizes.catalogues[0]
        out = []
        for events in bench.sizes.catalogues:
            samples = bench.samples("catalogue", journal, events)
            first = events == smallest
            out.append(Figure(self.number, f"engine, {events:,} events in the catalogue", journal, samples.median, "bookings/s",
                              "" if first else f"with {smallest:,}", None if first else bench.samples("catalogue", journal, smallest).median,
                              Goal(), samples.is_noisy, samples.detail()))
        return out
