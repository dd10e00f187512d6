"""Several nodes on one journal, linked by mutual TLS on loopback: what the row about a cluster measures."""
import shutil
from contextlib import ExitStack

from .node import Node
from .processes import run

SETTINGS = """\
[node]
name = "{name}"
[cluster]
enabled = true
link_port = 0
certificate_file = "{folder}/{name}.pem"
private_key_file = "{folder}/{name}.key"
authority_file = "{folder}/ca.pem"
"""


class SeveralNodes:
    """Use as a context manager; a list of nodes, each with its share of the shards."""

    def __init__(self, programs, journal_url, parent, count):
        self._programs = programs
        self._journal = journal_url
        self._folder = parent / f"certificates-{count}"
        self._parent = parent
        self._names = [f"node-{i + 1}" for i in range(count)]
        self._stack = ExitStack()
        self.nodes = []

    def __enter__(self):
        run([self._programs / "holdfast", "certs", *self._names, "--out", self._folder], timeout=30)
        keys = self._folder / "node.keys"
        if not keys.exists():
            run([self._programs / "holdfast", "keys", "create", keys], timeout=30)
        try:
            for name in self._names:
                node = Node(self._programs, self._journal, self._parent, settings=SETTINGS.format(name=name, folder=self._folder))
                shutil.copy2(keys, node.folder / "node.keys")
                self.nodes.append(self._stack.enter_context(node))
        except BaseException:
            self._stack.close()
            raise
        return self.nodes

    def __exit__(self, *_):
        self._stack.close()
