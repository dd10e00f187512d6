"""The rows of the bench, in the order in which they are shown.

A row names the peers it is compared with, measures one round at a time (so that peers and Holdfast alternate over the whole run), and at
the end makes figures of the medians.
"""
from . import catalogue, cluster, engine, fan_out, history, hold_confirm, hot, idle, latency, memory, micro, reads, recovery, spread, start


def all_rows():
    return [hot.Hot(), spread.Spread(), engine.Engine(), hold_confirm.HoldConfirm(), latency.Latency(), fan_out.FanOut(), reads.Reads(),
            memory.Memory(), history.History(), recovery.Recovery(), start.Start(), catalogue.Catalogue(), cluster.Cluster(), micro.Micro(), idle.Idle()]
