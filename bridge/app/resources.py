"""What the configuration names, opened: phones at OVH, chat platforms."""

from contextlib import AsyncExitStack

from bridge.adapters.browser.platform import BrowserPlatform
from bridge.adapters.ovh.opening import PhoneSettings
from bridge.adapters.ovh.signer import Keys
from bridge.config import Config, account_key
from bridge.domain.patience import Patience
from bridge.domain.slugs import slug
from bridge.ports.chat import ChatPlatform
from bridge.ports.clock import Clock
from bridge.ports.phone import CallbackUrls
from bridge.ports.probe import Probe, no_probe


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
    config: Config, patience: Patience, clock: Clock, resources: AsyncExitStack, probe: Probe = no_probe
) -> dict[str, ChatPlatform]:
    """The chat platforms of the configuration by name, open as long as `resources`."""
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
    return platforms


def callback_urls(base: str, phone: str, secret: str) -> CallbackUrls:
    """Where OVH calls for an account: one set of URLs, under its first phone's name, opened by its secret."""
    return CallbackUrls.under(f"{base.rstrip('/')}/ovh/{slug(phone)}/{secret}")
