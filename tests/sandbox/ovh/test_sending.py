"""What POST /jobs takes, what it refuses, and what its lists show afterwards."""

import asyncio
from collections.abc import Iterator

import ovh as official
import ovh.client
import pytest

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from tests.sandbox.ovh.caller import DIALLO, DURAND, PETIT, Caller


@pytest.fixture
def official_client(ovh: SimulatedOvh, monkeypatch: pytest.MonkeyPatch) -> Iterator[official.Client]:
    account = SmsAccount()
    monkeypatch.setitem(official.client.ENDPOINTS, "simulated", ovh.url)
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
