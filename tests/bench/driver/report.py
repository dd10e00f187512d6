"""One line per row while it runs, one table at the end."""
import sys

from .figures import Better, human


def bound(goal, value, with_peer):
    if value is None:
        return ""
    sign = "" if goal.better is Better.MORE else "≤ "
    return f"{sign}{human(value)}{' ×' if with_peer else ''}"


def line(figure):
    text = f"{figure.row:4} {figure.title}" + (f", {figure.journal}" if figure.journal else "") + f": {human(figure.value)} {figure.unit}"
    if figure.peer:
        text += f"; {figure.peer}: {human(figure.peer_value)}; {human(figure.ratio)} ×"
    extra = [f"{name} {human(figure.detail[key])}{unit}" for key, name, unit in (
        ("p50_ms", "p50", " ms"), ("p99_ms", "p99", " ms"), ("p999_ms", "p99.9", " ms"), ("server_us", "server", " µs"),
        ("database_us", "database", " µs"), ("load_us", "load", " µs CPU each")) if key in figure.detail]
    if extra:
        text += f" ({', '.join(extra)})"
    return text + (" [noisy]" if figure.noisy else "")


def table(figures):
    head = ["row", "what", "journal", "value", "unit", "peer", "its value", "ratio", "must", "aim", "verdict", "noisy"]
    rows = [[f.row, f.title, f.journal, human(f.value), f.unit, f.peer, human(f.peer_value), human(f.ratio),
             bound(f.goal, f.goal.must, f.peer), bound(f.goal, f.goal.aim, f.peer), f.verdict, "noisy" if f.noisy else ""] for f in figures]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    numeric = {3, 6, 7}

    def show(row):
        return "  ".join(cell.rjust(width) if i in numeric else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip()

    return "\n".join([show(head), "  ".join("-" * width for width in widths), *map(show, rows)])


class Reporter:
    """People read standard output; with --json programs do, and people get the lines on standard error."""

    def __init__(self, as_json):
        self._json = as_json
        self._out = sys.stderr if as_json else sys.stdout

    def say(self, text):
        print(text, file=self._out, flush=True)

    def show(self, figures):
        for figure in figures:
            if self._json:
                print(figure.as_json(), flush=True)
            self.say(line(figure))

    def close(self, figures):
        self.say("\n" + table(figures))
