"""Tables for people, one JSON object per line for programs."""
import json
import sys
from collections import Counter, defaultdict


def say(text):
    print(text, file=sys.stderr, flush=True)


class Report:
    def __init__(self, as_json):
        self._json = as_json

    def line(self, row):
        if self._json:
            print(json.dumps(row), flush=True)

    def table(self, header, rows):
        if self._json:
            return
        rows = [[str(cell) for cell in row] for row in [header, *rows]]
        widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
        for n, row in enumerate(rows):
            cells = [cell.rjust(width) if i and n else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))]
            print("  ".join(cells).rstrip())
            if n == 0:
                print("  ".join("-" * width for width in widths))
        print()

    def faults(self, happened):
        lasted = defaultdict(float)
        counts = Counter()
        for fault, began, ended in happened:
            counts[fault.kind] += 1
            lasted[fault.kind] += (ended or began) - began
        for kind in sorted(counts):
            self.line({"fault": kind, "count": counts[kind], "seconds": round(lasted[kind], 1)})
        self.table(["fault", "count", "seconds"], [[kind, counts[kind], f"{lasted[kind]:.1f}"] for kind in sorted(counts)])

    def figures(self, name, figures):
        self.line({"figures": name, **figures})
        self.table([name, ""], [[key, " ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else value]
                                for key, value in figures.items()])

    def checks(self, rows):
        for row in rows:
            self.line(row)
        self.table(["check", "looked at", "violations"], [[r["check"], r["looked_at"], r["violations"]] for r in rows])
        for row in rows:
            for example in row["examples"]:
                say(f"  WRONG: {row['check']}: {example}")
