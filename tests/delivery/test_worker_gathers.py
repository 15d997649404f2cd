"""A busy lane lets what ends close together share a transaction."""

import asyncio

from tests.delivery.test_worker import running


async def test_what_ends_while_others_are_under_way_shares_a_transaction() -> None:
    async with running(*"abc", limit=3) as it:
        await it.lane.until(lambda: it.lane.begun == ["a", "b", "c"])
        for row in "ab":
            it.lane.gate(row).set()
            for _ in range(10):
                await asyncio.sleep(0)  # far more turns of the loop than a call needs to end
        await it.lane.until(lambda: bool(it.lane.recorded))
        assert it.lane.recorded == [[("a", "did a"), ("b", "did b")]]
        it.lane.gate("c").set()
