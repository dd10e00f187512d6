"""A throw-away PostgreSQL cluster: fsync on, ended by pid, removed afterwards."""
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


class Postgres:
    """On a unix socket in its own folder.

    `folder`: an existing one to live in, which is left to its owner. `settings`: further lines of postgresql.conf. `enter`: words in
    front of the server's command, for one that runs in a network namespace. `address`: where it listens besides, for whom of `subnet`.
    """

    def __init__(self, folder=None, settings="", enter=(), address=None, subnet=None):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[-2]))
        if not found:
            raise SystemExit("PostgreSQL is not installed: ./dev setup")
        self.bin = Path(found[-1])
        self._own_folder = folder is None
        self.dir = Path(folder or tempfile.mkdtemp(prefix="holdfast-pg-"))
        self.data = self.dir / "data"
        self._enter = list(enter)
        self._host = address or str(self.dir)
        self.user = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "postgres"
            self.own(self.dir)
        self.run("initdb", "-D", self.data, "-U", "holdfast", "-A", "trust", "--no-locale", "-E", "UTF8")
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"listen_addresses = '{address or ''}'\nunix_socket_directories = '{self.dir}'\nfsync = on\nsynchronous_commit = on\n{settings}\n")
        if subnet:
            with open(self.data / "pg_hba.conf", "a") as access:
                access.write(f"host all all {subnet} trust\n")
        self.start()

    def own(self, path):
        """Gives a file or folder to the user that the server runs as."""
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def run(self, program, *words, check=True):
        """A program of PostgreSQL, or any other by its path, as the server's user. Its standard output."""
        command = [str(self.bin / program), *map(str, words)]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", "--", *command]
        done = subprocess.run([*self._enter, *command], capture_output=True, text=True, timeout=120, cwd=self.dir)
        if check and done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")
        return done.stdout

    def start(self):
        for attempt in range(5):
            try:
                self.run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.dir / "log", "start")
                return
            except RuntimeError:
                if attempt == 4:
                    raise
                time.sleep(0.5)

    def stop(self, mode="fast"):
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", "60", "stop")

    def query(self, sql, database="postgres"):
        """Unaligned rows, one per line."""
        return self.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.dir, "-U", "holdfast", "-d", database, "-c", sql).strip()

    def url(self):
        return f"postgresql:///postgres?host={self._host}&user=holdfast"

    def close(self):
        try:
            self.stop("immediate")
        except RuntimeError:
            pass
        if self._own_folder:
            shutil.rmtree(self.dir, ignore_errors=True)
