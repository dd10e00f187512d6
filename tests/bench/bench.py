#!/usr/bin/env python3
"""./dev bench: Holdfast measured beside what a user would pick instead, in one run, on one disk. See README.md here."""
import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from driver.context import FULL, QUICK, Context  # noqa: E402
from driver.load import Loads  # noqa: E402
from driver.machine import Machine  # noqa: E402
from driver.peers import Peers, prove_checks  # noqa: E402
from driver.postgres import Cluster  # noqa: E402
from driver.processes import BenchError  # noqa: E402
from driver.report import Reporter  # noqa: E402
from driver.rows import all_rows  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
ROWS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "cluster", "micro", "idle")


def parse():
    p = argparse.ArgumentParser(prog="./dev bench", description=__doc__,
                                epilog="Exit 0 only where nothing was sold twice and, in a full run, every 'must' was met.")
    p.add_argument("--quick", action="store_true", help="every row once and small, under 3 minutes: checks correctness, never a time")
    p.add_argument("--json", action="store_true", help="one object per row on standard output; the words for people go to standard error")
    p.add_argument("--row", action="append", choices=ROWS, metavar="N", help=f"only this row, may be given several times: {', '.join(ROWS)}")
    p.add_argument("--journal", choices=("postgresql", "sqlite", "both"), default="both")
    p.add_argument("--rounds", type=int, metavar="N", help="of everything, peers and Holdfast in turn; figures are medians (3)")
    p.add_argument("--seconds", type=float, metavar="S", help="length of one measurement (4)")
    p.add_argument("--build", type=Path, default=ROOT / "build" / "release", metavar="DIR", help="where the programs are (build/release)")
    p.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), metavar="DIR", help="a folder on the disk to be measured")
    return p.parse_args()


def file_system(folder):
    best = max((line.split() for line in Path("/proc/mounts").read_text().splitlines()
                if folder.is_relative_to(line.split()[1].replace("\\040", " "))), key=lambda fields: len(fields[1]))
    return best[2]


def wanted_rows(options):
    """Rows 8 and 9 have several parts; the decision times of row 9 come from the micro benchmarks."""
    numbers = set(options.row or ROWS)
    return [row for row in all_rows() if row.number in numbers or (row.number == "micro" and "9" in numbers)]


def run_rounds(bench, rows, rounds, report):
    for n in range(rounds):
        measured = set()
        for row in rows:
            if n >= (row.rounds or rounds):
                continue
            for key in row.peers:
                if key not in measured:
                    bench.peers.measure(key)
                    measured.add(key)
            began = time.monotonic()
            row.measure(bench, n)
            report.say(f"round {n + 1} of {rounds}, row {row.number} ({type(row).__name__}): {time.monotonic() - began:.0f} s")


def show_peers(bench, report):
    for key, result in bench.peers.results.items():
        rates = ", ".join(f"{clients}: {result.rate(clients):,.0f}/s (p99 {result.p99_ms(clients):.1f} ms)" for clients in result.runs)
        report.say(f"peer {key} by clients: {rates}")


def measure(options, report, folder):
    sizes = QUICK if options.quick else FULL
    if options.seconds:
        sizes = sizes.__class__(**{**sizes.__dict__, "seconds": options.seconds})
    rounds = options.rounds or sizes.rounds
    machine = Machine()
    report.say(f"{machine.describe()}; disk: {file_system(folder)} at {folder.parent}; {rounds} rounds of {sizes.seconds:g} s")
    if file_system(folder) == "tmpfs":
        raise BenchError("this folder is in memory: give --folder one on a disk")
    cluster = Cluster(folder)
    try:
        cluster.start()
        peers = Peers(cluster, machine, sizes.seconds, sizes.clients)
        prove_checks(cluster)
        for key in ("b", "b-function", "c", "d", "e", "e-function", "f", "g"):
            peers.sell_out(key)
        journals = ("postgresql", "sqlite") if options.journal == "both" else (options.journal,)
        bench = Context(sizes=sizes, journals=journals, programs=options.build, cluster=cluster, peers=peers,
                        loads=Loads(options.build, machine, cluster), machine=machine, folder=folder, say=report.say)
        rows = wanted_rows(options)
        run_rounds(bench, rows, rounds, report)
        show_peers(bench, report)
        figures = sorted((figure for row in rows for figure in row.figures(bench)), key=lambda figure: ROWS.index(figure.row))
        for figure in figures:
            figure.sized = not options.quick
        report.show(figures)
        report.close(figures)
        return figures
    finally:
        cluster.stop()


def main():
    options = parse()
    report = Reporter(options.json)
    for program in ("holdfastd", "holdfast", "bench/holdfast-load", "bench/holdfast-engine", "bench/holdfast-micro"):
        if not (options.build / program).exists():
            print(f"bench: {options.build / program} is not there: ./dev bench builds it", file=sys.stderr)
            return 2
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    folder = Path(tempfile.mkdtemp(prefix="holdfast-bench-", dir=options.folder)).resolve()
    os.chmod(folder, 0o755)  # the database runs as another user
    began = time.monotonic()
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))  # so that everything that was started is ended too
    try:
        figures = measure(options, report, folder)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    missed = [f for f in figures if f.verdict == "MISSED"]
    report.say(f"\n{time.monotonic() - began:.0f} s; every audit was clean, nothing was sold twice")
    if missed and not options.quick:
        report.say(f"{len(missed)} figures missed what they must reach" + (", some of them on a noisy machine" if any(f.noisy for f in missed) else ""))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
