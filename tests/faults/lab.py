"""A cluster on hosts of its own: nodes, their database, what they share."""
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from support.node import UNLIMITED, Node, run_cli  # noqa: E402
from support.postgres import Postgres  # noqa: E402

from network import SUBNET, Host, Network, call  # noqa: E402

TENANT = "faults"
HTTP_PORT, LINK_PORT = 8000, 7400
SINGLES = 30  # spots of each event that only one guest can have
DATABASE_MB = 1024
CLOCK = "libholdfast-clock.so"

DATABASE_SETTINGS = """\
max_connections = 120
shared_buffers = 128MB
max_wal_size = 128MB
min_wal_size = 64MB
"""

# Nobody takes letters: they stay in the outbox, which is written with each booking all the same.
NODE_SETTINGS = """\
[node]
name = "{name}"
journal_url = "{journal}"
{keys}
[log]
access_log = false

[mail]
transport = "smtp"
smtp_host = "127.0.0.1"
smtp_port = 9
smtp_security = "none"
server_pause_ms = 3600000
poll_ms = 600000

[http]
address = "{address}"
connections_max = 16000
connections_per_address_max = 16000
requests_per_address_per_s_max = 0
requests_per_token_per_s_max = 0
"""

CLUSTER_SETTINGS = """
[cluster]
enabled = true
name = "lab"
link_address = "{address}"
link_port = {link_port}
certificate_file = "{certs}/{name}.pem"
private_key_file = "{certs}/{name}.key"
authority_file = "{certs}/ca.pem"
"""


def shard_of(entity):
    """As protocols/base/ids.cpp has it."""
    h = 0xCBF29CE484222325
    for byte in entity.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    for bits in (32, 16, 8):
        h ^= h >> bits
    return h % 256


def move_clock(file, seconds):
    """So far from the true time, at once, for all programs whose clock it is (clock.c)."""
    with open(file, "r+b" if file.exists() else "w+b", buffering=0) as clock:
        clock.write(struct.pack("=q", seconds * 10**9))


def with_clock(build, file):
    return {**os.environ, "LD_PRELOAD": str(Path(build) / CLOCK), "HOLDFAST_CLOCK_FILE": str(file)}


class LabNode(Node):
    """A node on a host. Its clock can be moved while it runs, where `clocks` is set."""

    def __init__(self, host, *, clocks, **more):
        self.host = host
        self.wanted = False  # somebody looks after it and starts it again when it ends (Lab.look_after)
        self.ends = []       # exit codes that nobody asked for; negative: a signal
        self.clock = Path(more["data"]) / "clock"
        environment = None
        if clocks:
            move_clock(self.clock, 0)
            environment = with_clock(more["build"], self.clock)
        super().__init__(address=host.address, port=HTTP_PORT, enter=host.enter, environment=environment, tenant=TENANT, **more)

    @property
    def name(self):
        return self.host.name

    def launch(self):
        super().launch()
        self.wanted = True

    def kill(self):
        self.wanted = False
        super().kill()

    def stop(self):
        self.wanted = False
        return super().stop()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        if self.running():
            self.process.send_signal(signal.SIGCONT)

    def ready(self):
        try:
            return self.running() and self.request("GET", "/readyz", connection=self.connect(2))[0] == 200
        except OSError:
            return False


class Lab:
    """Use as a context manager: everything that runs is ended with it."""

    def __init__(self, build, folder, *, nodes, events, clocks=False):
        self.build, self.folder, self.clocks = Path(build).resolve(), Path(folder), clocks
        self.network = Network()
        self.database_host = Host("database", 2)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        call("mount", "-t", "tmpfs", "-o", f"size={DATABASE_MB}m,mode=0755", "holdfast-faults", self.disk)
        self.database = Postgres(self.disk, settings=DATABASE_SETTINGS, enter=self.database_host.enter, address=self.database_host.address,
                                 subnet=SUBNET)
        self.events = [f"event-{i}" for i in range(events)]
        self.names = [f"node-{i + 1}" for i in range(nodes)]
        self.nodes = [self._make_node(name, 11 + i) for i, name in enumerate(self.names)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            if node.running():
                node.kill()
        self.database.close()
        call("umount", "--lazy", self.disk)

    def _make_node(self, name, number):
        if number == 11 and len(self.names) > 1:
            self._share()
        data = self.folder / name
        data.mkdir()
        host = Host(name, number)
        values = {"name": name, "journal": self.database.url(), "address": host.address, "link_port": LINK_PORT, "certs": self.folder / "certs",
                  "keys": f'keys_file = "{self.folder}/shared/node.keys"\n' if len(self.names) > 1 else ""}
        settings = NODE_SETTINGS + (CLUSTER_SETTINGS if len(self.names) > 1 else "")
        return LabNode(host, clocks=self.clocks, build=self.build, data=data, journal=None, settings=settings.format(**values))

    def _share(self):
        """One authority and one set of keys for all."""
        (self.folder / "shared").mkdir()
        self.cli("keys", "create", self.folder / "shared/node.keys")
        self.cli("certs", *self.names, "--out", self.folder / "certs")

    def cli(self, *words):
        code, out, err = run_cli(self.build, *words)
        if code != 0:
            raise SystemExit(f"holdfast {' '.join(map(str, words))}: {err or out}")
        return out

    # ---- the cluster

    def start(self):
        for node in self.nodes:
            node.launch()
        self.wait_ready(60)
        first = self.nodes[0]
        # Staff came to work some time ago: no clock is moved back so far that their tokens would not be valid yet.
        earlier = self.folder / "earlier"
        move_clock(earlier, -1800)
        first.make_token(self.folder / "shared" if len(self.names) > 1 else first.data, with_clock(self.build, earlier))
        for node in self.nodes:
            node.token = first.token
        # Next month, and the doors open a year before: guests are let in from the first moment on.
        first.define_tenant(policy={"checkInOpensBeforeMs": 365 * 86_400_000})
        days = [date.today() + timedelta(days=n) for n in (30, 34)]
        for event in self.events:
            first.define_field(event, SINGLES, frame=[f"{day}T12:00" for day in days])

    def wait_ready(self, patience):
        """Every node that runs is ready, or RuntimeError with those that are not."""
        end = time.monotonic() + patience
        while True:
            waiting = [n.name for n in self.nodes if not n.ready()]
            if not waiting:
                return
            if time.monotonic() > end:
                raise RuntimeError(f"not ready after {patience} s: {', '.join(waiting)}; logs in {self.folder}")
            time.sleep(0.05)

    def look_after(self):
        """As systemd would: what has ended by itself is started again. Called from time to time."""
        for node in self.nodes:
            if node.wanted and not node.running():
                node.ends.append(node.process.returncode)
                node.launch()

    def owners(self):
        """{event: name of the node that serves its block}, from the leases."""
        if len(self.nodes) == 1:
            return dict.fromkeys(self.events, self.names[0])
        rows = self.database.query("select l.shard, n.name from holdfast.lease l join holdfast.node n on n.instance = l.node")
        names = dict(line.split("|") for line in rows.splitlines())
        return {event: names.get(str(shard_of(f"block/{TENANT}/{event}.field"))) for event in self.events}

    def audit(self, keys=()):
        """(clean, report lines)."""
        known = self.folder / "acknowledged"
        known.write_text("".join(key + "\n" for key in keys))
        done = subprocess.run([*self.database_host.enter, str(self.build / "holdfast"), "audit", "--json", "--journal", self.database.url(),
                               "--acknowledged", str(known), "--wait-ms", "20000"], capture_output=True, text=True, timeout=600)
        return done.returncode == 0, (done.stdout or done.stderr).splitlines()

    # ---- the database

    def ensure_database(self):
        """Starts it where it has ended, as its host would."""
        try:
            self.database.run("pg_ctl", "-D", self.database.data, "status")
        except RuntimeError:
            self.database.start()

    def fill_disk(self):
        """Until nothing more goes onto the database's disk. The file in the way."""
        filler = self.disk / "in-the-way"
        with open(filler, "wb", buffering=0) as out:
            block = bytes(1 << 20)
            try:
                while True:
                    out.write(block)
            except OSError:
                pass
        return filler

    def keep_logs(self, place):
        """What the nodes and the database wrote, for people who look into a run that did not hold."""
        Path(place).mkdir(parents=True, exist_ok=True)
        for node in self.nodes:
            shutil.copy(node.data / "node.log", Path(place) / f"{node.name}.log")
        shutil.copy(self.disk / "log", Path(place) / "database.log")
