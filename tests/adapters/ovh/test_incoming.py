"""Answers are listed by OVH's clock and read one by one; what is unreadable blocks nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bridge.adapters.ovh import fields, news
from bridge.domain.failures import Permanent, Temporary
from bridge.domain.ids import OvhId
from bridge.sandbox.ovh.faults import Fault
from tests.adapters.ovh.world import DURAND, NOON, world

READ_AT = datetime(2026, 5, 4, 12, 5, tzinfo=UTC)
INCOMING: dict[str, object] = {
    "id": 7,
    "sender": "+33612345678",
    "message": "Oui",
    "creationDatetime": "2026-05-04T13:59:00+02:00",
    "credits": 1,
    "tag": "babc",
}


async def test_answers_since_a_moment_are_listed_with_ovh_s_time() -> None:
    async with world() as made:
        made.ovh.seeding.incoming("+33612345678", "hier", created=NOON - timedelta(days=1))
        new = made.ovh.seeding.incoming("+33612345678", "maintenant")
        made.clock.advance(90)
        began, ids = await made.phone.reply_ids(NOON - timedelta(minutes=10))
        assert ids == [new.id]
        assert began == NOON + timedelta(seconds=90)


async def test_an_entry_that_is_no_id_blocks_no_other() -> None:
    async with world() as made:
        new = made.ovh.seeding.incoming("+33612345678", "Oui")
        made.ovh.seeding.list_also("incoming", None, "x", {"id": 3}, True, "12")
        _, ids = await made.phone.reply_ids(NOON)
        assert ids == [new.id, 12]


@pytest.mark.parametrize("fault", [Fault.odd_answer({"ids": []}), Fault.html(200), Fault.broken(500), Fault.reset()])
async def test_no_list_is_temporary(fault: Fault) -> None:
    async with world() as made:
        made.ovh.script(fault, "GET incoming")
        with pytest.raises(Temporary):
            await made.phone.reply_ids(NOON)


@pytest.mark.parametrize("written", ["+33612345678", "0033612345678", "33612345678", "0612345678"])
async def test_a_sender_is_the_same_in_all_four_forms(written: str) -> None:
    async with world() as made:
        sms = made.ovh.seeding.incoming(written, "Oui", tag="babc")
        reply = await made.phone.reply(OvhId(sms.id))
        assert reply is not None
        assert (reply.sender, reply.sender_text, reply.text, reply.tag) == (DURAND, written, "Oui", "babc")
        assert reply.received_at == NOON


def test_a_sender_that_is_no_number_is_kept_as_written() -> None:
    reply = news.reply(INCOMING | {"sender": "FREE"}, READ_AT)
    assert (reply.sender, reply.sender_text) == (None, "FREE")


def test_a_date_with_offset_becomes_utc() -> None:
    assert news.reply(INCOMING, READ_AT).received_at == datetime(2026, 5, 4, 11, 59, tzinfo=UTC)


def test_a_date_without_offset_is_not_believed() -> None:
    assert news.reply(INCOMING | {"creationDatetime": "2026-05-04T13:59:00"}, READ_AT).received_at == READ_AT


@pytest.mark.parametrize("tag", [None, ""])
def test_no_tag_is_an_empty_one(tag: object) -> None:
    assert news.reply(INCOMING | {"tag": tag}, READ_AT).tag == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": "x"},
        {"sender": None},
        {"sender": 33612345678},
        {"message": None},
        {"message": ["Oui"]},
        {"creationDatetime": None},
        {"creationDatetime": "hier"},
        {"tag": 7},
    ],
    ids=str,
)
def test_what_the_schema_does_not_say_is_unreadable(wrong: dict[str, object]) -> None:
    with pytest.raises(fields.Unreadable):
        news.reply(INCOMING | wrong, READ_AT)


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b"{}", b"{", b"<html>", json.dumps(INCOMING | {"message": None}).encode(), b'{"id": 8}'],
)
async def test_an_unreadable_answer_is_permanent_and_shows_nothing_of_it(body: bytes) -> None:
    async with world() as made:
        made.ovh.script(Fault.answers(200, body), "GET incoming/7")
        with pytest.raises(Permanent) as failure:
            await made.phone.reply(OvhId(7))
        assert failure.value.detail.startswith("unreadable")


async def test_an_answer_under_another_id_is_unreadable() -> None:
    async with world() as made:
        made.ovh.script(Fault.answers(200, json.dumps(INCOMING).encode()), "GET incoming/8")
        with pytest.raises(Permanent):
            await made.phone.reply(OvhId(8))


async def test_only_ovh_itself_can_say_that_there_is_no_such_answer() -> None:
    async with world() as made:
        assert await made.phone.reply(OvhId(7)) is None
        for fault in (Fault.html(404), Fault.unknown_service(), Fault.broken(500)):
            made.ovh.script(fault, "GET incoming/7")
            with pytest.raises(Temporary):
                await made.phone.reply(OvhId(7))
