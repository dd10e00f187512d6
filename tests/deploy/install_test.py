#!/usr/bin/env python3
"""Installs a build below a temporary folder and looks at what lies there: programs that run, units that systemd takes and finds tight, a
container file that names the libraries that the programs need. Exit 0 only where all holds."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
UNITS = ["holdfast.service", "holdfast-backup.service", "holdfast-backup.timer"]
# systemd's own estimate, 0 (tight) to 100. What is left: the network, which a node serves.
EXPOSURE_MAX = {"holdfast.service": 20, "holdfast-backup.service": 15}
# Of the compiler and the C library: in every image.
EVERYWHERE = {"libc6", "libgcc-s1"}

findings = []


def expect(holds, what):
    if not holds:
        findings.append(what)


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=60, **more)


def install(build, stage):
    done = run("cmake", "--install", build, env={**os.environ, "DESTDIR": str(stage)})
    if done.returncode != 0:
        sys.exit(f"cmake --install: {done.stderr}")


def check_programs(prefix, has_pages):
    for program in ("holdfast", "holdfastd"):
        done = run(prefix / "bin" / program, "--help")
        expect(done.returncode == 0, f"{program} --help ends with {done.returncode}: {done.stderr}")
    expect((prefix / "share/holdfast/pages/index.html").is_file() == has_pages, "the pages lie where the program looks for them")
    for script in ("archive-wal", "restore-to-moment"):
        expect(os.access(prefix / "share/holdfast/postgresql" / script, os.X_OK), f"{script} can be executed")


def furnish_root(stage):
    """What systemd-analyze wants to see of a machine that the units are installed on."""
    for name in ("network-online.target", "postgresql.service", "timers.target", "multi-user.target", "basic.target", "sysinit.target", "shutdown.target"):
        unit = stage / "usr/lib/systemd/system" / name
        unit.parent.mkdir(parents=True, exist_ok=True)
        unit.write_text("[Service]\nExecStart=/usr/bin/find\n" if name.endswith(".service") else "[Unit]\n")
    for name in ("usr/bin/find", "bin/kill"):
        program = stage / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)


def check_units(stage, prefix):
    folder = prefix / "lib/systemd/system"
    for name in UNITS:
        expect((folder / name).is_file(), f"{name} is installed")
        expect("@" not in re.sub(r"#.*", "", (folder / name).read_text()).replace("@system-service", "").replace("@privileged", "")
               .replace("@resources", ""), f"{name}: every name is filled in")
    done = run("systemd-analyze", "verify", "--man=no", f"--root={stage}", *UNITS)
    expect(done.returncode == 0 and not done.stderr.strip(), f"systemd-analyze verify: {done.stdout}{done.stderr}")
    # It can see a mistake.
    broken = folder / "holdfast-broken.service"
    broken.write_text("[Service]\nExecStart=relative/path\nProtectSistem=strict\n")
    done = run("systemd-analyze", "verify", "--man=no", f"--root={stage}", broken.name)
    expect(done.returncode != 0 or "ProtectSistem" in done.stderr, "a broken unit is found")
    broken.unlink()
    for name, most in EXPOSURE_MAX.items():
        done = run("systemd-analyze", "security", "--no-pager", "--offline=true", f"--root={stage}", f"--threshold={most}", name)
        expect(done.returncode == 0, f"{name} is more exposed than {most / 10}: {done.stdout[-400:]}{done.stderr}")


def needed_packages(programs):
    """Debian packages of the libraries that the programs name themselves."""
    names = set()
    for program in programs:
        names |= set(re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", program).stdout))
    where = {}
    for line in run("/sbin/ldconfig", "-p").stdout.splitlines():
        found = re.match(r"\s+(\S+) .*=> (\S+)", line)
        if found:
            where.setdefault(found[1], os.path.realpath(found[2]))
    packages = set()
    for name in names:
        path = where[name]
        owner = run("dpkg-query", "-S", path).stdout or run("dpkg-query", "-S", path.removeprefix("/usr")).stdout
        expect(owner, f"a package for {path}")
        packages.add(owner.split(":")[0])
    return packages - EVERYWHERE


def check_container(prefix):
    text = (TREE / "config/deploy/container/Containerfile").read_text()
    listed = set(re.findall(r"\blib[a-z0-9.+-]+", text[text.index("--no-install-recommends"):text.index("ca-certificates")]))
    needed = needed_packages([prefix / "bin/holdfastd", prefix / "bin/holdfast"])
    expect(listed == needed, f"the container file names {sorted(listed - needed)} too many and lacks {sorted(needed - listed)}")
    for source in re.findall(r"^COPY (?!--from)(\S+) ", text, flags=re.M):
        expect((TREE / source).exists(), f"{source} of the container file is there")


def check_settings(prefix):
    """The settings that ship are ones that the program takes: it gets as far as the data folder, which is none."""
    for file in (TREE / "config/deploy/container/holdfast.toml", TREE / "config/cluster.example.toml"):
        done = run(prefix / "bin/holdfastd", "--config", file, "--data", file / "data")
        expect(done.returncode == 1 and "cannot be made" in done.stderr, f"{file.name}: {done.stderr}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", default="build/release")
    build = Path(arguments.parse_args().build).resolve()
    cache = (build / "CMakeCache.txt").read_text()
    with tempfile.TemporaryDirectory(prefix="holdfast-install-") as folder:
        stage = Path(folder)
        install(build, stage)
        prefix = stage / "usr/local"
        check_programs(prefix, "HOLDFAST_PAGES:BOOL=ON" in cache)
        furnish_root(stage)
        check_units(stage, prefix)
        if "HOLDFAST_SANITIZE:STRING=\n" in cache:
            check_container(prefix)
        check_settings(prefix)
    for finding in findings:
        print("does not hold:", finding, file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
