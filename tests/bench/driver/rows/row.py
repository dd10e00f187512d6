"""What rows have in common."""
from ..figures import Figure, Goal

TITLE = {"postgresql": "postgresql", "sqlite": "sqlite", "memory": "memory"}


class Row:
    number = ""
    peers = ()
    rounds = None  # None: as many as the run has

    def measure(self, bench, round_number):
        raise NotImplementedError

    def figures(self, bench):
        raise NotImplementedError

    # ---- for rows that run the load generator

    @staticmethod
    def note(samples, load):
        f = load.figures
        samples.add(load.rate, load.noisy, p50_ms=f["p50_us"] / 1000, p99_ms=f["p99_us"] / 1000, p999_ms=f["p999_us"] / 1000,
                    server_us=load.server_cpu * 1e6, database_us=load.database_cpu * 1e6, load_us=load.load_cpu * 1e6)

    @staticmethod
    def against(bench, key):
        """(name, best rate) of a peer that was measured in this run."""
        result = bench.peers.results[key]
        clients = result.best_clients()
        return f"{key}, {clients} clients", result.best_rate(), result.noisy(clients)

    def rated(self, bench, samples, title, journal, unit, peer=None, goal=Goal(), number=None):
        name, rate, peer_noisy = self.against(bench, peer) if peer else ("", None, False)
        return Figure(number or self.number, title, journal, samples.median, unit, name, rate, goal, samples.is_noisy or peer_noisy, samples.detail())
