"""Runs the load generator and reads its figures."""
import json
import secrets
from dataclasses import dataclass

from .processes import BenchError, run


@dataclass
class Load:
    figures: dict
    noisy: bool
    server_cpu: float    # seconds per booking or read
    database_cpu: float
    load_cpu: float

    @property
    def rate(self):
        return self.figures["rate"]


class Loads:
    def __init__(self, programs, machine, cluster):
        self._program = programs / "bench" / "holdfast-load"
        self._machine = machine
        self._cluster = cluster

    def http(self, node, *, kind, resource, tenant, seconds, connections=32, resources=1, rate=0, limit=0, warm_up=0.5, may_reject=False):
        watch = self._machine.watch()
        server = node.cpu_seconds()
        database = self._cluster.cpu_seconds()
        done = run([self._program, "http", "--port", node.port, "--tenant", tenant, "--kind", kind, "--resource", resource,
                    "--resources", resources, "--connections", connections, "--seconds", seconds, "--warm-up", warm_up, "--rate", rate,
                    "--limit", limit, "--seed", secrets.randbits(63)], timeout=seconds + warm_up + 90)
        figures = json.loads(done.stdout)
        if figures["failed"] or figures["unanswered"]:
            raise BenchError(f"{kind}: {figures['failed']} failed, {figures['unanswered']} unanswered: {figures['first_failure']}")
        if figures["rejected"] and not may_reject:
            raise BenchError(f"{kind}: {figures['rejected']} bookings were refused: {figures['statuses']}")
        server = node.cpu_seconds() - server
        database = self._cluster.cpu_seconds() - database
        each = max(figures["done_in_all"], 1)
        return Load(figures, watch.noisy(server + database + figures["cpu_seconds"]), server / each, database / each,
                    figures["cpu_seconds"] / each)

    def watch(self, node, *, block, tenant, sockets, seconds, rate=50, slow=0):
        watch = self._machine.watch()
        own = node.cpu_seconds() + self._cluster.cpu_seconds()
        done = run([self._program, "watch", "--port", node.port, "--tenant", tenant, "--block", block, "--sockets", sockets, "--slow", slow,
                    "--rate", rate, "--seconds", seconds, "--server-pid", node.pid, "--seed", secrets.randbits(63)], timeout=seconds + 240)
        figures = json.loads(done.stdout)
        if figures["lost_sockets"] or figures["unseen"]:
            raise BenchError(f"{figures['lost_sockets']} watchers were cut, {figures['unseen']} bookings were not seen by all")
        figures["noisy"] = watch.noisy(node.cpu_seconds() + self._cluster.cpu_seconds() - own + done.cpu_seconds)
        return figures
