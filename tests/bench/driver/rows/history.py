"""Row 8, history: cold recovery of entities and replay of the journal."""
from ..figures import Figure, Goal
from .row import Row


class History(Row):
    number = "8"

    def measure(self, bench, round_number):
        blocks, bookings = bench.sizes.history
        for journal in bench.journals:
            with bench.journal(journal) as url:
                filled = bench.engine("fill", url, blocks=blocks, bookings=bookings)
                watch = bench.machine.watch()
                replay = bench.engine("replay", url)
                recovery = bench.engine("recovery", url, blocks=blocks, window=256)
                projection = bench.engine("project", url)
                # One thread reads and applies; the database works beside it. Whatever else ran shows in the spread of the rounds.
                noisy = watch.noisy(2 * (replay["seconds"] + recovery["seconds"] + projection["seconds"]))
            bench.samples("append", journal).add(filled["appended_per_second"], noisy)
            bench.samples("projection", journal).add(projection["rate"], noisy)
            bench.samples("replay", journal).add(replay["rate"], noisy, entries_per_second=replay["entries_rate"])
            bench.samples("recovery", journal).add(recovery["rate"], noisy, p50_ms=recovery["p50_us"] / 1000, p99_ms=recovery["p99_us"] / 1000,
                                                   entries_per_second=recovery["entries_rate"])

    def figures(self, bench):
        blocks, bookings = bench.sizes.history
        out = []
        for journal in bench.journals:
            for name, title, unit, goal in (("replay", "journal replay", "events/s", Goal(300_000, 1_000_000)),
                                            ("recovery", f"cold recovery of blocks with {bookings:,} bookings", "entities/s", Goal()),
                                            ("projection", "read model kept up", "rows/s", Goal()),
                                            ("append", "bulk append, 4,096 rows a commit", "rows/s", Goal())):
                samples = bench.samples(name, journal)
                out.append(Figure(self.number, title, journal, samples.median, unit, goal=goal, noisy=samples.is_noisy, detail=samples.detail()))
        return out
