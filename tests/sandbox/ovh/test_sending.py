"""What POST /jobs takes, what it refuses, and what its lists show afterwards."""

import asyncio
from collections.abc import Iterator

import ovh.client as official
import pytest

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.sandbox.ovh.caller import DIALLO, DURAND, PETIT, Caller


@pytest.fixture
def official_client(ovh: SimulatedOvh, monkeypatch: pytest.MonkeyPatch) -> Iterator[official.Client]:
    account = SmsAccount()
    monkeypatch.setitem(official.ENDPOINTS, "simulated", ovh.url)
    client = official.Client(
        "simulated", account.application_key, account.application_secret, account.consumer_key, timeout=(5, 5)
    )
    yield client
    client._session.close()


async def test_ovhs_own_client_sends_an_sms(ovh: SimulatedOvh, official_client: official.Client) -> None:
    answer = await asyncio.to_thread(
        official_client.post,
        "/sms/sms-ab12345-1/jobs",
        message="Bonjour à 10 h",
        receivers=[DURAND],
        senderForResponse=True,
        noStopClause=True,
        tag="b123",
    )
    assert answer["validReceivers"] == [DURAND]
    found = await asyncio.to_thread(official_client.get, "/sms/sms-ab12345-1/outgoing", tag="b123")
    assert found == answer["ids"]
    assert ovh.records.accepted_by_receiver() == {("b123", DURAND): 1}


async def test_an_sms_is_answered_listed_and_told(ovh: SimulatedOvh, caller: Caller) -> None:
    answered = await caller.send("0033612345678", text="Bonjour", tag="b1")
    assert answered.status == 200
    (sms_id,) = answered.json["ids"]
    assert answered.json == {
        "ids": [sms_id],
        "validReceivers": [DURAND],
        "invalidReceivers": [],
        "totalCreditsRemoved": 1.0,
        "creditsLeft": 99.0,
        "tag": "b1",
    }
    assert await caller.get("/jobs") == [sms_id]
    told = await caller.get(f"/outgoing/{sms_id}")
    assert (told["receiver"], told["message"], told["tag"], told["deliveryReceipt"]) == (
        DURAND,
        "Bonjour",
        "b1",
        0,
    )
    assert "tag" not in await caller.get(f"/jobs/{sms_id}")
    assert ovh.records.posts_seen == 1


async def test_the_order_of_ids_is_not_that_of_the_receivers(ovh: SimulatedOvh, caller: Caller) -> None:
    ordered = 0
    for _ in range(5):
        answer = (await caller.send(DURAND, PETIT, DIALLO)).json
        receivers = [(await caller.get(f"/outgoing/{sms_id}"))["receiver"] for sms_id in answer["ids"]]
        assert sorted(receivers) == sorted(answer["validReceivers"])
        ordered += receivers == answer["validReceivers"]
    assert ordered < 5


async def test_a_receiver_ovh_cannot_use_is_named_and_the_others_leave(caller: Caller) -> None:
    answer = (await caller.send(DURAND, "0612345679", "+33112345678", "+32470123456", "nobody")).json
    assert answer["validReceivers"] == [DURAND]
    assert answer["invalidReceivers"] == ["0612345679", "+33112345678", "+32470123456", "nobody"]
    assert len(answer["ids"]) == 1


async def test_no_valid_receiver_is_a_refusal_with_status_200(ovh: SimulatedOvh, caller: Caller) -> None:
    answered = await caller.send("+33112345678")
    assert answered.status == 200
    assert (answered.json["ids"], answered.json["totalCreditsRemoved"]) == ([], 0)
    assert not ovh.records.accepted


async def test_a_blacklisted_number_is_refused(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.seeding.blacklist(DURAND)
    answer = (await caller.send(DURAND, PETIT)).json
    assert (answer["validReceivers"], answer["invalidReceivers"]) == ([PETIT], [DURAND])


async def test_without_a_tag_ovh_makes_one_of_sixteen_characters(caller: Caller) -> None:
    assert len((await caller.send(DURAND)).json["tag"]) == 16


@pytest.mark.parametrize(
    "text",
    [
        "Voir https://a.example/x",
        "www.example.org",
        "doctolib.fr/dr",
        "a@b.example",
        "Appelez le 01 23 45 67 89",
    ],
)
async def test_a_short_number_carries_no_contact_details(caller: Caller, text: str) -> None:
    answered = await caller.send(DURAND, text=text)
    assert answered.status == 400
    assert answered.json == {
        "message": "cannot send contact information with shortcode",
        "httpCode": "400 Bad Request",
        "class": "Client::BadRequest",
    }


async def test_a_name_carries_links_and_takes_no_answers(ovh: SimulatedOvh, caller: Caller) -> None:
    answered = await caller.post_jobs(
        message="https://a.example", receivers=[DURAND], sender="CABINET", noStopClause=True
    )
    assert answered.status == 200
    await ovh.report(answered.json["ids"][0])
    assert ovh.telephone(DURAND).inbox[0].sender == "CABINET"
    assert await ovh.answer(DURAND, "Oui") is None


async def test_a_name_without_the_right_to_omit_it_gets_a_stop_clause(caller: Caller) -> None:
    answer = (await caller.post_jobs(message="a" * 150, receivers=[DURAND], sender="CABINET")).json
    told = await caller.get(f"/outgoing/{answer['ids'][0]}")
    assert told["message"].endswith("\nSTOP 36111")
    assert (told["numberOfSms"], answer["totalCreditsRemoved"]) == (2, 2.0)


async def test_a_sender_must_have_been_created(caller: Caller) -> None:
    answered = await caller.post_jobs(message="a", receivers=[DURAND], sender="NOBODY")
    assert answered.status == 403
    assert answered.json["message"] == "Sms sender NOBODY does not exists. Please create it first"
    assert "errorCode" not in answered.json


async def test_a_name_beside_sender_for_response_shows_the_short_number(caller: Caller) -> None:
    answer = (await caller.send(DURAND, sender="CABINET")).json
    shown = (await caller.get(f"/outgoing/{answer['ids'][0]}"))["sender"]
    assert shown.isdigit()
    assert len(shown) == 5


async def test_parts_and_places_cost(caller: Caller) -> None:
    assert (await caller.send(DURAND, PETIT, text="ê" * 71)).json["totalCreditsRemoved"] == 4.0
    abroad = await caller.post_jobs(message="a", receivers=["+32470123456"], sender="CABINET", noStopClause=True)
    assert abroad.json["totalCreditsRemoved"] == 2.0


async def test_seven_parts_are_refused(caller: Caller) -> None:
    assert (await caller.send(DURAND, text="a" * 918)).status == 200
    assert (await caller.send(DURAND, text="a" * 919)).status == 400


async def test_too_few_credits_refuse_the_whole_call(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.books().top_up(1)
    answered = await caller.send(DURAND, PETIT)
    assert answered.status == 403
    assert "credits" in answered.json["message"]
    assert (await caller.get(""))["creditsLeft"] == 1
    assert (await caller.send(DURAND)).json["creditsLeft"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"receivers": [DURAND]},
        {"message": "", "receivers": [DURAND]},
        {"message": "a"},
        {"message": "a", "receivers": DURAND},
        {"message": "a", "receivers": [DURAND], "to": "x"},
        {"message": "a", "receivers": [DURAND], "noStopClause": "null"},
        {"message": "a", "receivers": [DURAND], "tag": "b" * 21},
    ],
)
async def test_a_body_the_schema_does_not_know_is_refused(
    ovh: SimulatedOvh, caller: Caller, body: dict[str, object]
) -> None:
    answered = await caller.post_jobs(**body)
    assert answered.status == 400
    assert not ovh.records.accepted


async def test_each_conversation_has_its_short_number(ovh: SimulatedOvh, caller: Caller) -> None:
    await caller.send(DURAND)
    await caller.send(DURAND)
    await caller.send(PETIT)
    assert set(ovh.books().short_numbers) == {DURAND, PETIT}
    first, second, third = ovh.books().outgoing.values()
    assert first.sender == second.sender != third.sender


async def test_five_hundred_receivers_leave_by_one_post(ovh: SimulatedOvh, caller: Caller) -> None:
    ovh.books().top_up(1000)
    numbers = [f"+336{number:08}" for number in range(500)]
    answer = (await caller.send(*numbers, tag="blist")).json
    assert len(set(answer["ids"])) == 500
    assert (ovh.records.posts_seen, ovh.records.sms_accepted, ovh.records.doubled()) == (1, 500, 0)
    await caller.send(*numbers[:2], tag="blist")
    assert ovh.records.doubled() == 2
