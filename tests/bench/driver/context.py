"""What every row is given: sizes, the cluster, the peers, programs to run."""
import json
import secrets
from contextlib import contextmanager
from dataclasses import dataclass

from .figures import Samples
from .node import Node
from .processes import run
from .several import SeveralNodes


@dataclass(frozen=True)
class Sizes:
    rounds: int
    seconds: float           # of one measurement
    clients: tuple           # of peers
    connections: tuple       # of HTTP rows
    map_blocks: int          # of 1,024 seats
    resources: int
    rates: tuple             # offered, open loop
    watchers: tuple
    slow_watchers: int
    memory_blocks: int
    history: tuple           # blocks, bookings each
    long_history: tuple      # blocks, events each
    start_bookings: tuple    # bookings in the journal at start
    catalogues: tuple        # events
    micro_seconds: float


FULL = Sizes(rounds=3, seconds=4, clients=(1, 8, 32, 64), connections=(32, 256), map_blocks=120, resources=1_000, rates=(500, 2_000),
             watchers=(1_000, 10_000), slow_watchers=50, memory_blocks=100_000, history=(1_000, 300), long_history=(20, 10_000),
             start_bookings=(10_000, 100_000, 1_000_000), catalogues=(1_000, 10_000, 100_000), micro_seconds=0.5)
QUICK = Sizes(rounds=1, seconds=0.7, clients=(8,), connections=(32,), map_blocks=8, resources=50, rates=(200,), watchers=(200,),
              slow_watchers=5, memory_blocks=2_000, history=(50, 20), long_history=(2, 200), start_bookings=(1_000,), catalogues=(200,), micro_seconds=0.01)


class Context:
    def __init__(self, *, sizes, journals, programs, cluster, peers, loads, machine, folder, say):
        self.sizes = sizes
        self.journals = journals
        self.programs = programs
        self.cluster = cluster
        self.peers = peers
        self.loads = loads
        self.machine = machine
        self.folder = folder
        self.say = say
        self._samples = {}
        self._databases = 0

    def samples(self, *key):
        return self._samples.setdefault(key, Samples())

    def has(self, *key):
        return key in self._samples

    @contextmanager
    def journal(self, kind):
        """URL of a fresh journal on the disk that the peers use too."""
        self._databases += 1
        if kind == "postgresql":
            name = f"holdfast_{self._databases}"
            self.cluster.create(name)
            try:
                yield self.cluster.url(name)
            finally:
                self.cluster.query("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        elif kind == "sqlite":
            file = self.folder / f"journal-{self._databases}.db"
            try:
                yield f"sqlite:{file}"
            finally:
                for part in self.folder.glob(f"{file.name}*"):
                    part.unlink()
        else:
            yield "memory:"

    @contextmanager
    def node(self, kind):
        with self.journal(kind) as url, Node(self.programs, url, self.folder) as node:
            yield node

    @contextmanager
    def nodes(self, count):
        with self.journal("postgresql") as url, SeveralNodes(self.programs, url, self.folder, count) as nodes:
            yield nodes

    def engine(self, verb, url, *, timeout=300, **options):
        """Figures of holdfast-engine."""
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        done = run([self.programs / "bench" / "holdfast-engine", "--journal", url, "--seed", secrets.randbits(62), *arguments, verb], timeout=timeout)
        return json.loads(done.stdout)
