"""Row 8, memory: what a started entity costs, and what is left of it after it was put away."""
from ..figures import Better, Figure, Goal
from .row import Row


class Memory(Row):
    number = "8"
    rounds = 1  # bytes do not vary

    def measure(self, bench, round_number):
        for journal in bench.journals[:1]:
            with bench.journal(journal) as url:
                f = bench.engine("memory", url, blocks=bench.sizes.memory_blocks, timeout=900)
            bench.samples("memory", "started").add(f["bytes_per_started"] / 1024, entities=f["entities"], start_rate=f["start_rate"])
            bench.samples("memory", "passivated").add(max(0.0, f["bytes_per_passivated"]), left_started=f["left_started"])

    def figures(self, bench):
        journal = bench.journals[0]
        started, passivated = bench.samples("memory", "started"), bench.samples("memory", "passivated")
        blocks = f"{bench.sizes.memory_blocks:,}"
        return [Figure(self.number, f"started block of 100 free spots, {blocks} of them", journal, started.median, "KiB", goal=Goal(None, 8, Better.LESS),
                       detail=started.detail()),
                Figure(self.number, f"passivated block, {blocks} of them", journal, passivated.median, "bytes", goal=Goal(64, 0, Better.LESS),
                       detail=passivated.detail())]
