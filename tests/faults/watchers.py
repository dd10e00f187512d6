"""People who watch: each has a page open on some blocks, applies what it is told as the description of the API says, comes back when it
is cut off, now at the same node, now at another, and in the end must see what is true."""
import asyncio
import random

from lab import TENANT
from wire import LiveSocket

SILENCE = 8.0  # then the page asks whether anybody is there


class Watcher:
    def __init__(self, clients, events, seed):
        self.clients = clients
        self.topics = [f"block:{event}.field" for event in events]
        self.random = random.Random(seed)
        self.known = {}  # topic → {"version", "state"}
        self.wrong = []
        self.visits = 0
        self.messages = 0
        self.at = self.random.randrange(len(clients))
        self.task = None

    def start(self):
        self.task = asyncio.create_task(self._run())

    async def stop(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _run(self):
        while True:
            try:
                await self._visit(self.clients[self.at])
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                pass
            if self.random.random() < 0.5:
                self.at = self.random.randrange(len(self.clients))
            await asyncio.sleep(self.random.uniform(0.1, 0.6))

    async def _visit(self, client):
        socket = await LiveSocket.open(client, TENANT)
        self.visits += 1
        try:
            for topic in self.topics:
                last = self.known.get(topic)
                await socket.say({"op": "subscribe", "topic": topic, **({"version": last["version"]} if last else {})})
            asked = False
            while True:
                try:
                    message = await socket.hear(SILENCE / 2)
                except TimeoutError:
                    if asked:
                        return
                    asked = True
                    socket.ping()
                    continue
                asked = False
                if message:
                    self.messages += 1
                    if not self._apply(message):
                        return
        finally:
            socket.close()

    def _apply(self, message):
        """False: the page has to be loaded anew."""
        if message["op"] == "error":
            # A node that is stopping or cannot reach the entity; anything else would be told to a page that did nothing wrong.
            if message["code"] not in ("unavailable", "overloaded"):
                self.wrong.append(f"a watcher of {message.get('topic')} was told {message['code']}")
            return False
        topic, version = message["topic"], message["version"]
        if message["op"] == "snapshot":
            self.known[topic] = {"version": version, "state": message["state"]}
            return True
        known = self.known.get(topic)
        if known is None or (message["from"] != 0 and message["from"] > known["version"]) or version < known["version"]:
            self.wrong.append(f"{topic}: a delta from {message['from']} to {version} after {known and known['version']}")
            self.known.pop(topic, None)
            return False
        known["version"] = version
        changes = message["changes"]
        spots = {spot["label"]: spot for spot in known["state"]["spots"]}
        for spot in changes.get("spots", []):
            spots[spot["label"]].update(spot)
        known["state"].update({name: value for name, value in changes.items() if name != "spots"})
        return True
