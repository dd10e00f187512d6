"""A throw-away PostgreSQL cluster with real durability: fsync and synchronous commit stay on. Peers and Holdfast share it."""
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from .processes import BenchError, Service, cpu_of_tree, run

# Sized for the machine, the same for both sides. Checkpoints are made before each measurement and kept out of it.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "min_wal_size": "1GB",
    "checkpoint_timeout": "30min",
    "wal_buffers": "16MB",
}


def find_programs():
    """Folder of initdb and postgres: Debian keeps them out of the search path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if not versions:
        raise BenchError("PostgreSQL's server programs were not found (Debian package: postgresql)")
    return versions[-1].parent


class Cluster:
    def __init__(self, parent):
        self._programs = find_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir=parent))
        self._as_user = []
        self._stays_with_us = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
            # Changing the user forgets what it was told about the death of its parent.
            self._stays_with_us = [*self._as_user[:-1], "--pdeathsig", "INT", "--"]
        self._service = None

    def start(self):
        data = self.folder / "data"
        run([*self._as_user, self._programs / "initdb", "-D", data, "--auth=trust", "--username=postgres", "--encoding=UTF8",
             "--locale=C.UTF-8"], timeout=60)
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        # The log must be in the hands of whoever starts the server.
        log = tempfile.NamedTemporaryFile(prefix="postgresql-", suffix=".log", dir=self.folder.parent, delete=False)
        log.close()
        # SIGINT: fast shutdown.
        self._service = Service([*self._stays_with_us, self._programs / "postgres", "-D", data, "-k", self.folder, *options],
                                log_file=log.name, stop_signal=signal.SIGINT)
        deadline = time.monotonic() + 30
        while True:
            probe = subprocess.run([self._programs / "pg_isready", "-q", "-h", self.folder], timeout=10, check=False)
            if probe.returncode == 0:
                break
            if not self._service.running() or time.monotonic() > deadline:
                raise BenchError(f"PostgreSQL did not start: {self._service.log_tail()}")
            time.sleep(0.05)
        for name in ("fsync", "synchronous_commit"):
            if self.query("postgres", f"SHOW {name}") != "on":
                raise BenchError(f"{name} is not on: the figures would mean nothing")

    def stop(self):
        if self._service is not None:
            self._service.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database):
        return f"postgresql:///{database}?host={quote(str(self.folder), safe='')}&user=postgres"

    def cpu_seconds(self):
        return cpu_of_tree(self._service.pid)

    def query(self, database, sql, timeout=120):
        """Unaligned rows, one per line, columns separated by tabs."""
        return run(self._psql(database) + ["-At", "-F", "\t", "-c", sql], timeout=timeout).stdout.strip()

    def run_file(self, database, file, timeout=600, **variables):
        set_variables = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        return run(self._psql(database) + ["-At", "-F", "\t", *set_variables, "-f", file], timeout=timeout).stdout.strip()

    def run_text(self, database, text, timeout=120):
        return run(self._psql(database) + ["-At", "-F", "\t", "-f", "-"], timeout=timeout, stdin=text).stdout.strip()

    def create(self, database):
        self.query("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self.query("postgres", f'CREATE DATABASE "{database}"')

    def checkpoint(self):
        self.query("postgres", "CHECKPOINT")

    def pgbench(self, database, arguments, timeout):
        return run([self._programs / "pgbench", "-h", self.folder, "-U", "postgres", *arguments, database], timeout=timeout)

    def _psql(self, database):
        return [self._programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "postgres", "-d", database]
