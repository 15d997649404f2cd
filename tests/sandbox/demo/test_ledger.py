"""Written, sent, lost, doubled: counted from what was typed, what OVH accepted and what the marks say."""

from datetime import UTC, datetime

import pytest

from bridge.sandbox.chat import Mark
from bridge.sandbox.demo.ledger import Ledger, Written
from bridge.sandbox.page.stage import Counters

NOW = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
DURAND, PETIT, DIALLO = "+33612345678", "+33612345679", "+33612345680"


class Desk:
    """A ledger with the marks and the failures that it looks up."""

    def __init__(self) -> None:
        self.marks: dict[str, Mark] = {}
        self.failed: set[int] = set()
        self.forgotten: set[str] = set()
        self.ledger = Ledger(self.marks.get)

    def write(self, entry: str, text: str, *receivers: str) -> None:
        event = len(self.ledger.rows) + 1
        self.ledger.write(Written(entry, event, NOW, {text}, receivers))

    def mark(self, entry: str, status: str, **summary: int) -> None:
        figures = {"total": 0, "delivered": 0, "failed": 0, "unconfirmed": 0, "waiting": 0, **summary}
        self.marks[entry] = Mark(status, status, figures if summary else None)

    def count(self) -> tuple[int, int, int, int]:
        told: Counters = self.ledger.counters(
            lambda ovh_id: ovh_id in self.failed, lambda row: row.entry in self.forgotten
        )
        return told["written"], told["sent"], told["lost"], told["doubled"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_message_counts_once_for_each_receiver(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND, PETIT, DIALLO)
    assert desk.count() == (3, 0, 0, 0)

    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND), (2, PETIT), (3, DIALLO)])

    assert desk.count() == (3, 3, 0, 0)


def test_the_same_sms_accepted_twice_is_doubled_under_whichever_tag(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND)])
    desk.ledger.accepted("Bonjour", "b1", [(2, DURAND)])
    desk.ledger.accepted("Bonjour", "b2", [(3, DURAND)])

    assert desk.count() == (1, 1, 0, 2)


def test_the_same_words_typed_twice_are_two_messages(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.write("e2", "Bonjour", DURAND)
    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND)])
    desk.ledger.accepted("Bonjour", "b2", [(2, DURAND)])

    assert desk.count() == (2, 2, 0, 0)


def test_words_of_a_cancelled_message_typed_again_belong_to_the_second(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.mark("e1", "cancelled")
    desk.write("e2", "Bonjour", DURAND)
    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND)])
    desk.mark("e2", "delivered")

    assert desk.count() == (2, 1, 0, 0)


def test_the_same_words_in_another_room_belong_to_whoever_may_get_them(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.write("e2", "Bonjour", DURAND, PETIT)
    desk.ledger.accepted("Bonjour", "b2", [(1, DURAND), (2, PETIT)])
    desk.ledger.accepted("Bonjour", "b1", [(3, DURAND)])

    assert desk.count() == (3, 3, 0, 0)


@pytest.mark.parametrize("status", ["queued", "submitting", "reconciling", "held"])
def test_what_still_waits_is_not_lost(desk: Desk, status: str) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.mark("e1", status)

    assert desk.count() == (1, 0, 0, 0)


@pytest.mark.parametrize("status", ["rejected", "refused", "stopped", "expired", "unconfirmed", "cancelled"])
def test_what_never_left_and_is_told_is_not_lost(desk: Desk, status: str) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.mark("e1", status)

    assert desk.count() == (1, 0, 0, 0)


@pytest.mark.parametrize("status", ["accepted", "delivered"])
def test_a_mark_that_claims_what_ovh_never_accepted_is_a_loss(desk: Desk, status: str) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.mark("e1", status)

    assert desk.count() == (1, 0, 1, 0)


def test_a_message_on_disk_without_any_mark_is_lost_once_it_is_forgotten(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND, PETIT)
    assert desk.count() == (2, 0, 0, 0)

    desk.forgotten.add("e1")

    assert desk.count() == (2, 0, 2, 0)


def test_in_a_list_a_failure_of_one_does_not_excuse_the_silence_about_another(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND, PETIT, DIALLO)
    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND), (2, PETIT)])
    desk.failed.add(2)
    desk.mark("e1", "undelivered", total=3, delivered=2, failed=1)
    assert desk.count() == (3, 2, 1, 0)

    desk.mark("e1", "undelivered", total=3, delivered=1, failed=2)

    assert desk.count() == (3, 2, 0, 0)


def test_a_retry_counts_once_it_is_accepted_and_is_no_double(desk: Desk) -> None:
    desk.write("e1", "Bonjour", DURAND)
    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND)])
    desk.ledger.may_repeat("e1", [DURAND])
    assert desk.count() == (1, 1, 0, 0)

    desk.ledger.accepted("Bonjour", "b2", [(2, DURAND)])
    assert desk.count() == (2, 2, 0, 0)
    desk.ledger.accepted("Bonjour", "b3", [(3, DURAND)])

    assert desk.count() == (2, 2, 0, 1)


def test_an_sms_that_nobody_wrote_is_one_too_many(desk: Desk) -> None:
    desk.ledger.accepted("Bonjour", "b1", [(1, DURAND)])

    assert desk.count() == (0, 1, 0, 1)


def test_what_was_confirmed_is_dated_once(desk: Desk) -> None:
    desk.write("e1", "un", DURAND)
    desk.write("e2", "deux", DURAND)
    later = NOW.replace(hour=10)

    desk.ledger.confirm(1, NOW)
    desk.ledger.confirm(2, later)

    assert [row.confirmed_at for row in desk.ledger.rows.values()] == [NOW, later]
