"""What `check` found, by key."""

from bridge.ports.phone import CallbackUrls, Finding
from tests.adapters.ovh.world import World

URLS = CallbackUrls.under("https://sms.test/ovh/accueil/TOPSECRET")


async def findings(made: World, urls: CallbackUrls | None = URLS) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in await made.phone.check(urls):
        assert "SECRET" not in str(one)
        assert "consumer-key" not in str(one)
        found.setdefault(one.key, []).append(one)
    return found


async def levels(made: World, urls: CallbackUrls | None = URLS) -> dict[str, str]:
    return {key: found[0].level for key, found in (await findings(made, urls)).items()}
