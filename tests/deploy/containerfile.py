#!/usr/bin/env python3
"""Does what the container file says, without an engine: every stage is a fresh Debian in a folder, every step runs in it, and in the end the
image's own command serves. Needs root, debootstrap and this machine's package sources; takes as long as a build from nothing.

  containerfile.py [--keep DIR]
"""
import argparse
import ctypes
import http.client
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests"))
from support import isolation  # noqa: E402

FILE = TREE / "config/deploy/container/Containerfile"
# How this machine reaches its package sources; lent to the build steps and taken back.
LENT = ["etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/apt.conf.d", "etc/apt/trusted.gpg.d", "etc/resolv.conf", "etc/hosts",
        "root/.npmrc", "etc/ssl/certs/ca-certificates.crt", "usr/local/share/ca-certificates"]

MOUNTS = {"proc": "proc", "tmpfs": "tmp"}
DEVICES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))[:300]}: ended with {done.returncode}")


def instructions(text):
    """(word, rest) of each, with continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, rest = line.split(None, 1)
            yield word, rest.strip()


class Stage:
    def __init__(self, image, root):
        suite = re.fullmatch(r"debian:([a-z]+)(-slim)?", image)
        if not suite:
            sys.exit(f"only Debian can be made here, not {image}")
        self.root, self.folder, self.user, self.command = Path(root), "/", None, {}
        run("debootstrap", "--variant=minbase", suite[1], self.root, *self._mirror(), stdout=subprocess.DEVNULL)
        for kind, place in MOUNTS.items():
            run("mount", "-t", kind, kind, self.root / place)
        # Its own, never this machine's: the folder is removed in the end.
        run("mount", "-t", "tmpfs", "tmpfs", self.root / "dev")
        for name, minor in DEVICES.items():
            os.mknod(self.root / "dev" / name, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
            os.chmod(self.root / "dev" / name, 0o666)
        self._own = {}
        self._lend()

    @staticmethod
    def _mirror():
        """The first address of this machine's sources, where debootstrap's own may not be reached."""
        for file in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
            found = re.search(r"^(?:deb .*?|URIs: *)(https?://\S+)", file.read_text(), flags=re.M) if file.is_file() else None
            if found:
                return [found[1]]
        return []

    def _lend(self):
        for name in LENT:
            source, target = Path("/") / name, self.root / name
            if not source.exists():
                continue
            self._own[target] = target.read_bytes() if target.is_file() else None
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copy(source, target)

    def take_back(self):
        for target, bytes_before in self._own.items():
            if bytes_before is not None:
                target.write_bytes(bytes_before)
            elif target.is_file():
                target.unlink()

    def execute(self, command):
        run("chroot", self.root, "/bin/sh", "-ec", f"cd {self.folder}\n{command}", env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root",
                                                                                         "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"})

    def copy(self, source, target):
        to = self.root / target.lstrip("/")
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to, dirs_exist_ok=True, symlinks=True)
        else:
            shutil.copy(source, to)


def build(context, place):
    """The last stage, as the file leaves it."""
    stages, stage = {}, None
    for word, rest in instructions(FILE.read_text()):
        say(f"{word} {rest[:100]}")
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stage = stages[name or "last"] = Stage(image, place / (name or "last"))
        elif word == "RUN":
            stage.execute(rest)
        elif word == "COPY":
            found = re.fullmatch(r"(?:--from=(\S+) )?(\S+) (\S+)", rest)
            stage.copy((stages[found[1]].root if found[1] else context) / found[2].lstrip("/"), found[3])
        elif word == "WORKDIR":
            stage.folder = rest
        elif word in ("ENTRYPOINT", "CMD"):
            stage.command[word] = json.loads(rest)
        elif word == "USER":
            stage.user = rest
        elif word not in ("VOLUME", "EXPOSE", "STOPSIGNAL"):
            sys.exit(f"{word} is not known here")
    stage.take_back()
    return stage


def leave_network():
    """A network of its own for the port that the image names."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:  # CLONE_NEWNET
        sys.exit(f"unshare: {os.strerror(ctypes.get_errno())}")


def serve(stage):
    """The image's command answers, as its user, and ends when it is told to."""
    run("ip", "link", "set", "lo", "up")
    program = subprocess.Popen(["chroot", f"--userspec={stage.user}", str(stage.root), *stage.command["ENTRYPOINT"], *stage.command["CMD"]])
    end = time.monotonic() + 30
    while True:
        try:
            link = http.client.HTTPConnection("127.0.0.1", 8080, timeout=2)
            link.request("GET", "/readyz")
            if link.getresponse().status == 200:
                break
        except OSError:
            pass
        if program.poll() is not None or time.monotonic() > end:
            sys.exit("the image's command does not serve")
        time.sleep(0.1)
    link = http.client.HTTPConnection("127.0.0.1", 8080, timeout=2)
    link.request("GET", "/t/none/")
    page = link.getresponse().read().decode()
    stage.execute("holdfast backup /tmp/one.backup --data /var/lib/holdfast && holdfast restore /tmp/one.backup --check")
    program.send_signal(signal.SIGTERM)
    if program.wait(30) != 0 or "<html" not in page:
        sys.exit("the image serves no pages, or does not end as it should")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--keep", type=Path, help="leave the stages here")
    options = arguments.parse_args()
    began = time.monotonic()
    place = options.keep or Path(tempfile.mkdtemp(prefix="holdfast-container-"))
    context = place / "context"
    context.mkdir(parents=True)
    archive = subprocess.Popen(["git", "-C", str(TREE), "archive", "HEAD"], stdout=subprocess.PIPE)
    run("tar", "-x", "-C", context, stdin=archive.stdout)
    try:
        stage = build(context, place)
        leave_network()
        serve(stage)
    finally:
        if not options.keep:
            for mount in ("proc", "tmp", "dev"):
                for stage_root in (place / "build", place / "last"):
                    subprocess.run(["umount", "--lazy", str(stage_root / mount)], capture_output=True)
            shutil.rmtree(place, ignore_errors=True)
    say(f"the container file builds, and its image serves ({time.monotonic() - began:.0f} s)")


if __name__ == "__main__":
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("containerfile.py needs root and debootstrap")
    isolation.run(main, network=False)
