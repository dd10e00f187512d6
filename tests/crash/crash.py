#!/usr/bin/env python3
"""Kills a node again and again while bookings are made, and checks that nothing acknowledged is lost and nothing is sold twice.

  crash.py --build build/release [--journal sqlite|postgresql] [--kills 50] [--outages 0] [--rate 200] [--json]

A kill is kill -9 of the node; an outage stops PostgreSQL under load and starts it again, the node stays up.
Exit 0: every promise held.
"""
import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from support.node import GUEST, Node  # noqa: E402
from support.postgres import Postgres  # noqa: E402

SINGLES = 200


class Tally:
    """What clients were told; shared by the threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = {}  # booking id → expected status
        self.keys = {}          # idempotency key → booking id
        self.wrong = []
        self.counts = {"booked": 0, "conflict": 0, "unavailable": 0, "broken": 0, "cancelled": 0, "settled_later": 0}

    def count(self, name):
        with self.lock:
            self.counts[name] += 1

    def booked(self, key, booking, later):
        with self.lock:
            known = self.keys.setdefault(key, booking["bookingId"])
            if known != booking["bookingId"]:
                self.wrong.append(f"key {key} was answered with {known} and later with {booking['bookingId']}")
            self.acknowledged.setdefault(booking["bookingId"], "confirmed")
            self.counts["booked"] += 1
            self.counts["settled_later"] += later


class Guest(threading.Thread):
    """Books, now and then cancels; repeats what was not answered with the same key until it is."""

    def __init__(self, node, tally, rate, seed):
        super().__init__(daemon=True)
        self.node, self.tally, self.pause = node, tally, 1 / rate
        self.random = random.Random(seed)
        self.ending = threading.Event()
        self.idle = threading.Event()  # nothing is unanswered
        self.mine = []
        self.connection = None

    def call(self, method, path, body, headers):
        if self.connection is None:
            self.connection = self.node.connect(15)
        try:
            return self.node.request(method, path, body, headers, self.connection)
        except (OSError, http.client.HTTPException, ValueError):
            self.connection.close()
            self.connection = None
            return None, None

    def insist(self, method, path, body, headers):
        """Until there is an answer. (status, body, was it the first try?)"""
        first = True
        while True:
            status, answer = self.call(method, path, body, headers)
            if status is not None and status != 503:
                return status, answer, not first
            self.tally.count("broken" if status is None else "unavailable")
            first = False
            time.sleep(0.05)

    def run(self):
        while not self.ending.is_set():
            began = time.monotonic()
            self.idle.clear()
            if self.mine and self.random.random() < 0.1:
                self.cancel()
            else:
                self.book()
            self.idle.set()
            time.sleep(max(0, self.pause - (time.monotonic() - began)))

    def book(self):
        key = str(uuid.uuid4())
        single = self.random.random() < 0.3
        spot = f"s{self.random.randrange(SINGLES)}" if single else "meadow"
        body = {"resourceId": "load.field", "spots": [{"spot": spot, "quantity": 1}], "userDetails": GUEST}
        status, answer, later = self.insist("POST", "/api/v1/bookings", body, {"Idempotency-Key": key})
        if status == 201:
            self.tally.booked(key, answer, later)
            if single:
                self.mine.append((answer["bookingId"], answer["accessToken"]))
        elif status == 409:
            self.tally.count("conflict")
        else:
            self.tally.wrong.append(f"POST /bookings answered {status}: {answer}")

    def cancel(self):
        booking, access = self.mine.pop(0)
        with self.tally.lock:
            self.tally.acknowledged[booking] = "either"  # until the answer is there
        status, answer, _ = self.insist("POST", f"/api/v1/bookings/{booking}/cancel", {}, {"Idempotency-Key": str(uuid.uuid4()), "Holdfast-Access": access})
        if status == 200:
            with self.tally.lock:
                self.tally.acknowledged[booking] = "cancelled"
            self.tally.count("cancelled")
        else:
            self.tally.wrong.append(f"cancel answered {status}: {answer}")


def check_acknowledged(node, tally, checked):
    with tally.lock:
        todo = [(b, s) for b, s in tally.acknowledged.items() if checked.get(b) != s]
    connection = node.connect(15)
    for booking, expected in todo:
        patience = time.monotonic() + 20
        while True:  # "not now" is an answer; "not there" would be a loss
            status, answer = node.request("GET", f"/api/v1/bookings/{booking}", headers={"Authorization": "Bearer " + node.token}, connection=connection)
            if status != 503 or time.monotonic() > patience:
                break
            time.sleep(0.05)
        if status != 200:
            tally.wrong.append(f"acknowledged booking {booking} answers {status}")
        elif expected != "either" and answer["status"] != expected:
            with tally.lock:
                still = tally.acknowledged[booking]
            if still == expected:
                tally.wrong.append(f"booking {booking} is {answer['status']}, its guest was told {expected}")
        checked[booking] = expected
    connection.close()
    return len(todo)


def check_audit(node, tally, round_):
    code, out, err = node.audit()
    if code != 0:
        tally.wrong.append(f"audit in round {round_} ended with {code}: {out[-600:]} {err[-300:]}")


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", default="build/release")
    arguments.add_argument("--journal", choices=["sqlite", "postgresql"], default="sqlite")
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--outages", type=int, default=0, help="PostgreSQL stopped and started under load, so many times")
    arguments.add_argument("--rate", type=float, default=240, help="bookings a second that are tried")
    arguments.add_argument("--guests", type=int, default=12)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    if options.outages and options.journal != "postgresql":
        arguments.error("--outages needs --journal postgresql")

    random.seed(options.seed)
    began = time.monotonic()
    database = Postgres() if options.journal == "postgresql" else None
    with tempfile.TemporaryDirectory(prefix="holdfast-crash-") as data:
        node = Node(options.build, data, database.url() if database else None, tenant="crash")
        tally = Tally()
        guests = []
        ready, lost_time = [], []
        try:
            node.start()
            node.make_token()
            node.define_tenant()
            node.define_field("load", SINGLES)
            guests = [Guest(node, tally, options.rate / options.guests, options.seed * 1000 + i) for i in range(options.guests)]
            for guest in guests:
                guest.start()
            checked, busy, rate_measured = {}, 0.0, 0
            for round_ in range(options.kills + options.outages):
                before, since = tally.counts["booked"], time.monotonic()
                time.sleep(random.uniform(0.3, 1.2))
                rate_measured += tally.counts["booked"] - before
                busy += time.monotonic() - since
                if round_ < options.kills:
                    node.kill()
                    ready.append(node.start())
                else:
                    database.stop("immediate" if round_ % 2 else "fast")
                    time.sleep(random.uniform(0.5, 2.0))
                    refused = tally.counts["unavailable"]
                    if not wait_until(lambda: tally.counts["unavailable"] > refused, 10):
                        tally.wrong.append("no 503 while the database was down")
                    database.start()
                    started = time.monotonic()
                    count = tally.counts["booked"]
                    if not wait_until(lambda: tally.counts["booked"] > count + 5, 30):
                        tally.wrong.append("no booking within 30 s after the database came back")
                    lost_time.append(time.monotonic() - started)
                if round_ % 5 == 4 or round_ + 1 == options.kills + options.outages:
                    check_acknowledged(node, tally, checked)
                    check_audit(node, tally, round_)
                if not options.json and sys.stderr.isatty():
                    print(f"\r{round_ + 1}/{options.kills + options.outages} {tally.counts}", end="", file=sys.stderr)
            for guest in guests:
                guest.ending.set()
            for guest in guests:
                guest.join(30)
                if guest.is_alive():
                    tally.wrong.append("a guest never got an answer")
            check_acknowledged(node, tally, checked)
            check_audit(node, tally, "last")
        finally:
            for guest in guests:
                guest.ending.set()
            node.stop()
            if database:
                database.close()
        rate = rate_measured / busy if busy else 0
        row = {"check": "crash", "journal": options.journal, "kills": options.kills, "outages": options.outages, "bookings_per_s": round(rate, 1),
               "acknowledged": len(tally.acknowledged), **tally.counts, "ready_s_max": round(max(ready, default=0), 3),
               "back_after_outage_s_max": round(max(lost_time, default=0), 3), "violations": len(tally.wrong),
               "seconds": round(time.monotonic() - began, 1), "holds": not tally.wrong}
        if options.json:
            print(json.dumps(row))
        else:
            print()
            for name, value in row.items():
                print(f"  {name:26} {value}")
        for line in tally.wrong[:20]:
            print("  WRONG:", line, file=sys.stderr)
        return 0 if not tally.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
