"""What a run showed, in numbers."""
from collections import Counter, defaultdict


def quantile(values, q):
    """The value that a share of `q` does not exceed; 0 without values."""
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))] if values else 0.0


def spread(name, values):
    """p50, p99 and the greatest, in milliseconds."""
    return {f"{name}_p50_ms": round(quantile(values, 0.5) * 1000, 1), f"{name}_p99_ms": round(quantile(values, 0.99) * 1000, 1),
            f"{name}_max_ms": round(max(values, default=0) * 1000, 1)}


def outages(requests):
    """{event: longest time in seconds from the beginning of a failed attempt to the next answer from any node}."""
    attempts = defaultdict(list)
    for request in requests:
        attempts[request.event] += request.attempts
    return {event: longest_outage(of_event) for event, of_event in attempts.items()}


def longest_outage(attempts):
    longest, since = 0.0, None
    for attempt in sorted(attempts, key=lambda a: a.ended):
        if not attempt.answered:
            since = attempt.began if since is None else since
        elif since is not None:
            longest, since = max(longest, attempt.ended - since), None
    return longest


def of_requests(ledger):
    requests = [r for r in ledger.requests if r.attempts]
    attempts = [a for r in requests for a in r.attempts]
    answered = sum(a.answered for a in attempts)
    times = [r.ended - r.began for r in requests if r.outcome]
    kinds = Counter((r.kind, r.outcome or "unanswered") for r in requests)
    longest = outages(requests)
    worst = max(longest, key=longest.get, default="")
    return {
        "requests": len(requests), "attempts": len(attempts), "not_tried": ledger.not_tried,
        "attempts_answered_percent": round(100 * answered / max(len(attempts), 1), 3),
        "first_attempt_answered_percent": round(100 * sum(r.attempts[0].answered for r in requests) / max(len(requests), 1), 3),
        "answered_within_1s_percent": round(100 * sum(t <= 1 for t in times) / max(len(requests), 1), 3),
        **spread("request", times),
        "longest_outage_s": round(longest.get(worst, 0.0), 2), "longest_outage_of": worst,
        "outage_median_s": round(quantile(list(longest.values()), 0.5), 2),
        "booked": kinds["book", "done"], "rejected": kinds["book", "rejected"], "cancelled": kinds["cancel", "done"],
        "checked_in": kinds["check_in", "done"],
        "failures": dict(sorted(Counter(f"{a.status or a.word}" for a in attempts if not a.answered).items())),
    }
