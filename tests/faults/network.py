"""Hosts that are network namespaces on one bridge, and what can go wrong between them.

Everything here lives in the namespaces that the run was started in (tests/support/isolation.py), so it is gone with the run, however that ends.
"""
import os
import subprocess
import time

PREFIX = "10.66.0."
SUBNET = PREFIX + "0/24"
HERE = PREFIX + "1"  # the guests


def call(*words):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


class Host:
    """A network namespace, kept by a process that sleeps in it."""

    def __init__(self, name, number):
        self.name, self.address = name, f"{PREFIX}{number}"
        self._holder = subprocess.Popen(["unshare", "--net", "--", "sleep", "infinity"])
        place = f"/proc/{self._holder.pid}/ns/net"
        while os.readlink(place) == os.readlink("/proc/self/ns/net"):
            time.sleep(0.002)
        self.enter = ["nsenter", f"--net={place}", "--"]
        call("ip", "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", self._holder.pid)
        call("ip", "link", "set", f"to-{name}", "master", "lab", "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")

    def run(self, *words):
        return call(*self.enter, *words)


class Network:
    def __init__(self):
        call("ip", "link", "set", "lo", "up")
        call("ip", "link", "add", "lab", "type", "bridge")
        call("ip", "address", "add", f"{HERE}/24", "dev", "lab")
        call("ip", "link", "set", "lab", "up")


class Rules:
    """Packet rules on one host while the fault lasts."""

    def __init__(self, host, *rules):
        self._host, self._rules = host, [rule.split() for rule in rules]
        for rule in self._rules:
            host.run("iptables", "-w", "-I", *rule)

    def heal(self):
        for rule in self._rules:
            self._host.run("iptables", "-w", "-D", *rule)


def cut(a, b):
    """Nothing passes between the two, and nobody is told."""
    return Rules(a, f"OUTPUT -d {b.address} -j DROP", f"INPUT -s {b.address} -j DROP")


def cut_one_way(a, b):
    """What `a` sends to `b` is lost; what `b` sends arrives."""
    return Rules(a, f"OUTPUT -d {b.address} -j DROP")


def isolate(host, others):
    """Only guests still reach it."""
    return Rules(host, *[rule for o in others for rule in (f"OUTPUT -d {o.address} -j DROP", f"INPUT -s {o.address} -j DROP")])


class Slow:
    """All that the host sends has to pass a narrow link."""

    def __init__(self, host, kbit):
        self._host = host
        host.run("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", f"{kbit}kbit", "burst", "16kb", "latency", "400ms")

    def heal(self):
        self._host.run("tc", "qdisc", "del", "dev", "eth0", "root")


class Lossy:
    """What one host sends to another is late by random times and sometimes lost (tests/faults/delay.cpp decides about each packet)."""

    QUEUE = 7

    def __init__(self, program, host, peer, *, delay_ms, jitter_ms, loss_percent, seed):
        # First the program, then the rule: a queue that nobody reads lets everything pass.
        self._process = subprocess.Popen([*host.enter, str(program), "--queue", str(self.QUEUE), "--delay-ms", str(delay_ms), "--jitter-ms",
                                          str(jitter_ms), "--loss-percent", str(loss_percent), "--seed", str(seed)],
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"holdfast-delay: {self._process.stderr.read().strip()}")
        self._rules = Rules(host, f"OUTPUT -d {peer.address} -j NFQUEUE --queue-num {self.QUEUE} --queue-bypass")

    def heal(self):
        """(packets, lost) that passed the program."""
        self._rules.heal()
        self._process.terminate()
        out, _ = self._process.communicate(timeout=10)
        return tuple(int(n) for n in out.split())
