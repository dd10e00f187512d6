"""The node under test: the real binary on a fresh journal, defined over its own API, audited after every row."""
import http.client
import json
import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .processes import BenchError, Service, cpu_of, resident_bytes, run

TENANT = "bench"            # spot flow
GROUP_TENANT = "bench-map"  # the system picks
POOL = 1_000_000
SEATS_PER_BLOCK = 1_024

# What differs from the defaults, and why.
CONFIG = """\
[log]
level = "info"

[http]
# The load comes from few addresses and is meant to be more than any guest may send.
requests_per_address_per_s_max = 0
requests_per_token_per_s_max = 0
connections_max = 16000

[mail]
# Nobody answers there, so letters stay in the outbox, which is written in the transaction of each booking all the same: what is measured
# are bookings, not how fast a disk takes letters.
transport = "smtp"
smtp_host = "127.0.0.1"
smtp_port = 9
smtp_security = "none"
server_pause_ms = 3600000
poll_ms = 600000
"""


def audit_journal(programs, journal, confirmed):
    """Replays the journal from nothing. So many bookings were told to be confirmed; all of them must be there and none may be in the way of
    another."""
    done = run([programs / "holdfast", "audit", "--journal", journal, "--wait-ms", "120000", "--json"], timeout=600)
    report = json.loads(done.stdout.strip().splitlines()[-1])
    if not report["holds"]:
        raise BenchError(f"the audit found: {done.stdout[-1000:]}")
    if report["confirmed"] < confirmed:
        raise BenchError(f"{confirmed} bookings were told to be confirmed, {report['confirmed']} are in the journal")
    return report


class Node:
    """One holdfastd. Use as a context manager."""

    def __init__(self, programs, journal_url, parent, *, start_patience=60.0, settings=""):
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="node-", dir=parent))
        self.journal = journal_url or f"sqlite:{self.folder}/holdfast.db"
        (self.folder / "holdfast.toml").write_text(CONFIG + settings)
        self._patience = start_patience
        self._service = None
        self._tokens = {}
        self.port = 0
        self.start_seconds = 0.0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        began = time.monotonic()
        address = self.folder / "node.address"
        self._service = Service([self._programs / "holdfastd", "--config", self.folder / "holdfast.toml", "--data", self.folder, "--port", "0",
                                 "--journal", self.journal], log_file=self.folder / "node.log")
        while not address.exists():
            if not self._service.running() or time.monotonic() > began + self._patience:
                raise BenchError(f"the node did not start: {self._service.log_tail()}")
            time.sleep(0.005)
        self.port = int(address.read_text().strip().rsplit(":", 1)[1])
        while self._ask("GET", "/readyz")[0] != 200:
            if time.monotonic() > began + self._patience:
                raise BenchError("the node did not become ready")
            time.sleep(0.01)
        self.start_seconds = time.monotonic() - began

    def stop(self):
        if self._service is None:
            return
        code = self._service.stop()
        self._service = None
        if code != 0:
            raise BenchError(f"the node ended with {code}: see {self.folder}/node.log")

    @property
    def pid(self):
        return self._service.pid

    def cpu_seconds(self):
        return cpu_of(self.pid)

    def resident_bytes(self):
        return resident_bytes(self.pid)

    # ---- the API

    def _ask(self, method, path, body=None, headers=None, connection=None):
        link = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request(method, path, None if body is None else json.dumps(body),
                     {"Content-Type": "application/json", "Host": "localhost", **(headers or {})})
        answer = link.getresponse()
        text = answer.read()
        if connection is None:
            link.close()
        return answer.status, text

    def call(self, method, path, body=None, tenant=TENANT, connection=None):
        """As an administrator; anything but success is an error."""
        headers = {"Holdfast-Tenant": tenant, "Authorization": f"Bearer {self._token(tenant)}"}
        status, text = self._ask(method, "/api/v1" + path, body, headers, connection)
        if status >= 300:
            raise BenchError(f"{method} {path}: {status} {text[:500].decode(errors='replace')}")
        return json.loads(text) if text else None

    def call_all(self, requests, tenant=TENANT, parallel=8):
        """(method, path, body) of each; over a few connections, so that a thousand definitions take a second."""
        self._token(tenant)
        lanes = [requests[i::parallel] for i in range(parallel)]

        def work(lane):
            link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            for method, path, body in lane:
                self.call(method, path, body, tenant, link)
            link.close()

        with ThreadPoolExecutor(parallel) as pool:
            for done in [pool.submit(work, lane) for lane in lanes if lane]:
                done.result()

    def _token(self, tenant):
        if tenant not in self._tokens:
            self._tokens[tenant] = run([self._programs / "holdfast", "token", "--data", self.folder, "--role", "admin", "--tenant", tenant],
                                       timeout=20, environment={**os.environ, "HOLDFAST_TOKEN": ""}).stdout.strip().splitlines()[-1]
        return self._tokens[tenant]

    # ---- what is on sale

    def define_tenant(self, tenant=TENANT, flow="spot"):
        self.call("PUT", "/admin/tenant", {"name": "Bench", "flow": flow, "currency": "DKK", "timeZone": "UTC", "languages": ["en"]}, tenant)

    def define_pool(self, event, capacity=POOL, spots=0):
        """One block: a pool "seat", and as many single spots beside it as asked for."""
        self._define_event(event, [f"{event}.floor"])
        beside = [{"label": f"s{i}", "category": "seat", "row": f"r{i // 40}", "x": i % 40, "y": i // 40} for i in range(spots)]
        self.call("PUT", f"/admin/blocks/{event}.floor",
                  {"title": "Floor", "spots": [*beside, {"label": "seat", "category": "seat", "capacity": capacity}]})

    def define_performance(self, event, capacity=POOL):
        self._define_event(event, [f"{event}.floor"], flow="performance")
        self.call("PUT", f"/admin/blocks/{event}.floor", {"title": "Floor", "spots": [{"label": "seat", "category": "seat", "capacity": capacity}]})

    def define_map(self, event, blocks):
        """Blocks full of single seats in the group flow."""
        names = [f"{event}.b{i}" for i in range(blocks)]
        self._define_event(event, names, tenant=GROUP_TENANT)
        seats = [{"label": f"s{i}", "category": "seat", "row": f"r{i // 40}", "x": i % 40, "y": i // 40} for i in range(SEATS_PER_BLOCK)]
        self.call_all([("PUT", f"/admin/blocks/{name}", {"title": name, "spots": seats}) for name in names], tenant=GROUP_TENANT)

    def define_resources(self, prefix, count):
        """Events "<prefix>0", … with one block of one spot each."""
        self.call_all([("PUT", f"/admin/events/{prefix}{i}", self._event([f"{prefix}{i}.floor"])) for i in range(count)])
        self.call_all([("PUT", f"/admin/blocks/{prefix}{i}.floor", {"title": "Floor", "spots": [{"label": "seat", "category": "seat"}]})
                       for i in range(count)])

    @staticmethod
    def _event(blocks, flow=None):
        event = {"title": {"en": "Bench"}, "frame": {"startDate": "2030-01-01T00:00Z", "endDate": "2130-01-01T00:00Z"}, "published": True,
                 "prices": [{"category": "seat", "priceMinor": 12350}], "blockIds": blocks}
        return {**event, "flow": flow} if flow else event

    def _define_event(self, event, blocks, tenant=TENANT, flow=None):
        self.call("PUT", f"/admin/events/{event}", self._event(blocks, flow), tenant)

    def audit(self, confirmed):
        """Beside the live node."""
        return audit_journal(self._programs, self.journal, confirmed)
