"""What OVH calls by itself, in which shape, and what becomes of calls that fail."""

from bridge.sandbox.ovh import Push, SimulatedOvh
from tests.sandbox.ovh.caller import DURAND, PETIT, Caller
from tests.sandbox.ovh.conftest import CalledBack


async def registered(caller: Caller, url: str) -> None:
    """Registers callbacks as the bridge does, through the API."""
    response = {"responseType": "cgi", "cgiUrl": f"{url}/reply?who=me"}
    body = {"callBack": f"{url}/report?x=1", "stopCallBack": f"{url}/stop", "smsResponse": response}
    await caller.call("PUT", "/sms/sms-ab12345-1", body)


async def test_a_report_is_a_get_with_the_dlr_id_as_description(
    ovh: SimulatedOvh, caller: Caller, called_back: CalledBack
) -> None:
    await registered(caller, called_back.url)
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.report(sms_id, dlr=2, ptt=24)
    ((method, path, query, form),) = called_back.calls
    assert (method, path, form) == ("GET", "/report", {})
    assert query.pop("date")
    assert query == {
        "x": "1",
        "id": str(sms_id),
        "ptt": "24",
        "description": "2",
        "descriptionDlr": "Failed",
    }
    assert ovh.pushes.log[0].status == 200


async def test_a_report_may_be_a_post(ovh: SimulatedOvh, caller: Caller, called_back: CalledBack) -> None:
    await registered(caller, called_back.url)
    ovh.pushes.report_method = "POST"
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.report(sms_id)
    ((method, _, query, form),) = called_back.calls
    assert (method, query, form["id"], form["description"]) == ("POST", {"x": "1"}, str(sms_id), "1")


async def test_an_answer_is_a_form_with_the_urls_parameters_once_more(
    ovh: SimulatedOvh, caller: Caller, called_back: CalledBack
) -> None:
    await registered(caller, called_back.url)
    (sms_id,) = (await caller.send(DURAND, tag="b1")).json["ids"]
    ovh.pushes.on = False
    await ovh.report(sms_id)
    ovh.pushes.on = True
    answer = await ovh.answer(DURAND, "Oui, ça me va", sender_format="0033")
    assert answer is not None
    ((method, path, query, form),) = called_back.calls
    assert (method, path, query) == ("POST", "/reply", {"who": "me"})
    assert form == {
        "id": str(answer.id),
        "senderid": "0033612345678",
        "message": "Oui, ça me va",
        "keyword": "",
        "shortcode": ovh.telephone(DURAND).inbox[0].sender,
        "tag": "b1",
        "who": "me",
    }


async def test_stop_is_told_at_its_own_url(ovh: SimulatedOvh, caller: Caller, called_back: CalledBack) -> None:
    await registered(caller, called_back.url)
    await ovh.answer(DURAND, "STOP")
    assert [path for _, path, _, _ in called_back.calls] == ["/reply", "/stop"]
    assert called_back.calls[1][2]["number"] == DURAND


async def test_nothing_is_pushed_where_nothing_is_registered(ovh: SimulatedOvh, caller: Caller) -> None:
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.report(sms_id)
    await ovh.answer(DURAND, "STOP")
    assert not ovh.pushes.log


async def test_no_answers_are_pushed_unless_the_account_wants_them(
    ovh: SimulatedOvh, caller: Caller, called_back: CalledBack
) -> None:
    response = {"responseType": "none", "cgiUrl": f"{called_back.url}/reply"}
    await caller.call("PUT", "/sms/sms-ab12345-1", {"smsResponse": response})
    await ovh.answer(DURAND, "Oui")
    assert not called_back.calls


async def test_a_failed_push_is_kept_and_can_be_repeated(
    ovh: SimulatedOvh, caller: Caller, called_back: CalledBack
) -> None:
    await registered(caller, called_back.url)
    called_back.status = 503
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.report(sms_id)
    assert [push.status for push in ovh.pushes.log] == [503]
    called_back.status = 200
    assert (await ovh.pushes.again(ovh.pushes.log[0])).status == 200
    assert called_back.calls[0] == called_back.calls[1]


async def test_a_push_to_nobody_does_not_disturb_ovh(ovh: SimulatedOvh, caller: Caller) -> None:
    await registered(caller, "http://127.0.0.1:1")
    await ovh.answer(DURAND, "Oui")
    assert [(push.status, push.error) for push in ovh.pushes.log] == [(None, "ClientConnectorError")]
    assert len(await caller.get("/incoming")) == 1


async def test_pushes_are_held_and_let_go_in_any_order_as_often_as_wanted(
    ovh: SimulatedOvh, caller: Caller, called_back: CalledBack
) -> None:
    await registered(caller, called_back.url)
    ovh.pushes.holding = True
    (sms_id,) = (await caller.send(DURAND)).json["ids"]
    await ovh.report(sms_id, dlr=8, ptt=1)
    await ovh.report(sms_id, dlr=1, ptt=4)
    assert not called_back.calls
    await ovh.pushes.let_go(lambda held: [*reversed(held), *held])
    assert [query["description"] for _, _, query, _ in called_back.calls] == ["1", "8", "8", "1"]


async def test_anything_can_be_pushed_anywhere(ovh: SimulatedOvh, called_back: CalledBack) -> None:
    forged = await ovh.push_raw(f"{called_back.url}/report", "GET", {"id": "999", "description": "1"})
    broken = await ovh.push_raw(f"{called_back.url}/reply", "POST", body=b"\xff\xfe=\x00")
    assert (forged.status, forged.kind) == (200, "raw")
    assert isinstance(broken, Push)
    assert [(method, path) for method, path, _, _ in called_back.calls[:1]] == [("GET", "/report")]


async def test_each_account_has_its_own_urls(ovh: SimulatedOvh, caller: Caller, called_back: CalledBack) -> None:
    await registered(caller, called_back.url)
    ids = (await caller.send(DURAND, PETIT)).json["ids"]
    for sms_id in ids:
        await ovh.report(sms_id)
    assert {query["id"] for _, _, query, _ in called_back.calls} == {str(sms_id) for sms_id in ids}
