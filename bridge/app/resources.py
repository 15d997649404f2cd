"""What the configuration names, opened: phones at OVH, chat platforms."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.adapters.browser.platform import BrowserPlatform
from bridge.adapters.ovh.opening import PhoneSettings
from bridge.adapters.ovh.signer import Keys
from bridge.config import Config, MatrixConfig, account_key
from bridge.domain.patience import Patience
from bridge.domain.slugs import slug
from bridge.ports.chat import ChatPlatform, RoomMemory
from bridge.ports.clock import Clock
from bridge.ports.phone import CallbackUrls
from bridge.ports.probe import Probe, no_probe

if TYPE_CHECKING:
    from bridge.adapters.matrix import MatrixPlatform


def phone_settings(config: Config) -> list[PhoneSettings]:
    """How each phone of the configuration is reached."""
    return [
        PhoneSettings(
            phone.name,
            account_key(phone),
            *phone.account,
            Keys(
                phone.application_key,
                phone.application_secret.get_secret_value(),
                phone.consumer_key.get_secret_value() if phone.consumer_key else None,
            ),
            phone.sender,
            phone.no_stop_clause,
            phone.prefix,
        )
        for phone in config.phones
    ]


async def open_platforms(
    config: Config,
    patience: Patience,
    clock: Clock,
    resources: AsyncExitStack,
    probe: Probe = no_probe,
    *,
    memory: RoomMemory,
    hide: Callable[[str], object],
) -> dict[str, ChatPlatform]:
    """The chat platforms of the configuration by name, open as long as `resources`.

    `hide` is told secrets that come about meanwhile, so that no log shows them.
    """
    platforms: dict[str, ChatPlatform] = {}
    if config.browser is not None:
        token = config.browser.token.get_secret_value()
        browser = BrowserPlatform(str(config.browser.url), token, clock, marks_after=patience.marks_after)
        platforms[browser.name] = await resources.enter_async_context(browser)
    if config.telegram is not None:
        from bridge.adapters.telegram import TelegramPlatform  # its library takes a third of a second to import

        token = config.telegram.token.get_secret_value()
        telegram = TelegramPlatform(
            token, config.telegram.api_url, clock, marks_after=patience.marks_after, probe=probe
        )
        platforms[telegram.name] = await resources.enter_async_context(telegram)
    if config.matrix is not None:
        matrix = _matrix(config, config.matrix, patience, clock, probe, memory, hide)
        platforms["matrix"] = await resources.enter_async_context(matrix)
    return platforms


def _matrix(
    config: Config,
    section: MatrixConfig,
    patience: Patience,
    clock: Clock,
    probe: Probe,
    memory: RoomMemory,
    hide: Callable[[str], object],
) -> "MatrixPlatform":
    """The account that the configuration names. Operators may ask it into rooms, anybody into those of the file."""
    from bridge.adapters.matrix import LONGER, MatrixPlatform, MatrixSettings, Welcome  # half a second to import

    here = [room.room for room in config.rooms] + ([config.operations_room] if config.operations_room else [])
    people = [address.partition(":")[2] for address in config.operators if address.startswith("matrix:")]
    settings = MatrixSettings(
        section.homeserver,
        section.user,
        Path(section.store),
        section.access_token.get_secret_value() if section.access_token else None,
        section.device_id,
        section.password.get_secret_value() if section.password else None,
        section.encryption,
    )
    return MatrixPlatform(
        settings,
        clock,
        memory,
        Welcome(frozenset(people), frozenset(room.address for room in here if room.platform == "matrix")),
        marks_after=patience.marks_after + (LONGER if patience.marks_after else patience.marks_after),
        probe=probe,
        hide=hide,
    )


def callback_urls(base: str, phone: str, secret: str) -> CallbackUrls:
    """Where OVH calls for an account: one set of URLs, under its first phone's name, opened by its secret."""
    return CallbackUrls.under(f"{base.rstrip('/')}/ovh/{slug(phone)}/{secret}")
