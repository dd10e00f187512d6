"""A throw-away PostgreSQL cluster on a unix socket: fsync on, ended by pid, removed afterwards."""
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


class Postgres:
    def __init__(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[-2]))
        if not found:
            raise SystemExit("PostgreSQL is not installed: ./dev setup")
        self.bin = Path(found[-1])
        self.dir = Path(tempfile.mkdtemp(prefix="holdfast-pg-"))
        self.user = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "postgres"
            account = pwd.getpwnam(self.user)
            os.chown(self.dir, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", self.dir / "data", "-U", "holdfast", "-A", "trust", "--no-locale", "-E", "UTF8")
        with open(self.dir / "data" / "postgresql.conf", "a") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{self.dir}'\nfsync = on\nsynchronous_commit = on\n")
        self.start()

    def _run(self, program, *words):
        command = [str(self.bin / program), *map(str, words)]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=self.dir)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    def start(self):
        for attempt in range(5):
            try:
                self._run("pg_ctl", "-D", self.dir / "data", "-w", "-t", "60", "-l", self.dir / "log", "start")
                return
            except RuntimeError:
                if attempt == 4:
                    raise
                time.sleep(0.5)

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-D", self.dir / "data", "-m", mode, "-w", "-t", "60", "stop")

    def url(self):
        return f"postgresql:///postgres?host={self.dir}&user=holdfast"

    def close(self):
        try:
            self.stop("immediate")
        except RuntimeError:
            pass
        shutil.rmtree(self.dir, ignore_errors=True)
