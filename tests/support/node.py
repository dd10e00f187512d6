"""A holdfastd process on a data folder that outlives it, for tests that end it in every way and start it again."""
import http.client
import json
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

GUEST = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.org", "phone": "+4520304050"}

# Many fast clients from one address are what such tests are about.
UNLIMITED = "[http]\nrequests_per_address_per_s_max = 0\nrequests_per_token_per_s_max = 0\n"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run_cli(build, *words, timeout=600, environment=None):
    """(exit code, standard output, standard error) of the command line."""
    done = subprocess.run([str(Path(build) / "holdfast"), *map(str, words)], capture_output=True, text=True, timeout=timeout, env=environment)
    return done.returncode, done.stdout, done.stderr


class Node:
    """`settings`: text of its file. `enter`: words in front of its command, for one that runs in a network namespace."""

    def __init__(self, build, data, journal, *, tenant, address="127.0.0.1", port=None, settings=UNLIMITED, enter=(), environment=None):
        self.build, self.data, self.journal, self.tenant = Path(build), Path(data), journal, tenant
        self.address, self.port = address, port or free_port()
        self.process = None
        self.token = None
        self._enter, self._environment = list(enter), environment
        self.log = open(self.data / "node.log", "ab")
        self.config = self.data / "test.toml"
        self.config.write_text(settings)

    def start(self, patience=30):
        """Seconds until it was ready."""
        began = time.monotonic()
        self.launch()
        while time.monotonic() - began < patience:
            if self.process.poll() is not None:
                raise SystemExit(f"the node ended with {self.process.returncode}; see {self.data}/node.log")
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.02)
        raise SystemExit(f"the node was not ready within {patience} s")

    def launch(self):
        command = [self.build / "holdfastd", "--config", self.config, "--data", self.data, "--port", self.port]
        if self.journal:
            command += ["--journal", self.journal]
        self.process = subprocess.Popen([*self._enter, *map(str, command)], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env=self._environment)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """The exit code; killed when it does not end by itself."""
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def cli(self, *words, **more):
        return run_cli(self.build, *words, **more)

    def make_token(self, folder=None, environment=None):
        """With the keys in `folder`; in the node's own where none is given."""
        code, out, err = self.cli("token", "--data", folder or self.data, "--tenant", self.tenant, "--role", "admin", "--ttl", "12h",
                                  environment=environment)
        if code != 0:
            raise SystemExit(f"holdfast token failed: {err}")
        self.token = out.strip()

    def audit(self, *more):
        where = ["--journal", self.journal] if self.journal else ["--data", self.data]
        return self.cli("audit", "--json", *where, *more)

    def connect(self, timeout=10):
        return http.client.HTTPConnection(self.address, self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, connection=None):
        """(status, JSON or None)."""
        own = connection is None
        connection = connection or self.connect()
        try:
            send = {"Holdfast-Tenant": self.tenant, **(headers or {})}
            if body is not None:
                send["Content-Type"] = "application/json"
            connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=send)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, (json.loads(data) if data and "json" in answer.getheader("Content-Type", "") else None)
        finally:
            if own:
                connection.close()

    def admin(self, method, path, body=None):
        """As an administrator; anything but success ends the test."""
        headers = {"Authorization": "Bearer " + self.token, "Idempotency-Key": str(uuid.uuid4())}
        status, answer = self.request(method, "/api/v1" + path, body, headers)
        if status not in (200, 201):
            raise SystemExit(f"{method} {path}: {status} {answer}")
        return answer

    def define_tenant(self, **more):
        self.admin("PUT", "/admin/tenant", {"name": self.tenant.title(), "flow": "spot", "currency": "DKK", "timeZone": "Europe/Copenhagen",
                                            "languages": ["en"], **more})

    def define_field(self, event, singles, meadow=1_000_000, frame=("2031-07-01T12:00", "2031-07-05T12:00")):
        """An event with one block: a meadow for very many, and single spots s0, s1, …"""
        self.admin("PUT", f"/admin/events/{event}", {"title": {"en": event.title()}, "published": True, "blockIds": [f"{event}.field"],
                                                     "frame": {"startDate": frame[0], "endDate": frame[1]},
                                                     "prices": [{"category": "pitch", "priceMinor": 1000}]})
        spots = [{"label": "meadow", "category": "pitch", "capacity": meadow}]
        spots += [{"label": f"s{i}", "category": "pitch", "row": "a"} for i in range(singles)]
        self.admin("PUT", f"/admin/blocks/{event}.field", {"title": "Field", "spots": spots})
