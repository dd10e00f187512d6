"""Figures, goals and their verdicts."""
import json
import statistics
from dataclasses import dataclass, field
from enum import Enum

from .machine import SPREAD_MAX, spread


class Better(Enum):
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Goal:
    """With a peer the bounds are ratios, without one they are in the figure's unit."""
    must: float | None = None
    aim: float | None = None
    better: Better = Better.MORE

    def met(self, bound, value):
        return value >= bound if self.better is Better.MORE else value <= bound


@dataclass
class Figure:
    row: str
    title: str
    journal: str  # "postgresql", "sqlite", "memory" or ""
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    goal: Goal = field(default_factory=Goal)
    noisy: bool = False
    detail: dict = field(default_factory=dict)
    sized: bool = True  # False: a quick run, too small to be judged

    @property
    def ratio(self):
        return self.value / self.peer_value if self.peer_value else None

    @property
    def judged(self):
        return self.ratio if self.peer else self.value

    @property
    def verdict(self):
        if not self.sized or (self.goal.must is None and self.goal.aim is None):
            return ""
        if self.goal.aim is not None and self.goal.met(self.goal.aim, self.judged):
            return "aim"
        if self.goal.must is None:
            return "below aim"
        return "must" if self.goal.met(self.goal.must, self.judged) else "MISSED"

    def as_json(self):
        return json.dumps({"row": self.row, "title": self.title, "journal": self.journal, "value": rounded(self.value), "unit": self.unit,
                           "peer": self.peer or None, "peer_value": rounded(self.peer_value), "ratio": rounded(self.ratio),
                           "must": self.goal.must, "aim": self.goal.aim, "better": self.goal.better.value, "verdict": self.verdict or None,
                           "noisy": self.noisy, **{k: rounded(v) for k, v in self.detail.items()}})


def rounded(x):
    return float(f"{x:.4g}") if isinstance(x, float) else x


def human(x):
    if x is None:
        return ""
    if x >= 100:
        return f"{x:,.0f}"
    return f"{x:.3g}"


@dataclass
class Samples:
    """One figure's rounds."""
    values: list = field(default_factory=list)
    noisy: bool = False
    details: list = field(default_factory=list)

    def add(self, value, noisy=False, **detail):
        self.values.append(value)
        self.noisy = self.noisy or noisy
        self.details.append(detail)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def is_noisy(self):
        return self.noisy or (len(self.values) > 1 and spread(self.values) > SPREAD_MAX)

    def detail(self):
        """Median of every number that the rounds noted beside the figure."""
        names = {name for d in self.details for name in d}
        return {name: statistics.median(d[name] for d in self.details if name in d) for name in sorted(names)} | {"rounds": len(self.values)}
