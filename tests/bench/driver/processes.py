"""Processes of the bench: started here, ended here by their process id, their CPU time and memory read from /proc."""
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class BenchError(Exception):
    """Something the bench needs did not work. The message is for people."""


def _stat_fields(pid):
    """Fields of /proc/<pid>/stat from the third on (state first), or None when the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text[text.rindex(")") + 2:].split()


def cpu_of(pid, with_ended_children=False):
    """Seconds of CPU a process has used; optionally with those of its children that have ended."""
    fields = _stat_fields(pid)
    if fields is None:
        return 0.0
    ticks = int(fields[11]) + int(fields[12])
    if with_ended_children:
        ticks += int(fields[13]) + int(fields[14])
    return ticks / TICKS_PER_SECOND


def cpu_of_tree(root):
    """Seconds of CPU of a process, its living children and those that have ended (a database server with its backends)."""
    children = Path(f"/proc/{root}/task/{root}/children")
    total = cpu_of(root, with_ended_children=True)
    if children.exists():
        return total + sum(cpu_of(int(child), True) for child in children.read_text().split())
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat_fields(entry.name)
            if fields is not None and int(fields[1]) == root:
                total += cpu_of(int(entry.name), True)
    return total


def resident_bytes(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


@dataclass
class Finished:
    stdout: str
    cpu_seconds: float
    seconds: float


def run(arguments, *, timeout, stdin=None, log=None, environment=None):
    """Runs a program to its end. BenchError when it fails or takes longer than `timeout` seconds."""
    started = time.monotonic()
    process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    before = os.times()
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise BenchError(f"{Path(str(arguments[0])).name} did not end within {timeout} s") from None
    after = os.times()
    if log is not None:
        log.write(err)
        log.flush()
    if process.returncode != 0:
        raise BenchError(f"{Path(str(arguments[0])).name} ended with {process.returncode}: {(err or out).strip()[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Finished(out, cpu, time.monotonic() - started)


class Service:
    """A program that runs until it is told to end."""

    def __init__(self, arguments, *, log_file, environment=None, stop_signal=signal.SIGTERM):
        self._log = open(log_file, "ab")
        self.log_file = Path(log_file)
        self._stop_signal = stop_signal
        # Should this process be killed outright, what it started ends with it.
        with_parent = ["setpriv", "--pdeathsig", signal.Signals(stop_signal).name.removeprefix("SIG"), "--"]
        self._process = subprocess.Popen([*with_parent, *(str(a) for a in arguments)], stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
                                         env=environment, start_new_session=True)

    @property
    def pid(self):
        return self._process.pid

    def running(self):
        return self._process.poll() is None

    def cpu_seconds(self):
        return cpu_of(self.pid)

    def log_tail(self):
        return self.log_file.read_text(errors="replace")[-2000:]

    def stop(self, patience=20.0):
        """Asks, waits, then insists. Answers the exit code."""
        if self.running():
            self._process.send_signal(self._stop_signal)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
        return self._process.returncode
