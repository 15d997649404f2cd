"""SMS that an operator sends by hand hang on a room of their own; and one job alone can be taken up."""

from dataclasses import replace

from bridge.domain.ids import ChatRef, JobId, OvhId
from bridge.domain.rooms import Room
from bridge.domain.sms import Job
from bridge.domain.states import JobState, RoomState, SmsState
from bridge.ports.sending import JobMove, NewMessage
from tests.contract.store.world import LEASE, World, file_phone, file_room, number

ACCOUNT = "ovh-eu/sms-1"


async def console(world: World, phone: str = "accueil", account: str = ACCOUNT) -> Room | None:
    return await world.write(lambda tx: tx.consoles.of(phone, account, "en", "Europe/Paris"))


async def made(world: World) -> Room:
    room = await console(world)
    assert room is not None
    return room


def by_hand(world: World, room: Room, person: int = 1) -> NewMessage:
    new = world.new("line", [person])
    return replace(new, room_id=room.id, ref=ChatRef(room.address, "1"), mark_due_at=None)


async def only(world: World, job: JobId, most: int = 10) -> list[Job]:
    until = world.now + LEASE
    return await world.write(lambda tx: tx.jobs.claim(world.now, "me", until, {world.account: most}, only=job))


async def test_a_phone_s_console_is_one_room_however_often_it_is_asked_for(world: World) -> None:
    first, again = await made(world), await made(world)
    assert first.id == again.id
    assert (first.phone, first.account_id, first.language) == ("accueil", world.account, "en")
    assert first.rules.prefix == "Cabinet : "
    assert not first.hold


async def test_a_phone_that_the_tables_do_not_know_on_this_account_has_none(world: World) -> None:
    assert await console(world, phone="other") is None
    assert await console(world, account="ovh-eu/sms-2") is None
    await world.put_file([file_phone("other")], [file_room("line", 1, phone="other")])
    assert await console(world) is None


async def test_a_renamed_phone_keeps_its_console(world: World) -> None:
    room = await made(world)
    await world.put_file([file_phone("desk", was=("accueil",))], [file_room("line", 1, phone="desk")])
    found = await console(world, phone="desk")
    assert found is not None
    assert (found.id, found.phone) == (room.id, "desk")


async def test_it_is_no_desk_of_the_account_and_no_room_that_a_chat_could_write_in(world: World) -> None:
    room = await made(world)
    assert room.state is RoomState.RETIRED
    assert room.id not in {one.id for one in await world.read(lambda tx: tx.rooms.of_account(world.account))}
    assert await world.read(lambda tx: tx.rooms.at([room.address])) == {}
    await world.furnish()  # a start, which retires and revives rooms of the file
    assert (await made(world)).state is RoomState.RETIRED


async def test_what_hangs_there_has_no_mark_that_would_wait_for_ever(world: World) -> None:
    room = await made(world)
    (message,) = await world.add(by_hand(world, room))
    await world.write(lambda tx: tx.marks.touch({message}, world.now))
    await world.write(lambda tx: tx.marks.touch_open(world.account, world.now))
    waiting = await world.read(lambda tx: tx.dues.depths())
    assert waiting["marks"][0] == waiting["posts"][0] == 0
    assert waiting["jobs"][0] == 1


async def test_its_answers_are_for_other_rooms(world: World) -> None:
    room = await made(world)
    await world.add(by_hand(world, room))
    (job,) = await world.claim()
    await world.accept(job, 7)
    found = await world.read(lambda tx: tx.sms.by_tags(world.account, {job.tag}))
    assert [(one.room_id, one.room_active) for one in found[job.tag]] == [(room.id, False)]


async def test_an_sms_by_hand_of_which_nobody_knows_is_unsettled(world: World) -> None:
    room = await made(world)

    async def unsettled(person: int) -> bool:
        return await world.read(lambda tx: tx.consoles.unsettled(room.id, number(person)))

    await world.add(world.new("line", [1]))  # of another room: that is another matter
    assert not await unsettled(1)
    await world.claim()
    await world.add(by_hand(world, room))
    assert await unsettled(1)
    assert not await unsettled(2)
    (job,) = await world.claim()
    assert await unsettled(1)
    await world.accept(job, 7)
    assert not await unsettled(1)


async def test_a_claim_for_one_job_takes_no_other_up(world: World) -> None:
    messages = await world.add(world.new("line"), world.new("list", [2]), world.new("list", [3]))
    mine = (await world.job(messages[1])).id
    assert [job.id for job in await only(world, mine)] == [mine]
    assert [(await world.job(one)).state for one in messages] == ["queued", "submitting", "queued"]
    assert await only(world, mine) == []


async def test_it_keeps_the_rules_that_hold_for_all(world: World) -> None:
    first, second = await world.add(world.new("line"), world.new("line"))
    mine = (await world.job(second)).id
    assert await only(world, mine) == []  # the first one to that person has not left
    other = (await world.job(first)).id
    await only(world, other)
    await world.write(lambda tx: tx.jobs.move([JobMove(other, 1, JobState.RECONCILING, due_at=world.now)]))
    assert await only(world, mine) == []
    world.clock.pass_(13 * 3600)
    assert await only(world, mine) == []


async def test_looks_and_pulls_for_one_job_leave_the_others_due(world: World) -> None:
    jobs = [await world.submitted(world.new("list", [person])) for person in (1, 2)]
    due = [JobMove(one.id, 1, JobState.RECONCILING, due_at=world.now) for one in jobs]
    await world.write(lambda tx: tx.jobs.move(due))
    mine, until = jobs[1].id, world.now + LEASE
    looked = await world.write(lambda tx: tx.jobs.claim_looks(world.now, until, 8, only=mine))
    assert [one.id for one in looked] == [mine]
    others = await world.write(lambda tx: tx.jobs.claim_looks(world.now, until, 8))
    assert [one.id for one in others] == [jobs[0].id]
    for id_, one in enumerate(jobs):
        await world.accept(one, 100 + id_)
    world.clock.pass_(600)
    pulled = await world.write(lambda tx: tx.sms.claim_pulls(world.now, world.now + LEASE, 8, only=mine))
    assert [one.id for one, _ in pulled] == [mine]
    assert pulled[0][0].ids == (OvhId(101),)
    left = await world.write(lambda tx: tx.sms.claim_pulls(world.now, world.now + LEASE, 8))
    assert [one.id for one, _ in left] == [jobs[0].id]
    assert await world.tally(jobs[1].message_id) == {SmsState.ACCEPTED: 1}
