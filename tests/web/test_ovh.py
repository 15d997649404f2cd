"""OVH's callbacks over a real socket: believed with the secret alone, never a 500, 200 after the commit."""

import asyncio
import hmac
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.web.server import serve
from tests.web.conftest import HEADERS, NOW, OLD, SECRET, Behind, read

REPORT = f"/ovh/accueil/{SECRET}/report"
REPLY = f"/ovh/accueil/{SECRET}/reply"
STOP = f"/ovh/accueil/{SECRET}/stop"
GOOD = "id=7001&ptt=4&date=2026-11-18&description=1&descriptionDlr=Delivered"


async def test_a_report_is_taken_by_get_and_by_post(behind: Behind) -> None:
    assert (await behind.get(f"{REPORT}?{GOOD}"))[0] == 200
    assert (await behind.post(REPORT, GOOD.encode()))[0] == 200
    assert (await behind.post(f"{REPORT}?{GOOD}", b""))[0] == 200
    assert behind.rows == [(1, 7001, 1, 4)] * 3
    assert behind.refused == []


@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ("id=1&dlr=8&ptt=24", (1, 1, 8, 24)),
        ("id=1&descriptionDlr=2&ptt=23", (1, 1, 2, 23)),
        ("id=1&description=&dlr=2", (1, 1, 2, 0)),
        ("id=1&description=2&dlr=2&ptt=", (1, 1, 2, 0)),
        (f"id={2**63 - 1}&description=0&ptt=1&unheard=of%20%C3%A9", (1, 2**63 - 1, 0, 1)),
    ],
)
async def test_a_report_is_read_in_every_form_that_was_seen(behind: Behind, query: str, taken: object) -> None:
    assert (await behind.get(f"{REPORT}?{query}"))[0] == 200
    assert behind.rows == [taken]


async def test_an_answer_is_only_a_hint_of_its_id(behind: Behind) -> None:
    form = "id=42&senderid=%2B33612345678&message=Oui+%C3%A9&keyword=&shortcode=38416&tag=babc"
    assert (await behind.post(REPLY, form.encode()))[0] == 200
    assert behind.rows == [(1, 42)]


async def test_what_ovh_repeats_of_the_url_in_its_form_is_no_contradiction(behind: Behind) -> None:
    assert (await behind.post(f"{REPLY}?room=1", b"id=42&room=1"))[0] == 200
    assert (await behind.post(f"{REPLY}?id=43", b"id=42"))[0] == 400
    assert behind.rows == [(1, 42)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("number=%2B33612345678&senderid=0612345678&id=99", ["+33612345678"]),
        ("from=+33612345678", ["+33612345678"]),
        ("msisdn=0033612345678&receiver=38416&date=20261118103000", ["+33612345678"]),
        ("whatever=06+12+34+56+78&other=0698765432", ["+33612345678", "+33698765432"]),
    ],
)
async def test_a_stop_is_found_under_any_name(behind: Behind, query: str, numbers: list[str]) -> None:
    assert (await behind.get(f"{STOP}?{query}"))[0] == 200
    assert behind.rows == [(1, number) for number in numbers]


@pytest.mark.parametrize("query", ["", "id=612345678", "message=0612345678", "number=38416", "from=OVH"])
async def test_a_stop_without_a_number_is_declined(behind: Behind, query: str) -> None:
    assert (await behind.get(f"{STOP}?{query}"))[0] == 400
    assert (behind.rows, behind.refused) == ([], ["number"])


# --- secrets ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["report", "reply", "stop"])
@pytest.mark.parametrize(
    "door",
    [
        "accueil/wrong",
        f"accueil/{SECRET[:-1]}",
        f"accueil/{SECRET}0",
        f"garde/{SECRET}",
        f"nobody/{SECRET}",
        f"Accueil/{SECRET}",
        f"%00/{SECRET}",
        f"accueil%FF/{SECRET}",
        "accueil/%FF%00%F0%9F%92%A9",
        "accueil/" + "x" * 4000,
    ],
)
async def test_without_the_account_s_own_secret_there_is_nothing(behind: Behind, kind: str, door: str) -> None:
    path = f"/ovh/{door}/{kind}?{GOOD}&number=0612345678"
    assert (await behind.get(path))[0] == 404
    assert (await behind.post(path, b"id=1"))[0] == 404
    assert (await behind.get(path, "DELETE"))[0] == 404
    assert behind.rows == []
    assert behind.refused == ["secret"] * 3


async def test_only_slugs_are_looked_up(behind: Behind) -> None:
    for phone in ("accueil", "%00", "%ED%A0%80", "Accueil"):
        await behind.get(f"/ovh/{phone}/x/report")
    assert behind.asked == ["accueil", "?", "?", "?"]


async def test_an_old_secret_is_good_until_its_end(behind: Behind) -> None:
    path = f"/ovh/accueil/{OLD}/report?{GOOD}"
    behind.clock.time = NOW + timedelta(hours=24, microseconds=-1)
    assert (await behind.get(path))[0] == 200
    behind.clock.time = NOW + timedelta(hours=24)
    assert (await behind.get(path))[0] == 404


async def test_every_secret_costs_the_same_comparisons(behind: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def counting(one: bytes, other: bytes) -> bool:
        compared[-1] += 1
        assert isinstance(one, bytes)
        return original(one, other)

    original = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", counting)
    for door in (f"accueil/{SECRET}", f"accueil/{OLD}", "accueil/wrong", "garde/wrong", "nobody/wrong"):
        compared.append(0)
        await behind.get(f"/ovh/{door}/reply?id=1")
    assert compared == [2] * 5


# --- malformed ----------------------------------------------------------------------------------------------
MALFORMED = {
    "": "id",
    "ptt=4&description=1": "id",
    "id=": "id",
    "id=0&description=1": "id",
    "id=-5&description=1": "id",
    "id=%2B5&description=1": "id",
    "id=1.0&description=1": "id",
    "id=1_000&description=1": "id",
    "id=%207&description=1": "id",
    "id=%EF%BC%97&description=1": "id",  # a full-width 7
    "id=seven&description=1": "id",
    f"id={2**63}&description=1": "id",
    "id=" + "9" * 5000 + "&description=1": "id",
    "id[]=7&description=1": "id",
    "id=7": "dlr",
    "id=7&description=Delivered": "dlr",
    "id=7&description=-1": "dlr",
    "id=7&description=1&dlr=2": "dlr",
    "id=7&descriptionDlr=Delivered": "dlr",
    "id=7&description=1&ptt=x": "ptt",
    "id=7&description=1&ptt=99999999999": "ptt",
    "id=7&id=7&description=1": "repeated",
    "id=7&description=1&description=2": "repeated",
    "id=7&description=1&date=%FF": "encoding",
    "id=7&description=1&%C3=1": "encoding",
    "id=7&description=1&x=%ED%A0%80": "encoding",
    "&".join(f"x{i}=1" for i in range(200)): "too_many",
}


@pytest.mark.parametrize(("query", "word"), MALFORMED.items(), ids=lambda text: text[:30])
async def test_a_malformed_report_is_declined_counted_and_leaves_no_row(behind: Behind, query: str, word: str) -> None:
    assert (await behind.get(f"{REPORT}?{query}"))[0] == 400
    assert (await behind.post(REPORT, query.encode()))[0] == 400
    assert behind.rows == []
    assert behind.refused == [word] * 2


@pytest.mark.parametrize(
    "body", [b"id=7&message=\xff\xfe", b'{"id": 7}', b"\x1f\x8b\x08\x00", b"--x\r\nid\r\n--x--", b"\0" * 100]
)
async def test_a_body_that_is_no_form_is_declined(behind: Behind, body: bytes) -> None:
    assert (await behind.post(REPLY, body))[0] == 400
    assert behind.rows == []
    assert len(behind.refused) == 1


async def test_a_compressed_body_is_not_unfolded(behind: Behind) -> None:
    head = f"POST {REPLY} HTTP/1.1\r\n{HEADERS}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"
    assert read(await behind.raw(head.encode() + b"\x1f\x8b\x08\x00"))[0] == 400
    assert behind.refused == ["encoding"]


@pytest.mark.parametrize("size", [64 * 1024 + 1, 300_000])
async def test_a_body_over_64_kib_is_declined(behind: Behind, size: int) -> None:
    body = b"id=7&message=" + b"x" * (size - 13)
    assert (await behind.post(REPLY, body))[0] == 413
    chunked = f"POST {REPLY} HTTP/1.1\r\n{HEADERS}Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n".encode()
    assert read(await behind.raw(chunked + body + b"\r\n0\r\n\r\n"))[0] == 413
    assert (behind.rows, behind.refused) == ([], ["too_large"] * 2)


async def test_a_body_of_64_kib_is_taken(behind: Behind) -> None:
    body = b"id=7&message="
    assert (await behind.post(REPLY, body + b"x" * (64 * 1024 - len(body))))[0] == 200


async def test_a_body_that_is_broken_off_is_declined(behind: Behind) -> None:
    head = f"POST {REPLY} HTTP/1.1\r\n{HEADERS}Transfer-Encoding: chunked\r\n\r\n".encode()
    assert read(await behind.raw(head + b"ZZ\r\nid=7\r\n"))[0] == 400
    assert behind.rows == []


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_change_nothing(behind: Behind, method: str) -> None:
    assert (await behind.get(f"{REPORT}?{GOOD}", method))[0] == 405
    assert (behind.rows, behind.refused) == ([], ["method"])


@pytest.mark.parametrize("path", ["/ovh/accueil/report", f"{REPORT}/", f"/ovh/accueil/{SECRET}/other", "/", "/ovh"])
async def test_other_paths_are_not_there(behind: Behind, path: str) -> None:
    assert (await behind.get(f"{path}?{GOOD}"))[0] == 404
    assert behind.rows == []


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"GET /\xff HTTP/9.9\r\n\r\n"])
async def test_what_is_no_http_is_a_400(behind: Behind, noise: bytes) -> None:
    assert read(await behind.raw(noise))[0] == 400


def test_nothing_anybody_sends_is_a_500_or_a_row_that_was_not_asked_for() -> None:
    """One server, many callers; hypothesis runs each on the same loop."""
    behind: Behind
    line = st.binary(max_size=60).filter(lambda b: not set(b) & set(b" \r\n\t\0#"))
    pieces = st.sampled_from([b"id=", b"&", b"7", b"description=1", b"%", b"%FF", b"=", b"dlr=", b"ptt=2", b"\xff"])
    query = line | st.lists(pieces, max_size=12).map(b"".join)
    body = st.binary(max_size=200) | st.lists(pieces, max_size=12).map(b"".join)

    with asyncio.Runner() as runner:

        @settings(max_examples=120, deadline=None)
        @given(query, body, st.sampled_from([REPORT, REPLY, STOP]))
        def calls(query: bytes, body: bytes, path: str) -> None:
            behind.rows.clear()
            behind.refused.clear()
            head = f"POST {path}?".encode() + query
            head += f" HTTP/1.1\r\n{HEADERS}Content-Length: {len(body)}\r\n\r\n".encode()
            status = read(runner.run(behind.raw(head + body)))[0]
            assert status in (200, 400)
            if status == 200:
                assert behind.rows
            else:
                assert not behind.rows

        async def start() -> Behind:
            started = Behind()
            context = serve("127.0.0.1", 0, started.routes())
            started.port = await context.__aenter__()
            stops.append(context)
            return started

        stops: list = []
        behind = runner.run(start())
        try:
            calls()
        finally:
            runner.run(stops[0].__aexit__(None, None, None))


# --- the store ----------------------------------------------------------------------------------------------
async def test_ovh_is_told_200_only_after_the_commit(behind: Behind) -> None:
    behind.committed.clear()
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(behind.get(f"{REPORT}?{GOOD}"))
        while not behind.rows:
            await asyncio.sleep(0)
        assert await behind.get("/healthz") == (200, b'{"alive": true}')  # others are served meanwhile
        assert not call.done()
        behind.committed.set()
    assert call.result()[0] == 200


@pytest.mark.parametrize("path", [f"{REPORT}?{GOOD}", f"{REPLY}?id=1", f"{STOP}?number=0612345678"])
@pytest.mark.parametrize("failure", [OSError("disk full"), TimeoutError(), ValueError("a mistake of ours")])
async def test_a_store_that_failed_is_a_503(behind: Behind, path: str, failure: Exception) -> None:
    behind.failure = failure
    assert (await behind.get(path))[0] == 503
    assert (behind.rows, behind.refused) == ([], ["store"])


async def test_a_store_that_does_not_answer_is_a_503() -> None:
    behind = Behind()
    behind.committed.clear()
    async with serve("127.0.0.1", 0, behind.routes(patience=0.05)) as port:
        behind.port = port
        assert (await behind.get(f"{REPLY}?id=1"))[0] == 503
    assert behind.refused == ["store"]
