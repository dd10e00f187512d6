#!/usr/bin/env python3
"""Goes through the disaster of config/deploy/README.md: a PostgreSQL journal is lost and recovered to a moment from a base backup and its
log, with the scripts and settings that ship; then once more from a dump, into a server that has only begun to count transactions.

  point_in_time.py --build build/release [--json]

Exit 0: everything booked before the moment is there, nothing after it, lists follow, the audit is clean.
"""
import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests"))
from support.node import GUEST, Node  # noqa: E402
from support.postgres import Postgres  # noqa: E402

SHIPPED = TREE / "config/deploy/postgresql"


class Guests:
    """Book on the meadow, one after the other, until stopped."""

    def __init__(self, node):
        self.node = node
        self.booked = []  # (booking, access token)
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(4)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.ending.is_set():
            self.booked.append(book(self.node))

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join(30)
        return self.booked


def book(node):
    body = {"resourceId": "load.field", "spots": [{"spot": "meadow", "quantity": 1}], "userDetails": GUEST}
    status, answer = node.request("POST", "/api/v1/bookings", body, {"Idempotency-Key": str(uuid.uuid4())})
    if status != 201:
        raise SystemExit(f"POST /bookings: {status} {answer}")
    return answer["bookingId"], answer["accessToken"]


def expect(holds, what):
    if not holds:
        raise SystemExit(f"does not hold: {what}")


def wait_for(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < end, f"{what} within {seconds} s")
        time.sleep(0.05)


def status_of(node, booking, access):
    return node.request("GET", f"/api/v1/bookings/{booking}", headers={"Holdfast-Access": access})[0]


def listed(node):
    answer = node.request("GET", "/api/v1/admin/bookings?limit=1", headers={"Authorization": "Bearer " + node.token})
    return answer[1]["pagination"]["total"]


def audit(node):
    code, out, err = node.audit()
    expect(code == 0, f"a clean audit: {out[-500:]} {err[-300:]}")
    return json.loads(out.splitlines()[-1])


def check_history(node, before, after):
    """What was booked before the moment is there, with the links that guests have; nothing that came later is, in no list either."""
    report = audit(node)
    expect(report["confirmed"] == len(before), f"{report['confirmed']} bookings in the journal, {len(before)} before the moment")
    for booking, access in before:
        expect(status_of(node, booking, access) == 200, f"{booking}, booked before the moment, is there")
    for booking, access in after:
        expect(status_of(node, booking, access) == 404, f"{booking}, booked after the moment, is not there")
    expect(listed(node) == len(before), "the list shows what is there")


def check_going_on(node, database, count):
    """New bookings lie above everything stored, so that whoever follows the journal sees them."""
    newest = int(database.query("select max(pos) from holdfast.journal"))
    made = [book(node) for _ in range(5)]
    lowest = int(database.query(f"select min(pos) from holdfast.journal where pos > {newest}"))
    expect(lowest > newest, "positions go on above the old ones")
    wait_for(lambda: listed(node) == count + len(made), "new bookings in the list")
    audit(node)


def archiving(folder):
    """The settings that ship, with the paths of this test."""
    text = (SHIPPED / "holdfast-archive.conf").read_text()
    for shipped, ours in (("/usr/local/share/holdfast/postgresql/archive-wal", folder / "archive-wal"), ("/var/backups/holdfast-wal", folder / "archive")):
        expect(shipped in text, f"{shipped} in holdfast-archive.conf")
        text = text.replace(shipped, str(ours))
    return text


def archive_all(database):
    """The log up to here lies in the archive."""
    segment = database.query("select pg_walfile_name(pg_current_wal_lsn())")
    database.query("select pg_switch_wal()")
    wait_for(lambda: database.query("select coalesce(last_archived_wal, '') from pg_stat_archiver") >= segment, "the log in the archive")


def refuses(database, words, message):
    """restore-to-moment says no, and why."""
    try:
        database.run(database.dir / "restore-to-moment", *words)
    except RuntimeError as error:
        expect(message in str(error), f"'{message}' in: {error}")
        return
    raise SystemExit(f"restore-to-moment took {words}")


def recover(database, node, figures):
    """Base backup under load, bookings before and after a moment, the server's disk lost, recovery to the moment."""
    place = database.dir
    guests = Guests(node)
    time.sleep(0.5)
    database.run("pg_basebackup", "-h", place, "-U", "holdfast", "-D", place / "base", "--checkpoint=fast")
    during = len(guests.booked)
    wait_for(lambda: len(guests.booked) > during + 50, "bookings after the base backup")
    before = guests.stop()
    moment = database.query("select clock_timestamp()")
    time.sleep(0.05)
    guests = Guests(node)
    wait_for(lambda: len(guests.booked) > 50, "bookings after the moment")
    after = guests.stop()
    archive_all(database)

    database.stop("immediate")
    node.kill()
    shutil.rmtree(database.data)
    restore = ["--backup", place / "base", "--archive", place / "archive", "--data", database.data]
    refuses(database, restore, "--moment or --latest is needed")
    refuses(database, [*restore[:-1], place / "archive", "--moment", moment], "is not empty")
    refuses(database, ["--backup", place / "archive", *restore[2:], "--moment", moment], "is no base backup")
    database.run(place / "restore-to-moment", *restore, "--moment", moment)
    began = time.monotonic()
    database.start()
    wait_for(lambda: database.query("select pg_is_in_recovery()") == "f", "the recovered server takes writes")
    figures["recovered_s"] = round(time.monotonic() - began, 2)

    node.start()
    check_history(node, before, after)
    check_going_on(node, database, len(before))
    figures |= {"before": len(before), "after": len(after), "log_segments": len(list((place / "archive").iterdir()))}
    return before


def from_dump(database, node, figures):
    """pg_dump into a server whose transaction numbers are lower than those in the journal."""
    node.stop()
    count = int(database.query("select count(*) from holdfast.booking"))
    database.run("pg_dump", "-h", database.dir, "-U", "holdfast", "-Fc", "-f", database.dir / "dump", "postgres")
    fresh = Postgres()
    try:
        shutil.copy(database.dir / "dump", fresh.dir / "dump")
        fresh.own(fresh.dir / "dump")
        fresh.run("pg_restore", "-h", fresh.dir, "-U", "holdfast", "-d", "postgres", "--exit-on-error", fresh.dir / "dump")
        oldest = int(fresh.query("select max(pos) >> 20 from holdfast.journal"))
        now = int(fresh.query("select pg_current_xact_id()::text::bigint"))
        expect(now < oldest, f"the fresh server counts lower ({now}) than the journal ({oldest}): else this shows nothing")
        node.journal = fresh.url()
        node.start()
        expect(int(fresh.query("select xid_offset from holdfast.position_base")) > 0, "the position base was raised")
        expect(listed(node) == count, "the list shows what was dumped")
        check_going_on(node, fresh, count)
        figures["dumped"] = count
    finally:
        node.stop()
        fresh.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", default="build/release")
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    began = time.monotonic()
    figures = {"check": "point_in_time"}
    with tempfile.TemporaryDirectory(prefix="holdfast-pitr-") as data:
        home = Path(tempfile.mkdtemp(prefix="holdfast-pg-"))
        (home / "archive").mkdir()
        for script in ("archive-wal", "restore-to-moment"):
            shutil.copy(SHIPPED / script, home / script)
        database = Postgres(home, settings=archiving(home))
        database.own(home / "archive")
        node = Node(options.build, data, database.url(), tenant="shop")
        try:
            node.start()
            node.make_token()
            node.define_tenant()
            node.define_field("load", 0)
            recover(database, node, figures)
            from_dump(database, node, figures)
        finally:
            node.stop()
            database.close()
            shutil.rmtree(home, ignore_errors=True)
    figures |= {"seconds": round(time.monotonic() - began, 1), "holds": True}
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"  {name:16} {value}")


if __name__ == "__main__":
    main()
