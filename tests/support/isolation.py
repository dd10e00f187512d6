"""Runs a test in namespaces of its own: whatever it makes there (network devices, packet rules, mounts, processes) is gone when it ends, also
after Ctrl-C or kill -9, and nothing of it touches the machine. Needs root."""
import os
import signal
import sys

INSIDE = "HOLDFAST_TEST_INSIDE"


def run(main, *, network):
    """`main` in mount and process namespaces of its own, and with `network` in a network namespace too, where nothing is but loopback. Does
    not return."""
    if os.environ.get(INSIDE) == "1":
        _as_child_of_init(main)
    kinds = ["--mount", "--pid", *(["--net"] if network else [])]
    command = ["unshare", *kinds, "--fork", "--kill-child=SIGKILL", "--mount-proc", "--", sys.executable, os.path.abspath(sys.argv[0]), *sys.argv[1:]]
    os.execvpe(command[0], command, {**os.environ, INSIDE: "1"})


def _as_child_of_init(main):
    """The first process of a process namespace buries the orphans. Without it PostgreSQL would be taken for alive after its end."""
    child = os.fork()
    if child == 0:
        sys.exit(main())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the child as well
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGINT))
    while True:
        pid, status = os.wait()
        if pid == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
