"""What OVH may answer to a POST when it surely did not carry it out."""

from bridge.sandbox.ovh import Fault
from tests.relay import Relay
from tests.scenarios.scenario import scenario


@scenario()
async def nothing_goes_wrong(relay: Relay) -> None:
    relay.say("Your appointment is at 9.")
    await relay.later(60)


@scenario()
async def rate_limited(relay: Relay) -> None:
    relay.ovh.script(Fault.rate_limited())
    relay.say("Your appointment is at 9.")
    await relay.later(60)


@scenario()
async def server_error(relay: Relay) -> None:
    relay.ovh.script(Fault.broken(500))
    relay.say("Your appointment is at 9.")
    await relay.later(800)
