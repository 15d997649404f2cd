"""Reports: doubled, reordered, early, forged, malformed, missing."""

import asyncio
from urllib.parse import urlsplit

from bridge.sandbox.ovh import Fault
from tests.relay import Relay
from tests.relay_setting import DIALLO, DURAND, PETIT, Setting
from tests.scenarios import uncertain
from tests.scenarios.scenario import scenario
from tests.scenarios.sending import HOUR, TEXT

PUSHED = Setting(callbacks=True, delivery_after=None)
BY_HAND = Setting(delivery_after=None)


def ids(relay: Relay) -> list[int]:
    """OVH's ids of everything that was accepted."""
    return list(relay.ovh.books().outgoing)


async def said(relay: Relay, room: str = "reception") -> list[int]:
    """A message that OVH accepted, and its ids."""
    relay.say(TEXT, room)
    await relay.settled()
    return ids(relay)


@scenario(PUSHED)
async def reports_doubled(relay: Relay) -> None:
    (sms,) = await said(relay)
    await relay.ovh.report(sms)
    for _ in range(3):
        assert (await relay.ovh.pushes.again(relay.ovh.pushes.log[-1])).status == 200
    await relay.settled()


@scenario(PUSHED)
async def reports_reordered(relay: Relay) -> None:
    (sms,) = await said(relay)
    relay.ovh.pushes.holding = True
    await relay.ovh.report(sms, dlr=8, ptt=1)
    await relay.ovh.report(sms, dlr=1, ptt=4)
    await relay.ovh.pushes.let_go(lambda held: held[::-1])
    await relay.later(HOUR)


@scenario(PUSHED)
async def reports_contradict(relay: Relay) -> None:
    (sms,) = await said(relay)
    await relay.ovh.report(sms, dlr=1, ptt=4)
    await relay.ovh.report(sms, dlr=2, ptt=5)
    await relay.later(HOUR)


@scenario(PUSHED)
async def report_before_the_answer(relay: Relay) -> None:
    relay.ovh.script(Fault.calls_back_first())
    relay.say(TEXT)
    await relay.settled()


@scenario(PUSHED)
async def report_before_the_id_is_known(relay: Relay) -> None:
    relay.ovh.script(Fault.reset(carried_out=True))
    (sms,) = await said(relay)
    await relay.ovh.report(sms)
    await relay.settled()
    assert relay.rows.jobs() == ["reconciling"]
    await relay.later(40)


@scenario(PUSHED)
async def report_after_the_room_was_asked(relay: Relay) -> None:
    await uncertain.lists_fail_for_a_day.play(relay)
    relay.ovh.clear_faults()
    await relay.later(HOUR)
    assert relay.rows.jobs() == ["unconfirmed"]
    await relay.ovh.report(ids(relay)[0])
    await relay.later(60)


@scenario(PUSHED)
async def report_of_nobody_while_looking(relay: Relay) -> None:
    relay.ovh.script(Fault.reset())
    relay.say(TEXT)
    await relay.later(300)
    url = str(relay.ovh.books().call_back)
    assert (await relay.ovh.push_raw(url, query={"id": "7", "ptt": "4", "description": "1"})).status == 200
    await relay.later(200)
    assert relay.ovh.records.posts_seen == 1, "a look before its time proves nothing"
    await relay.later(400)
    await relay.ovh.report(ids(relay)[0])
    await relay.settled()


@scenario(PUSHED)
async def report_forged(relay: Relay) -> None:
    (sms,) = await said(relay)
    url = relay.ovh.books().call_back
    assert url is not None
    secret = urlsplit(url).path.split("/")[3]
    news = {"id": str(sms), "ptt": "23", "description": "2"}
    for forged in (url.replace(secret, "x" * len(secret)), url.replace(secret + "/", ""), url.replace("accueil", "x")):
        assert (await relay.ovh.push_raw(forged, query=news)).status == 404
    await relay.settled()


@scenario(PUSHED)
async def report_of_an_unknown_id(relay: Relay) -> None:
    await said(relay)
    url = str(relay.ovh.books().call_back)
    assert (await relay.ovh.push_raw(url, query={"id": "7", "ptt": "23", "description": "2"})).status == 200
    await relay.settled()


@scenario(PUSHED)
async def report_malformed(relay: Relay) -> None:
    (sms,) = await said(relay)
    url, id_ = str(relay.ovh.books().call_back), str(sms)
    queries: tuple[dict[str, str], ...] = (
        {},
        {"id": id_},
        {"ptt": "4", "description": "1"},
        {"id": "seven", "ptt": "4", "description": "1"},
        {"id": id_ + "0" * 30, "ptt": "4", "description": "1"},
        {"id": "-" + id_, "ptt": "4", "description": "1"},
        {"id": id_, "ptt": "four", "description": "one"},
    )
    for query in queries:
        status = (await relay.ovh.push_raw(url, query=query)).status
        assert status in range(400, 500), (query, status)
    for body in (b"\xff\xfe=\xff", b"id=" + b"7" * 70_000, b"id=1&id=2"):
        status = (await relay.ovh.push_raw(url, "POST", body=body)).status
        assert status in range(400, 500), (body[:20], status)
    await relay.settled()


@scenario(BY_HAND)
async def report_never_comes(relay: Relay) -> None:
    entry = relay.say(TEXT)
    await relay.later(73 * HOUR, step=HOUR)
    assert relay.marks(entry)[-1] == "no_report"


@scenario(PUSHED)
async def report_after_it_was_given_up(relay: Relay) -> None:
    await report_never_comes.play(relay)
    (sms,) = ids(relay)
    await relay.ovh.report(sms)
    await relay.later(73 * HOUR, step=HOUR)


@scenario(Setting(callbacks=True))
async def callbacks_do_not_arrive(relay: Relay) -> None:
    relay.ovh.pushes.on = False
    relay.say(TEXT)
    await relay.later(320)


@scenario()
async def phone_off_then_on(relay: Relay) -> None:
    relay.ovh.switch_off(DURAND)
    entry = relay.say(TEXT)
    await relay.later(4)
    await relay.ovh.switch_on(DURAND)
    await relay.later(120)
    assert relay.marks(entry)[-1] == "delivered"


@scenario()
async def phone_off_for_too_long(relay: Relay) -> None:
    relay.ovh.switch_off(DURAND)
    relay.say(TEXT)
    await relay.later(4)
    await relay.later(120)
    relay.ovh.telephone(DURAND).on = True
    relay.press("retry")
    await relay.later(120)


@scenario()
async def number_does_not_exist(relay: Relay) -> None:
    relay.ovh.number_does_not_exist(DURAND)
    relay.say(TEXT)
    await relay.later(120)


@scenario(BY_HAND)
async def one_of_three_fails(relay: Relay) -> None:
    relay.say(TEXT, "everyone")
    await relay.settled()
    outcomes = {DURAND: (1, 4), PETIT: (2, 24), DIALLO: (1, 4)}
    for sms in list(relay.ovh.books().outgoing.values()):
        dlr, ptt = outcomes[sms.receiver]
        await relay.ovh.report(sms.id, dlr=dlr, ptt=ptt)
    await relay.later(60)
    assert relay.post("summary").text == "Delivered 2 of 3, failed 1"
    assert "M. Petit" in relay.post("failed").text


@scenario(PUSHED)
async def one_of_500_fails(relay: Relay) -> None:
    sms = await said(relay, "big")
    await relay.ovh.report(sms[0], dlr=2, ptt=24)
    await asyncio.gather(*(relay.ovh.report(one) for one in sms[1:]))
    await relay.later(60)
    assert relay.post("summary").text == "Delivered 499 of 500, failed 1"
    assert len([path for _, _, path in relay.asked if path.startswith("outgoing/")]) <= 4
