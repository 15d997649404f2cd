"""The secret in an account's callbacks can be changed, and the one before opens them for a while."""

from datetime import timedelta

import pytest

from bridge.domain.ids import AccountId
from bridge.ports.rows import Account
from tests.contract.store.world import World, file_phone, file_room

DAY = timedelta(hours=24)


async def account_of(world: World, key: str = "ovh-eu/sms-1") -> Account:
    [found] = [one for one in await world.read(lambda tx: tx.accounts.all()) if one.key == key]
    return found


async def test_a_new_secret_leaves_the_one_before_valid_for_the_time_given(world: World) -> None:
    before, until = await account_of(world), world.now + DAY
    fresh = await world.write(lambda tx: tx.accounts.rotate(before.id, until))
    after = await account_of(world)
    assert len(fresh) >= 32
    assert fresh != before.secret
    assert (after.secret, after.old_secret, after.old_until) == (fresh, before.secret, until)


async def test_a_second_rotation_forgets_the_first_secret(world: World) -> None:
    first = await account_of(world)
    second = await world.write(lambda tx: tx.accounts.rotate(first.id, world.now + DAY))
    third = await world.write(lambda tx: tx.accounts.rotate(first.id, world.now + DAY))
    after = await account_of(world)
    assert (after.secret, after.old_secret) == (third, second)
    assert len({first.secret, second, third}) == 3


async def test_other_accounts_keep_their_secret(world: World) -> None:
    phones = [file_phone(), file_phone("autre", "ovh-eu/sms-2")]
    await world.put_file(phones, [file_room("line", 1)])
    other = await account_of(world, "ovh-eu/sms-2")
    await world.write(lambda tx: tx.accounts.rotate(world.account, world.now + DAY))
    assert await account_of(world, "ovh-eu/sms-2") == other


async def test_an_account_that_is_not_there_has_no_secret(world: World) -> None:
    with pytest.raises(LookupError):
        await world.write(lambda tx: tx.accounts.rotate(AccountId(404), world.now + DAY))
