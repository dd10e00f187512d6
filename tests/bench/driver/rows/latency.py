"""Row 5: latency at a fixed offered load; guests arrive on a schedule, and waiting for a connection counts."""
from ..figures import Better, Figure, Goal
from ..node import TENANT
from .row import Row

CONNECTIONS = 128
PEER = "b"


class Latency(Row):
    number = "5"
    peers = (PEER,)

    def measure(self, bench, round_number):
        for journal in bench.journals:
            for rate in bench.sizes.rates:
                with bench.node(journal) as node:
                    node.define_tenant()
                    node.define_pool("hot")
                    load = bench.loads.http(node, kind="pool", resource="hot.floor", tenant=TENANT, seconds=bench.sizes.seconds * 1.5, rate=rate,
                                            connections=CONNECTIONS, warm_up=1)
                    node.audit(load.figures["done_in_all"])
                f = load.figures
                bench.samples("latency", journal, rate).add(
                    f["p99_us"] / 1000, load.noisy, p50_ms=f["p50_us"] / 1000, p999_ms=f["p999_us"] / 1000, reached_rate=load.rate,
                    server_us=load.server_cpu * 1e6, database_us=load.database_cpu * 1e6, load_us=load.load_cpu * 1e6)

    def figures(self, bench):
        out = []
        peer = bench.peers.results[PEER]
        clients = 32 if 32 in peer.runs else peer.best_clients()
        for journal in bench.journals:
            for rate in bench.sizes.rates:
                samples = bench.samples("latency", journal, rate)
                judged = journal == "postgresql" and rate == bench.sizes.rates[-1]
                out.append(Figure(self.number, f"p99 at {rate:,}/s offered", journal, samples.median, "ms", f"{PEER} p99, {clients} clients",
                                  peer.p99_ms(clients), Goal(0.25, 0.1, Better.LESS) if judged else Goal(better=Better.LESS),
                                  samples.is_noisy or peer.noisy(clients), samples.detail()))
        return out
