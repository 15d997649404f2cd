"""`bridge send`: one SMS by hand, in its own row, whoever has the database."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.adapters.database import open_store
from bridge.adapters.database.ownership import own
from bridge.adapters.database.tables import job, mark, message, post, sms
from bridge.adapters.database.tables_rooms import account, room
from bridge.config import ConfigMistakes
from bridge.domain.ids import AccountId
from bridge.domain.numbers import E164
from bridge.domain.states import JobState
from bridge.ports.sending import JobMove
from bridge.sandbox.ovh import Fault, Mode
from tests.commands.hands import DURAND, PETIT, TAG, Hands, hands


@pytest.fixture
async def by_hand(tmp_path: Path) -> AsyncIterator[Hands]:
    async with hands(tmp_path) as given:
        yield given


@pytest.fixture
async def ready(by_hand: Hands) -> Hands:
    """A bridge ran here before, and left an SMS of a room that is due."""
    await by_hand.furnish()
    return by_hand


async def states(given: Hands) -> dict[str, str]:
    """The jobs' states by text."""
    return {row.text: row.state for row in await given.rows(job)}


# --- where no bridge runs -------------------------------------------------------------------------------------------
async def test_it_leaves_at_once_and_says_so(ready: Hands) -> None:
    assert await ready.send("06 12 34 56 79", "Hello") == 0
    assert ready.said == ["OVH accepted it: on its way to 06 12 34 56 79."]
    assert [(post.receivers, post.text) for post in ready.ovh.records.accepted] == [((PETIT,), "Hello")]


async def test_it_touches_no_other_row(ready: Hands) -> None:
    before = [tuple(row) for row in await ready.rows(job)]
    assert await ready.send() == 0
    assert ready.texts == ["Hello"]
    assert (await states(ready))["From the room"] == "queued"
    assert [tuple(row) for row in await ready.rows(job)][:1] == before
    assert TAG not in {post.tag for post in ready.ovh.records.accepted}


async def test_it_is_composed_by_the_phone_s_rules_of_the_file(ready: Hands) -> None:
    ready.phone = {"prefix": "Cabinet Martin : "}  # changed since the bridge ran
    assert await ready.send(text="C\N{RIGHT SINGLE QUOTATION MARK}est pr\N{LATIN SMALL LETTER E WITH CIRCUMFLEX}t") == 0
    assert ready.texts == ["Cabinet Martin : C'est pr\N{LATIN SMALL LETTER E WITH CIRCUMFLEX}t"]


async def test_nothing_of_it_waits_for_a_chat_that_is_not_there(ready: Hands) -> None:
    assert await ready.send(text="https://example.org/x") == 1
    assert await ready.send() == 0
    of_rooms = {row.id for row in await ready.rows(message) if row.platform == "web"}
    assert {row.message_id for row in await ready.rows(mark)} == of_rooms
    assert await ready.rows(post) == []


async def test_what_ovh_took_without_saying_so_is_found_and_not_sent_twice(ready: Hands) -> None:
    ready.ovh.script(Fault.reset(carried_out=True))
    assert await ready.send() == 0
    assert ready.said[0].startswith("Not confirmed yet: OVH has not said whether the SMS to 06 12 34 56 78 was sent.")
    assert ready.said[1:] == ["OVH accepted it: on its way to 06 12 34 56 78."]
    assert ready.ovh.records.posts_seen == 1


async def test_what_ovh_never_got_is_sent_again_after_the_last_look(ready: Hands) -> None:
    ready.ovh.script(Fault.reset(carried_out=False))
    command = ready.begin()
    assert await ready.end(command, step=5.0) == 0
    assert ready.ovh.records.posts_seen == 2
    assert ready.texts == ["Hello"]


async def test_with_ask_it_is_not_sent_again(by_hand: Hands) -> None:
    by_hand.phone = {"on_uncertain": "ask"}
    await by_hand.furnish()
    by_hand.ovh.script(Fault.reset(carried_out=False))
    assert await by_hand.end(by_hand.begin(), step=5.0) == 1
    assert by_hand.said[-1].startswith("May have been sent: OVH confirmed nothing and we cannot tell.")
    assert (await states(by_hand))["Hello"] == "unconfirmed"


async def test_it_waits_while_ovh_refuses_the_keys_and_goes_on_by_itself(ready: Hands) -> None:
    ready.ovh.set_mode(Mode.REVOKED)
    command = ready.begin()
    await ready.until_said("OVH refuses our access", command)
    ready.ovh.set_mode(Mode.OK)
    assert await ready.end(command) == 0
    assert len([line for line in ready.said if "OVH refuses our access" in line]) == 1


async def test_a_pause_that_an_earlier_bridge_left_is_looked_into_at_once(ready: Hands) -> None:
    ready.ovh.set_mode(Mode.REVOKED)
    first = ready.begin()
    await ready.until_said("OVH refuses our access", first)
    first.cancel()  # dies: the row and the pause stay
    await ready.end_of_the_dead(first)
    ready.ovh.set_mode(Mode.OK)
    began = ready.clock.now()
    assert await ready.end(ready.begin(PETIT), step=0.5) == 0
    assert ready.clock.now() - began < timedelta(minutes=4)  # keys are looked into every five
    assert [row.pause for row in await ready.rows(account)] == [None]


async def test_what_cannot_leave_in_its_time_is_dropped(ready: Hands) -> None:
    ready.phone = {"expires_after": "30s"}
    await ready.ovh.unplug()
    assert await ready.send() == 1
    assert ready.said[0].startswith("Not sent: the fault is ours, nothing was charged. We keep trying until")
    assert ready.said[-1] == "Not sent: it could not leave in time, so it was dropped and nothing was charged."
    assert (await states(ready))["Hello"] == "expired"
    assert {row.state for row in await ready.rows(sms) if row.number == DURAND} == {"pending", "expired"}
    await ready.ovh.plug_in()


async def test_after_a_death_in_doubt_no_second_one_goes_to_that_number(ready: Hands) -> None:
    ready.ovh.script(Fault.reset(carried_out=True))
    first = ready.begin()
    await ready.until_said("Not confirmed yet", first)
    first.cancel()
    await ready.end_of_the_dead(first)
    assert await ready.send() == 1
    assert "nobody knows yet whether an earlier SMS to 06 12 34 56 78" in ready.said[-1]
    assert await ready.send(PETIT) == 0
    assert ready.ovh.records.posts_seen == 2


async def test_it_works_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with hands(tmp_path, database=postgres_url) as given:
        await given.furnish()
        assert await given.send() == 0
        assert await states(given) == {"From the room": "queued", "Hello": "accepted"}


# --- refused before anything leaves ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (DURAND, "See https://example.org/x", "Not sent: OVH refuses links (https://example.org/x)"),
        (DURAND, "   ", "Not sent: there is no text."),
        (DURAND, "word " * 400, "Not sent: "),
        ("01 42 34 56 78", "Hello", "Not sent: the short number reaches only mobiles of metropolitan France, so not "),
        ("0612", "Hello", '"0612" is not a telephone number.'),
        ("Durand", "Hello", '"Durand" is not a telephone number.'),
    ],
)
async def test_what_a_room_would_be_refused_is_refused_here(ready: Hands, number: str, text: str, said: str) -> None:
    assert await ready.send(number, text) == 1
    assert len(ready.said) == 1
    assert ready.said[0].startswith(said)
    assert ready.ovh.records.posts_seen == 0


async def test_contact_details_that_ovh_may_refuse_leave_when_they_are_wanted_anyway(ready: Hands) -> None:
    text = "See example.org"
    assert await ready.send(text=text) == 1
    assert ready.said[-1] == "To try it all the same, add --anyway."
    assert ready.ovh.records.posts_seen == 0
    assert await ready.end(ready.begin(text=text, anyway=True)) == 0
    assert ready.texts == [text]


async def test_who_wrote_stop_gets_nothing_by_hand_either(ready: Hands) -> None:
    async with open_store(ready.database, clock=ready.clock, ring=lambda lane: None) as store:
        await store.write(lambda tx: tx.optouts.add(AccountId(1), E164(DURAND), "reply", ready.clock.now()))
    assert await ready.send() == 1
    assert ready.said == ["Not sent: 06 12 34 56 78 answered STOP and gets no more SMS. Please call."]
    assert ready.ovh.records.posts_seen == 0


async def test_a_number_that_ovh_does_not_take_is_told(ready: Hands) -> None:
    ready.ovh.script(Fault.refused_receivers())
    assert await ready.send() == 1
    assert ready.said[0].startswith("Not sent: OVH refuses the")


async def test_a_phone_that_is_not_there_tells_those_that_are(ready: Hands) -> None:
    ready.phones = ("accueil", "second floor")
    assert await ready.send(phone="acceuil") == 2
    assert await ready.send() == 2
    assert ready.said[0] == 'There is no phone acceuil in the configuration. There are: "accueil" and "second floor".'
    assert ready.said[1].startswith('There are several phones: say which one, for example --phone "accueil".')
    assert (await states(ready)).keys() == {"From the room"}


# --- the database -----------------------------------------------------------------------------------------------------
async def test_it_makes_no_database(by_hand: Hands, tmp_path: Path) -> None:
    assert await by_hand.send() == 1
    assert by_hand.said[0].startswith("Nothing was sent: there is no database yet")
    assert list(tmp_path.iterdir()) == []


async def test_it_brings_no_database_up_to_date(ready: Hands, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "bridge.db") as older:
        older.execute("UPDATE alembic_version SET version_num = '0001'")
    older.close()
    assert await ready.send() == 1
    assert ready.said[0].startswith("Nothing was sent: there is no database yet, or it is an earlier version's.")
    assert ready.ovh.records.posts_seen == 0


@pytest.mark.parametrize("folder", ["bridge.db.lock", "bridge.db-wal"])
async def test_a_database_that_may_not_be_written_is_told_by_its_key(ready: Hands, tmp_path: Path, folder: str) -> None:
    for beside in tmp_path.glob(f"{folder}*"):
        beside.unlink()
    (tmp_path / folder).mkdir()  # what another user's rights would do: even root cannot write it
    with pytest.raises(ConfigMistakes, match=f"database: cannot open {tmp_path}/bridge.db"):
        await ready.send()
    assert ready.ovh.records.posts_seen == 0


async def test_a_phone_that_the_database_does_not_know_yet_asks_for_a_start(ready: Hands) -> None:
    ready.phones = ("accueil", "new")
    assert await ready.send(phone="new") == 1
    assert ready.said == [
        "Nothing was sent: the database does not know phone new yet as the configuration has it now. "
        "Start bridge run once with this configuration."
    ]
    assert {row.source for row in await ready.rows(room)} == {"file"}


# --- beside another process -----------------------------------------------------------------------------------------
async def test_it_waits_for_who_has_the_database_and_takes_over_when_that_one_is_gone(ready: Hands) -> None:
    async with AsyncExitStack() as other:
        await other.enter_async_context(own(ready.database))
        command = ready.begin()
        await ready.until_said("Nobody has taken it up yet", command)
        assert ready.said[0] == "Written down. The bridge that is running sends it."
        assert ready.ovh.records.posts_seen == 0
    assert await ready.end(command) == 0
    assert ready.texts == ["Hello"]


async def test_what_a_dead_bridge_had_in_hand_is_looked_for_and_not_posted_again(ready: Hands) -> None:
    async with AsyncExitStack() as other:
        await other.enter_async_context(own(ready.database))
        command = ready.begin()
        await ready.until_said("Written down", command)
        async with open_store(ready.database, clock=ready.clock, ring=lambda lane: None) as bridge:
            until = ready.clock.now() + timedelta(seconds=90)
            taken = await bridge.write(lambda tx: tx.jobs.claim(ready.clock.now(), "dead", until, {AccountId(1): 10}))
            assert [one.text for one in taken] == ["From the room", "Hello"]
    ready.ovh.script(Fault.rate_limited(), times=None)
    await ready.until_said("Not confirmed yet", command)
    assert ready.ovh.records.posts_seen == 0
    assert await states(ready) == {"From the room": "submitting", "Hello": "reconciling"}
    command.cancel()
    await ready.end_of_the_dead(command)


async def test_two_at_once_go_one_after_the_other(ready: Hands) -> None:
    first, second = ready.begin(text="One"), ready.begin(PETIT, text="Two")
    assert [await ready.end(first), await ready.end(second)] == [0, 0]
    assert sorted(ready.texts) == ["One", "Two"]


async def test_what_the_bridge_that_runs_refused_or_lost_is_told_as_well(ready: Hands) -> None:
    async with AsyncExitStack() as other:
        await other.enter_async_context(own(ready.database))
        command = ready.begin()
        await ready.until_said("Written down", command)
        async with open_store(ready.database, clock=ready.clock, ring=lambda lane: None) as bridge:
            mine = next(row for row in await ready.rows(job) if row.text == "Hello")
            move = JobMove(mine.id, mine.attempt, JobState.REJECTED, reason="sender")
            await bridge.write(lambda tx: tx.jobs.move([move]))
        assert await ready.end(command) == 1
    assert ready.said[-1].startswith("Not sent: OVH does not accept the sender's name")
