#!/usr/bin/env python3
"""The harness itself: plans are what they promise, and each check sees a lie that is planted."""
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent))
import plan  # noqa: E402
from checks import Checks, same_map  # noqa: E402
from figures import longest_outage, quantile  # noqa: E402
from guests import Attempt, Booking, Request  # noqa: E402
from lab import shard_of  # noqa: E402

NODES = ["node-1", "node-2", "node-3"]


class PlanTest(unittest.TestCase):
    def test_same_seed_same_faults(self):
        self.assertEqual(plan.draw(7, 300, NODES, list(plan.KINDS)), plan.draw(7, 300, NODES, list(plan.KINDS)))
        self.assertNotEqual(plan.draw(7, 300, NODES, list(plan.KINDS)), plan.draw(8, 300, NODES, list(plan.KINDS)))

    def test_every_kind_has_its_turn_and_all_end_in_time(self):
        for seed in range(200):
            faults = plan.draw(seed, 300, NODES, list(plan.KINDS))
            self.assertEqual({f.kind for f in faults}, set(plan.KINDS), seed)
            self.assertLessEqual(max(f.ends for f in faults), 300)

    def test_no_fault_undoes_another(self):
        overlaps = 0
        for seed in range(200):
            faults = plan.draw(seed, 300, NODES, list(plan.KINDS))
            for i, one in enumerate(faults):
                for other in faults[i + 1:]:
                    if other.at < one.ends:
                        overlaps += 1
                        self.assertFalse(one.touches() & other.touches(), (one, other))
        self.assertGreater(overlaps, 100, "two faults at a time must occur")

    def test_one_node_has_no_other_to_be_cut_off_from(self):
        for seed in range(50):
            for fault in plan.draw(seed, 120, ["node-1"], plan.available(1)):
                self.assertLessEqual(set(fault.hosts), {"node-1", "database"})
                self.assertEqual(len(set(fault.hosts)), len(fault.hosts))


def attempt(began, ended, status=201, word="", node="node-1"):
    return Attempt(node, began, ended, status, word)


class FiguresTest(unittest.TestCase):
    def test_an_outage_ends_with_the_first_answer_from_any_node(self):
        self.assertEqual(longest_outage([attempt(0, 1), attempt(2, 3, 503), attempt(3, 5, 0, "timeout"), attempt(4, 6, 201, node="node-2")]), 4)
        self.assertEqual(longest_outage([attempt(0, 1), attempt(2, 3)]), 0)
        # A rejection is an answer.
        self.assertEqual(longest_outage([attempt(0, 1, 503), attempt(1, 2, 409)]), 2)

    def test_quantiles(self):
        self.assertEqual(quantile([], 0.99), 0)
        self.assertEqual(quantile(range(100), 0.5), 50)
        self.assertEqual(quantile([3, 1, 2], 0.99), 3)

    def test_shards_are_those_of_the_program(self):
        # The same values stand in tests/actors/shard_test.cpp.
        self.assertEqual([shard_of(e) for e in ("tenant/t", "event/doc-nz/aoraki", "block/doc-nz/aoraki.p1")], [134, 137, 194])


class ChecksTest(unittest.TestCase):
    """Each check is shown the truth, which it must pass, and a lie."""

    def setUp(self):
        self.booking = Booking("e.field.b1", "a", "C", "e", "s1", booked=10.0)
        self.request = Request("book", "e", "k1", 9.0, "s1", "g1@example.org", "e.field.b1", "done", 10.0, [attempt(9.0, 10.0)])
        self.ledger = SimpleNamespace(requests=[self.request], bookings={self.booking.id: self.booking}, keys={"k1": self.booking.id}, wrong=[])
        node = SimpleNamespace(token="t")
        self.checks = Checks(SimpleNamespace(nodes=[node], events=["e"]), self.ledger, [], [], [(None, 100.0, 101.0)])

    def later(self, spot="s1", booked=20.0):
        other = Booking("e.field.b2", "a", "C", "e", spot, booked=booked)
        self.ledger.bookings[other.id] = other
        return other

    def test_a_spot_told_to_two_guests_is_seen(self):
        self.assertEqual(self.checks._sold_twice(), [])
        self.later()
        self.assertEqual(len(self.checks._sold_twice()), 1)
        # After the first one asked to cancel, the second may have it.
        self.booking.giving_up = 15.0
        self.assertEqual(self.checks._sold_twice(), [])
        self.booking.giving_up = 25.0
        self.assertEqual(len(self.checks._sold_twice()), 1)
        # A meadow is for many.
        self.booking.spot = self.later("meadow").spot = "meadow"
        self.assertEqual(self.checks._sold_twice(), [])

    def test_a_request_without_an_end_is_seen(self):
        self.assertEqual(self.checks._unanswered(), [])
        self.request.outcome = ""
        self.assertEqual(len(self.checks._unanswered()), 1)

    def test_a_refusal_while_nothing_was_wrong_is_seen(self):
        self.assertEqual(self.checks._refused_without_fault(), [])
        self.request.attempts.append(attempt(50, 51, 503))
        self.assertEqual(len(self.checks._refused_without_fault()), 1)
        # During a fault and shortly after it they are to be expected; one that was under way when it began, too.
        self.request.attempts = [attempt(100.5, 100.6, 503), attempt(105, 106, 0, "reset"), attempt(95, 100.2, 0, "timeout")]
        self.assertEqual(self.checks._refused_without_fault(), [])
        self.request.attempts = [attempt(120, 121, 503)]
        self.assertEqual(len(self.checks._refused_without_fault()), 1)

    def test_a_wrong_list_is_seen(self):
        true = {"g1@example.org": [("e.field.b1", "confirmed")]}
        self.assertEqual(self.checks._compare("node-1", true, 1), [])
        for lie, total in (({}, 1), ({"g1@example.org": [("e.field.b1", "cancelled")]}, 1), ({"g1@example.org": [("e.field.b9", "confirmed")]}, 1),
                           ({"g1@example.org": true["g1@example.org"] * 2}, 1), (true, 2)):
            self.assertTrue(self.checks._compare("node-1", lie, total), lie)
        # Somebody was rejected and is listed all the same.
        self.ledger.requests.append(Request("book", "e", "k2", 9.0, "s1", "g2@example.org", "", "rejected", 10.0, []))
        self.assertEqual(self.checks._compare("node-1", true, 1), [])
        self.assertTrue(self.checks._compare("node-1", {**true, "g2@example.org": [("e.field.b2", "confirmed")]}, 1))

    def test_a_page_that_lags_is_seen(self):
        block = {"version": 3, "spots": [{"label": "s1", "free": 0}], "figures": [], "open": True, "title": "Field"}
        self.assertTrue(same_map({"version": 3, "state": {**block}}, block))
        self.assertFalse(same_map({"version": 2, "state": {**block, "spots": [{"label": "s1", "free": 1}]}}, block))
        self.assertFalse(same_map(None, block))


if __name__ == "__main__":
    unittest.main()
