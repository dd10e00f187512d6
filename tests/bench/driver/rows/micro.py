"""Micro benchmarks, and with them row 9's decision time against the claims that are already there."""
import json

from ..figures import Better, Figure, Goal
from ..processes import BenchError, run
from .row import Row

UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
INTERVALS = "decide_interval/"


class Micro(Row):
    number = "micro"

    def __init__(self):
        self._names = []

    def measure(self, bench, round_number):
        quick = bench.sizes.micro_seconds < 0.1
        watch = bench.machine.watch()
        done = run([bench.programs / "bench" / "holdfast-micro", "--benchmark_format=json", f"--benchmark_min_time={bench.sizes.micro_seconds}",
                    *(["--benchmark_filter=-/100000"] if quick else [])], timeout=900)
        noisy = watch.noisy(done.cpu_seconds)
        for b in json.loads(done.stdout)["benchmarks"]:
            if b.get("error_occurred"):
                raise BenchError(f"{b['name']}: {b['error_message']}")
            items = b.get("items_per_second")
            bench.samples("micro", b["name"]).add(1e9 / items if items else b["cpu_time"] * UNITS[b["time_unit"]], noisy)
        self._names = [b["name"] for b in json.loads(done.stdout)["benchmarks"]]

    def figures(self, bench):
        out = []
        base = bench.samples("micro", INTERVALS + "1")
        for name in self._names:
            samples = bench.samples("micro", name)
            growing = name.startswith(INTERVALS) and name != INTERVALS + "1"
            out.append(Figure("9" if name.startswith(INTERVALS) else self.number, name, "", samples.median, "ns", "with 1" if growing else "",
                              base.median if growing else None, Goal(better=Better.LESS), samples.is_noisy, samples.detail()))
        return out
