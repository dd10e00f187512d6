#!/usr/bin/env python3
"""Three nodes and their database on hosts of their own, broken in every way while guests book; then everything is checked against what the
guests were told.

  faults.py --build build/release [--minutes 3] [--seed 1] [--kinds kill,pause,…] [--rate 80] [--nodes 3] [--json]
                    faults drawn from the seed under a load of bookings, cancellations, check-ins and watched pages
  faults.py --takeover 30 [--json]
                    how long until others sell what a node sold: after kill -9, and after a silent partition
  faults.py --rolling [--rate 500] [--json]
                    every node is drained, then every node restarted, in turn and under load: failed requests, what it adds to p99

Needs root: hosts are network namespaces. Everything happens in namespaces of the run's own and is gone with it, also after Ctrl-C.

Exit codes: 0 every promise held; 1 one did not; 2 wrong command line, or something is missing that the run needs.
"""
import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import plan  # noqa: E402
from checks import Checks  # noqa: E402
from figures import of_requests  # noqa: E402
from guests import Guests, Ledger  # noqa: E402
from injector import Injector  # noqa: E402
from lab import CLOCK, HTTP_PORT, TENANT, Lab  # noqa: E402
from report import Report, say  # noqa: E402
from rolling import rolling  # noqa: E402
from support import isolation  # noqa: E402
from takeover import takeover  # noqa: E402
from watchers import Watcher  # noqa: E402
from wire import Client  # noqa: E402

EVENTS = 24
WATCHERS = 12
SETTLE = 90.0  # after the last fault everything must be answered by then


def parse():
    out = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    out.add_argument("--build", default="build/release")
    out.add_argument("--minutes", type=float, default=3.0)
    out.add_argument("--seed", type=int, default=1)
    out.add_argument("--kinds", type=lambda text: text.split(","), help=f"of {', '.join(plan.KINDS)}; default: all that the nodes allow")
    out.add_argument("--rate", type=float, help="requests a second (80; --rolling: 500)")
    out.add_argument("--nodes", type=int, choices=[1, 3, 5], default=3)
    out.add_argument("--takeover", type=int, metavar="N", help="measure N takeovers of each mode")
    out.add_argument("--rolling", action="store_true")
    out.add_argument("--keep", type=Path, metavar="DIR", help="keep logs and the history of requests here; without it they are kept when a promise broke")
    out.add_argument("--json", action="store_true")
    options = out.parse_args()
    options.kinds = options.kinds or plan.available(options.nodes)
    unknown = [kind for kind in options.kinds if kind not in plan.available(options.nodes)]
    if unknown:
        out.error(f"unknown with {options.nodes} nodes: {', '.join(unknown)}")
    if options.nodes == 1 and (options.takeover or options.rolling):
        out.error("one node has nobody to take over from it")
    if options.minutes <= 0 or options.takeover is not None and options.takeover < 1:
        out.error("numbers are positive")
    return options


def missing(options):
    """What this run needs and does not find; nothing is left out in silence."""
    out = []
    if os.geteuid() != 0:
        out.append("root: hosts are network namespaces (sudo ./dev faults …)")
    out += [f"the program {name}" for name in ("unshare", "nsenter", "ip", "tc", "iptables", "setpriv", "mount") if not shutil.which(name)]
    out += [f"{options.build}/{name}" for name in ("holdfastd", "holdfast", "holdfast-delay", CLOCK) if not (Path(options.build) / name).is_file()]
    return out


def uses_clocks(options):
    return not options.takeover and not options.rolling and "clock" in options.kinds


def make_clients(lab):
    return [Client(node.name, node.address, HTTP_PORT, TENANT) for node in lab.nodes]


async def look_after(lab):
    while True:
        await asyncio.to_thread(lab.look_after)
        await asyncio.sleep(0.5)


async def random_faults(lab, options, report, history):
    clients, ledger = make_clients(lab), Ledger(history)
    seconds = options.minutes * 60
    faults = plan.draw(options.seed, seconds, lab.names, options.kinds)
    say(f"seed {options.seed}: {len(faults)} faults in {seconds:.0f} s, {options.rate:.0f} requests a second, {len(lab.nodes)} nodes")
    injector = Injector(lab, say)
    watchers = [Watcher(clients, lab.events[i % len(lab.events):][:2], options.seed * 100 + i) for i in range(WATCHERS)]
    guests = Guests(ledger, clients, lab.events, rate=options.rate, seed=options.seed, token=lab.nodes[0].token)
    caring = asyncio.create_task(look_after(lab))
    arriving = asyncio.create_task(guests.arrive())
    for watcher in watchers:
        watcher.start()
    try:
        began = time.monotonic()
        await injector.carry_out(faults, began)
        await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))
        # The guests stop first: the cluster has to come to rest by itself.
        guests.stopping = True
        await arriving
        healed = time.monotonic()
        await asyncio.to_thread(lab.wait_ready, SETTLE)
        ready = time.monotonic() - healed
        await guests.settle(SETTLE)
        checks = Checks(lab, ledger, clients, watchers, injector.happened)
        await checks.run()
    finally:
        caring.cancel()
        for watcher in watchers:
            await watcher.stop()
        report.faults(injector.happened)
    ends = [(node.name, code) for node in lab.nodes for code in node.ends]
    crashes = [f"{name}: {code}" for name, code in ends if code < 0 or code > 2]
    checks.rows.append({"check": "no node crashed", "looked_at": len(lab.nodes), "examples": crashes, "violations": len(crashes)})
    report.figures("requests", {**of_requests(ledger), "ready_after_s": round(ready, 2), "restarted_by_itself": len(ends),
                                "watchers": len(watchers), "watched_messages": sum(w.messages for w in watchers),
                                "visits": sum(w.visits for w in watchers)})
    report.checks(checks.rows)
    holds = all(row["violations"] == 0 for row in checks.rows)
    report.line({"check": "faults", "seed": options.seed, "minutes": options.minutes, "nodes": len(lab.nodes), "holds": holds})
    return holds


async def measure(lab, options, report, history):
    caring = asyncio.create_task(look_after(lab))
    try:
        if options.takeover:
            return await takeover(lab, make_clients(lab), options.takeover, report)
        return await rolling(lab, make_clients(lab), Ledger(history), options.rate, options.seed, report)
    finally:
        caring.cancel()


def run(options):
    began = time.monotonic()
    report = Report(options.json)
    with tempfile.TemporaryDirectory(prefix="holdfast-faults-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # the database's user has to pass
        history = Path(folder) / "requests.jsonl"
        holds = False
        with Lab(options.build, folder, nodes=options.nodes, events=EVENTS, clocks=uses_clocks(options)) as lab:
            try:
                lab.start()
                say(f"{options.nodes} nodes are ready after {time.monotonic() - began:.1f} s")
                work = measure if options.takeover or options.rolling else random_faults
                holds = asyncio.run(work(lab, options, report, history))
            finally:
                if options.keep or not holds:
                    place = options.keep or Path(tempfile.mkdtemp(prefix="holdfast-faults-kept-"))
                    lab.keep_logs(place)
                    if history.is_file():
                        shutil.copy(history, place)
                    say(f"logs and requests are kept in {place}")
    say(f"{'every promise held' if holds else 'A PROMISE BROKE'} ({time.monotonic() - began:.0f} s)")
    return 0 if holds else 1


def interruptible(options):
    try:
        return run(options)
    except KeyboardInterrupt:
        say("interrupted; everything is gone again")
        return 130


def main():
    options = parse()
    options.rate = options.rate or (500.0 if options.rolling else 80.0)
    lacking = missing(options)
    if lacking:
        for what in lacking:
            say(f"faults: this needs {what}")
        return 2
    isolation.run(lambda: interruptible(options), network=True)


if __name__ == "__main__":
    sys.exit(main())
