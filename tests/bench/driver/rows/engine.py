"""Row 3: the engine without HTTP: commands through the region into the journal, in process."""
from ..figures import Goal
from ..node import audit_journal
from ..processes import BenchError
from .row import Row

WINDOW = 2_048


class Engine(Row):
    number = "3"
    peers = ("b", "e", "a-spread")

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for verb, blocks in (("hot", 1), ("assigned", bench.sizes.map_blocks), ("spread", bench.sizes.resources)):
                self._run(bench, journal, verb, blocks)

    @staticmethod
    def _run(bench, journal, verb, blocks):
        with bench.journal(journal) as url:
            watch = bench.machine.watch()
            database = bench.cluster.cpu_seconds()
            f = bench.engine(verb, url, seconds=bench.sizes.seconds, window=WINDOW, blocks=blocks)
            database = bench.cluster.cpu_seconds() - database
            if f["failed"] or f["rejected"]:
                raise BenchError(f"the engine refused {f['rejected']} and failed {f['failed']}: {f['first_problem']}")
            bench.engine("project", url)  # the audit compares the read model too, and no node runs here that keeps it
            audit_journal(bench.programs, url, f["done"])
        bench.samples("engine", verb, journal).add(
            f["rate"], watch.noisy(database + f["cpu_seconds"]), p50_ms=f["p50_us"] / 1000, p99_ms=f["p99_us"] / 1000,
            server_us=f["cpu_seconds"] / f["done"] * 1e6, database_us=database / f["done"] * 1e6, rows_per_commit=f["rows_per_commit"])

    def figures(self, bench):
        out = []
        for journal in bench.journals:
            judged = journal == "postgresql"
            out.append(self.rated(bench, bench.samples("engine", "hot", journal), "engine alone, hot", journal, "bookings/s", "b",
                                  Goal(50, 100) if judged else Goal()))
            out.append(self.rated(bench, bench.samples("engine", "assigned", journal), "engine alone, block picks", journal, "bookings/s", "e"))
            out.append(self.rated(bench, bench.samples("engine", "spread", journal), f"engine alone, {bench.sizes.resources:,} resources", journal,
                                  "bookings/s", "a-spread"))
        return out
