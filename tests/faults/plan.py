"""Which faults happen when: drawn from a seed, so that a run can be had again. Pure."""
import random
from dataclasses import dataclass, field

# kind: least and longest duration in seconds
KINDS = {
    "kill": (0.2, 3.0),           # kill -9, started again afterwards
    "pause": (1.0, 20.0),         # SIGSTOP
    "cut_nodes": (2.0, 15.0),     # nothing passes between two nodes
    "cut_database": (2.0, 15.0),  # nothing passes between a node and the database
    "one_way": (2.0, 15.0),       # what one host sends to another is lost, what it hears arrives
    "slow": (3.0, 12.0),          # a narrow link
    "lossy": (3.0, 12.0),         # late and lost packets
    "database": (0.2, 4.0),       # PostgreSQL stopped and started
    "disk_full": (2.0, 8.0),      # of the database
    "clock": (5.0, 15.0),         # jumps, and back
}
DATABASE = "database"
CALM = (1.0, 5.0)  # between two faults
OVERLAP = 0.25     # so often the next fault does not wait for the end of this one


@dataclass
class Fault:
    kind: str
    at: float
    seconds: float
    hosts: list  # whom it befalls; of two the first is where it is made
    details: dict = field(default_factory=dict)

    @property
    def ends(self):
        return self.at + self.seconds

    def touches(self):
        """What no other fault may touch at the same time, because one would undo the other."""
        if self.kind in ("cut_nodes", "cut_database", "one_way", "lossy"):
            return {"packets of " + host for host in self.hosts[:1]}
        if self.kind == "slow":
            return {"link of " + self.hosts[0]}
        if self.kind == "clock":
            return {"clock of " + self.hosts[0]}
        return {"processes of " + self.hosts[0]}


def available(nodes):
    """The kinds that so many nodes allow."""
    return [kind for kind in KINDS if nodes > 1 or kind != "cut_nodes"]


def draw(seed, seconds, nodes, kinds):
    """Faults in the order of their beginning, all ended after `seconds`. Every kind has its turn before one comes again."""
    dice = random.Random(seed)
    out, deck, at = [], [], dice.uniform(*CALM) + 2
    while True:
        if not deck:
            deck = list(kinds)
            dice.shuffle(deck)
        fault = _fault(dice, deck.pop(), at, nodes)
        if fault.ends > seconds:
            return out
        if not any(other.ends > fault.at and other.touches() & fault.touches() for other in out):
            out.append(fault)
        calm_again = max((f.ends for f in out), default=at)
        at = fault.at + fault.seconds * dice.random() if dice.random() < OVERLAP else calm_again + dice.uniform(*CALM)


def _fault(dice, kind, at, nodes):
    low, high = KINDS[kind]
    # Short ones are as interesting as long ones.
    seconds = low * (high / low) ** dice.random()
    a, *others = dice.sample(nodes, len(nodes))
    hosts = {"cut_nodes": [a, *others[:1]], "cut_database": [a, DATABASE], "one_way": dice.choice([[a, DATABASE], [DATABASE, a], [a, *others[:1]]]),
             "lossy": dice.choice([[a, DATABASE], [DATABASE, a], [a, *others[:1]]]), "slow": [dice.choice([a, DATABASE])],
             "database": [DATABASE], "disk_full": [DATABASE]}.get(kind, [a])
    if len(hosts) == 1 and kind in ("one_way", "lossy"):
        hosts = [a, DATABASE]
    details = {}
    if kind == "slow":
        details = {"kbit": dice.choice([128, 512, 2048])}
    if kind == "lossy":
        details = {"delay_ms": dice.choice([5, 30, 120]), "jitter_ms": dice.choice([0, 20, 100]), "loss_percent": dice.choice([0, 2, 10]),
                   "seed": dice.randrange(2**31)}
    if kind == "database":
        details = {"mode": dice.choice(["fast", "immediate"])}
    if kind == "clock":
        details = {"by": dice.choice([-120, -30, -3, 3, 30, 120])}
    return Fault(kind, round(at, 3), round(seconds, 3), hosts, details)
