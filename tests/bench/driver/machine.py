"""Was the machine quiet? What other processes and the hypervisor took while a measurement ran."""
import os
import time
from pathlib import Path

FOREIGN_SHARE_MAX = 0.10  # of all cores, taken by processes that are not part of the measurement
STOLEN_SHARE_MAX = 0.02   # taken by the hypervisor
SPREAD_MAX = 0.25         # (largest - smallest) / median over the rounds


def _busy_and_stolen():
    fields = [int(x) for x in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    ticks = os.sysconf("SC_CLK_TCK")
    user, nice, system, _idle, _wait, irq, softirq, steal = fields[:8]
    return (user + nice + system + irq + softirq) / ticks, steal / ticks


class Watch:
    def __init__(self):
        self._start = time.monotonic()
        self._busy, self._stolen = _busy_and_stolen()

    def noisy(self, own_cpu_seconds):
        """Given the CPU seconds that the measurement itself has used since the watch began."""
        busy, stolen = _busy_and_stolen()
        available = (time.monotonic() - self._start) * os.cpu_count()
        foreign = busy - self._busy - own_cpu_seconds
        return foreign > FOREIGN_SHARE_MAX * available + 0.2 or stolen - self._stolen > STOLEN_SHARE_MAX * available


class Machine:
    def watch(self):
        return Watch()

    def describe(self):
        model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), "unknown processor")
        memory = int(Path("/proc/meminfo").read_text().split()[1]) // (1024 * 1024)
        return f"{os.cpu_count()} cores ({model}), {memory} GiB"


def spread(values):
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return (ordered[-1] - ordered[0]) / middle if middle else 0.0
