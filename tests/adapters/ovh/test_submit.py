"""One POST, and what its answers mean."""

import json

import pytest

from bridge.adapters.ovh.news import submission
from bridge.adapters.ovh.submit import Sending, body_of
from bridge.domain.failures import OutcomeUnknown, Permanent, Reason, Refusal, Temporary
from bridge.domain.numbers import E164
from bridge.domain.sms import Submission
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import DIALLO, DURAND, PETIT, TAG, job, world


def test_the_short_number_and_a_name_exclude_each_other() -> None:
    short = body_of(job(), Sending(None, no_stop_clause=True))
    named = body_of(job(), Sending("Cabinet", no_stop_clause=False))
    assert short["senderForResponse"] is True
    assert "sender" not in short
    assert named["sender"] == "Cabinet"
    assert "senderForResponse" not in named
    assert (short["noStopClause"], named["noStopClause"]) == (True, False)


def test_nothing_is_sent_as_null() -> None:
    assert None not in body_of(job(), Sending(None, no_stop_clause=True)).values()


async def test_more_than_500_receivers_are_no_job() -> None:
    async with world() as made:
        with pytest.raises(ValueError, match="500"):
            await made.phone.submit(job(*(E164(f"+3361{n:07}") for n in range(501))))


async def test_500_receivers_leave_in_one_post() -> None:
    receivers = tuple(E164(f"+3361{n:07}") for n in range(500))
    async with world() as made:
        made.ovh.books().top_up(1000)
        sent = await made.phone.submit(job(*receivers))
        assert len(sent.ids) == 500
        assert made.ovh.records.posts_seen == 1
        assert (sent.credits_removed, sent.credits_left) == (500, 500)


async def test_a_refused_receiver_is_named_and_the_others_leave() -> None:
    landline = E164("+33123456789")
    async with world() as made:
        sent = await made.phone.submit(job(DURAND, landline, PETIT))
        assert sent.refused == (landline,)
        assert len(sent.ids) == 2


@pytest.mark.parametrize("written", ["+33623456789", "0033623456789", "33623456789", "0623456789"])
def test_refused_receivers_come_in_any_form(written: str) -> None:
    outcome = submission({"ids": [7], "invalidReceivers": [written, "junk", 3]}, (DURAND, PETIT, DIALLO))
    assert isinstance(outcome, Submission)
    assert outcome.refused == (PETIT,)


def test_older_answers_tell_neither_credits_nor_tag() -> None:
    old = {"totalCreditsRemoved": 1, "invalidReceivers": [], "ids": [27814656], "validReceivers": ["+33600000000"]}
    assert submission(old, (DURAND,)) == Submission(ids=(27814656,), credits_removed=1.0)  # type: ignore[arg-type]
    assert submission({"ids": ["27814656"]}, (DURAND,)) == Submission(ids=(27814656,))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, [], "ok", 3, {}, {"ids": None}, {"ids": [None]}, {"ids": ["x"]}, {"ids": {}}])
def test_a_200_that_nobody_understands_may_have_been_accepted(value: object) -> None:
    assert isinstance(submission(value, (DURAND,)), OutcomeUnknown)


def test_no_ids_is_a_refusal_unless_receivers_were_valid() -> None:
    refused = submission({"ids": [], "invalidReceivers": ["+33612345678"]}, (DURAND,))
    assert isinstance(refused, Permanent)
    assert refused.reason is Refusal.INVALID_NUMBER
    assert isinstance(submission({"ids": [], "validReceivers": ["+33612345678"]}, (DURAND,)), OutcomeUnknown)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.reset(),
        Fault.reset(carried_out=True),
        Fault.cut_short(),
        Fault.garbage(),
        Fault.odd_answer(),
        Fault.html(200, carried_out=True),
        Fault.html(502, carried_out=True),
        Fault.broken(500),
        Fault.broken(503, carried_out=True),
    ],
    ids=lambda fault: f"{fault.name}-{fault.carried_out}",
)
async def test_a_lost_answer_is_never_a_blind_repeat(fault: Fault) -> None:
    async with world() as made:
        made.ovh.script(fault)
        with pytest.raises(OutcomeUnknown) as failure:
            await made.phone.submit(job())
        assert failure.value.server == fault.name.startswith(("broken", "html_5"))
        assert made.ovh.records.posts_seen == 1


async def test_no_answer_in_time_is_unknown() -> None:
    async with world(read=0.1) as made:
        made.ovh.script(Fault.hang(carried_out=True))
        with pytest.raises(OutcomeUnknown):
            await made.phone.submit(job())
        assert made.ovh.records.accepted[0].tag == TAG


@pytest.mark.parametrize(
    ("fault", "reason", "scope"),
    [
        (Fault.rate_limited(), Reason.RATE, "account"),
        (Fault.revoked(), Reason.KEYS, "account"),
        (Fault.invalid_key(), Reason.KEYS, "account"),
        (Fault.not_credential(), Reason.KEYS, "account"),
        (Fault.not_granted(), Reason.KEYS, "account"),
        (Fault.unauthorized(), Reason.KEYS, "account"),
        (Fault.unknown_service(), Reason.KEYS, "account"),
        (Fault.no_credits(), Reason.CREDITS, "account"),
        (Fault.odd_forbidden(), Reason.SERVER, "job"),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
async def test_what_ovh_turned_away_was_not_sent(fault: Fault, reason: Reason, scope: str) -> None:
    async with world() as made:
        made.ovh.script(fault)
        with pytest.raises(Temporary) as failure:
            await made.phone.submit(job())
        assert (failure.value.reason, failure.value.scope) == (reason, scope)
        assert not made.ovh.records.accepted


@pytest.mark.parametrize(
    ("text", "sender", "refusal"),
    [
        ("Voir https://doctolib.fr/x", None, Refusal.CONTACT_DETAILS),
        ("Bonjour", "Inconnu", Refusal.SENDER),
    ],
)
async def test_what_ovh_will_never_take_is_permanent(text: str, sender: str | None, refusal: Refusal) -> None:
    async with world(sender=sender) as made:
        with pytest.raises(Permanent) as failure:
            await made.phone.submit(job(text=text))
        assert failure.value.reason is refusal


async def test_no_credits_left_makes_the_account_wait() -> None:
    async with world() as made:
        made.ovh.books().top_up(0)
        made.ovh.script(Fault.answers(403, json.dumps({"message": "Forbidden"}).encode()), times=2)
        with pytest.raises(Permanent):
            await made.phone.submit(job())
        assert (await made.phone.account()).credits == 0
        with pytest.raises(Temporary) as failure:
            await made.phone.submit(job())
        assert failure.value.reason is Reason.CREDITS


async def test_a_named_sender_cannot_receive() -> None:
    async with world(sender="Cabinet") as made:
        assert made.phone.can.send
        assert not made.phone.can.receive
        assert len((await made.phone.submit(job())).ids) == 1
