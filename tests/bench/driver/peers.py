"""What a user would pick instead: seven ways to sell seats with PostgreSQL alone, as pgbench scripts over an honest schema."""
import re
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .processes import BenchError

FOLDER = Path(__file__).resolve().parent.parent / "peers"
CLIENTS = (1, 8, 32, 64)


@dataclass(frozen=True)
class Peer:
    key: str
    title: str
    script: str
    table: str = "booking"
    capacity: int = 1_000_000
    seats: int = 0
    variables: tuple = ()
    options: tuple = ()


PEERS = {peer.key: peer for peer in (
    Peer("a-spread", "exclusion constraint, 1,000 resources", "a_exclusion", "slot_booking", variables=(("resources", 1000),)),
    Peer("a-hot", "exclusion constraint, one resource", "a_exclusion", "slot_booking", variables=(("resources", 1),)),
    Peer("b", "row lock, sum, insert", "b_row_lock"),
    Peer("b-function", "row lock as one function", "b_row_lock_function"),
    Peer("c", "SERIALIZABLE with retry", "c_serializable", options=("--max-tries=1000",)),
    Peer("d", "advisory lock", "d_advisory_lock"),
    Peer("e", "SKIP LOCKED seat picking", "e_skip_locked", seats=60_000),
    Peer("e-function", "SKIP LOCKED as one function", "e_skip_locked_function", seats=60_000),
    Peer("f", "hold and confirm, two transactions", "f_hold_confirm"),
    Peer("g", "guarded UPDATE plus insert", "g_guarded_update"),
)}


@dataclass
class PeerRun:
    rate: float  # confirmed bookings per second
    p99_ms: float
    database_cpu: float  # seconds per booking
    load_cpu: float
    noisy: bool


@dataclass
class PeerResult:
    """Every round of one peer, by number of clients."""
    runs: dict = field(default_factory=dict)

    def rate(self, clients):
        return statistics.median(run.rate for run in self.runs[clients])

    def p99_ms(self, clients):
        return statistics.median(run.p99_ms for run in self.runs[clients])

    def best_clients(self):
        return max(self.runs, key=self.rate)

    def best_rate(self):
        return self.rate(self.best_clients())

    def noisy(self, clients):
        return any(run.noisy for run in self.runs[clients])


class Peers:
    DATABASE = "peers"

    def __init__(self, cluster, machine, seconds, clients=CLIENTS):
        self._cluster = cluster
        self._machine = machine
        self._seconds = max(1, round(seconds))  # pgbench knows whole seconds only
        self._clients = clients
        self.results = {}
        cluster.create(self.DATABASE)
        cluster.run_file(self.DATABASE, FOLDER / "schema.sql")

    def measure(self, key):
        """One round of one peer, at every number of clients."""
        peer = PEERS[key]
        result = self.results.setdefault(key, PeerResult())
        for clients in self._clients:
            result.runs.setdefault(clients, []).append(self._run(peer, clients, self._seconds))

    def sell_out(self, key, capacity=64, clients=8):
        """More guests than seats, all at once: exactly the capacity may be sold."""
        peer = PEERS[key]
        self._reset(capacity, capacity)
        self._pgbench(peer, clients, ["-t", str(capacity // clients * 4)], timeout=60)
        self._check(peer)
        sold = self._booked(peer)
        if peer.table == "booking" and sold != capacity:
            raise BenchError(f"peer {key} sold {sold} of {capacity} seats")
        return sold

    def _run(self, peer, clients, seconds):
        self._reset(peer.capacity, peer.seats)
        before = self._cluster.cpu_seconds()
        watch = self._machine.watch()
        with tempfile.TemporaryDirectory() as folder:
            prefix = f"{folder}/times"
            done = self._pgbench(peer, clients, ["-T", str(seconds), "-l", f"--log-prefix={prefix}"], timeout=seconds + 60)
            noisy = watch.noisy(done.cpu_seconds + self._cluster.cpu_seconds() - before)
            times = sorted(int(line.split()[2]) for file in Path(folder).iterdir() for line in file.read_text().splitlines()
                           if line.split()[2].isdigit())
        booked = self._booked(peer)
        self._check(peer)
        if booked == 0 or not times:
            raise BenchError(f"peer {peer.key} booked nothing: {done.stdout[-800:]}")
        processed = int(re.search(r"number of transactions actually processed: (\d+)", done.stdout).group(1))
        elapsed = processed / float(re.search(r"tps = ([\d.]+) \(without", done.stdout).group(1))
        return PeerRun(rate=booked / elapsed, p99_ms=times[int(len(times) * 0.99)] / 1000,
                       database_cpu=(self._cluster.cpu_seconds() - before) / booked, load_cpu=done.cpu_seconds / booked, noisy=noisy)

    def _pgbench(self, peer, clients, arguments, timeout):
        variables = [part for name, value in peer.variables for part in ("-D", f"{name}={value}")]
        return self._cluster.pgbench(self.DATABASE, ["-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)),
                                                     "-f", str(FOLDER / f"{peer.script}.pgbench"), *variables, *peer.options, *arguments],
                                     timeout)

    def _reset(self, capacity, seats):
        self._cluster.run_file(self.DATABASE, FOLDER / "reset.sql", capacity=capacity, seats=seats)

    def _booked(self, peer):
        where = "WHERE status = 'confirmed'" if peer.table == "booking" else ""
        return int(self._cluster.query(self.DATABASE, f"SELECT count(*) FROM {peer.table} {where}"))

    def _check(self, peer):
        wrong = self._cluster.run_file(self.DATABASE, FOLDER / "invariants.sql")
        if wrong:
            raise BenchError(f"peer {peer.key} broke an invariant: {wrong}")


PLANTED = {
    "performance booked beyond its capacity":
        "INSERT INTO booking (performance_id, quantity, status, total_minor, currency) VALUES (1, 3, 'confirmed', 1, 'DKK')",
    "counter differs from the bookings": "UPDATE performance SET booked = 1",
    "booking that has more than one seat": "UPDATE seat SET booking_id = 7",
    "seat whose booking does not exist": "UPDATE seat SET booking_id = 7 WHERE id = 1",
    "booking without a seat":
        "UPDATE seat SET booking_id = 7; INSERT INTO booking (performance_id, quantity, status, total_minor, currency) VALUES (1, 1, 'confirmed', 1, 'DKK')",
    "stretches of one resource that overlap":
        "ALTER TABLE slot_booking DROP CONSTRAINT slot_booking_resource_id_period_excl;"
        " INSERT INTO slot_booking (resource_id, period, first_name, last_name, email, confirmation_code, total_minor, currency)"
        " SELECT 1, tstzrange(now(), now() + n * interval '1 minute'), '', '', '', '', 1, 'DKK' FROM generate_series(1, 2) n",
}


def prove_checks(cluster, database="planted"):
    """Each invariant sees the fault it is there for: planted and taken back again in one transaction."""
    cluster.create(database)
    cluster.run_file(database, FOLDER / "schema.sql")
    cluster.run_file(database, FOLDER / "reset.sql", capacity=2, seats=2)
    invariants = (FOLDER / "invariants.sql").read_text()
    if cluster.run_text(database, invariants):
        raise BenchError("the invariants find something where nothing is wrong")
    for wrong, statements in PLANTED.items():
        found = cluster.run_text(database, f"BEGIN;\n{statements};\n{invariants}\nROLLBACK;\n")
        if wrong not in found:
            raise BenchError(f"the invariants do not see '{wrong}' (they found: {found or 'nothing'})")
    cluster.query("postgres", f'DROP DATABASE "{database}" WITH (FORCE)')
