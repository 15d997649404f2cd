"""The frozen tree: what the configuration says, key by key, with its defaults."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bridge.config.values import (
    DatabaseUrl,
    Duration,
    Endpoint,
    Homeserver,
    MatrixUser,
    Network,
    Number,
    PersonAddress,
    Room,
    Secret,
    Url,
    Word,
    Zone,
    at_least_one_second,
    not_empty,
    rising,
)

Language = Literal["fr", "en"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)


class HttpConfig(_Section):
    """Where the bridge's own web server listens, and whom it trusts to name the caller."""

    host: Word = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080  # 0: any free port
    password: Secret | None = None
    trusted_proxies: tuple[Network, ...] = ()


class PhoneConfig(_Section):
    """One sender on one OVH account (endpoint + service name)."""

    name: Word
    service_name: Word
    endpoint: Endpoint = "ovh-eu"
    application_key: Word
    application_secret: Secret
    consumer_key: Secret | None = None  # None only until `bridge setup` has got one
    sender: Annotated[str, Field(min_length=3, max_length=11)] | None = None  # null: the short number
    no_stop_clause: bool = True
    prefix: str | None = None
    plain_text: bool = True
    was: tuple[Word, ...] = ()
    poll_every: Annotated[Duration, AfterValidator(at_least_one_second)] = timedelta(seconds=60)
    on_uncertain: Literal["resend", "ask"] = "resend"
    expires_after: Annotated[Duration, AfterValidator(at_least_one_second)] = timedelta(hours=12)

    @property
    def account(self) -> tuple[str, str]:
        """(endpoint, service name): phones that share it share pollers, callbacks, credits, opt-outs."""
        return (self.endpoint, self.service_name)


class TelegramConfig(_Section):
    """The Telegram bot."""

    token: Secret
    api_url: Url = "https://api.telegram.org"


class MatrixConfig(_Section):
    """The Matrix account; `access_token` with `device_id`, or a password. `store`: the folder of keys and session."""

    homeserver: Homeserver
    user: MatrixUser
    access_token: Secret | None = None
    device_id: Word | None = None
    password: Secret | None = None
    encryption: bool = True
    store: str = "data/matrix"


class BrowserConfig(_Section):
    """The chat server of the demonstration, and the token that it takes from its bot."""

    url: Url
    token: Secret


class Recipient(_Section):
    """Somebody a room texts: a number, and the name that the team knows (None: the number is shown)."""

    name: Word | None = None
    number: Number


def _recipient(value: object) -> object:
    return value if isinstance(value, Mapping | Recipient) else {"number": value}


class RoomConfig(_Section):
    """A chat room, the phone it uses, and whom it texts: one a line, several a list, none a desk."""

    room: Room
    phone: Word
    to: tuple[Annotated[Recipient, BeforeValidator(_recipient)], ...]
    sends: Literal["everything", "commands"] = "everything"
    hold: Duration = timedelta(seconds=5)
    team: Word | None = None
    prefix: str | None = None
    language: Language | None = None
    timezone: Zone | None = None

    @property
    def is_desk(self) -> bool:
        """Whether answers that no room claims land here."""
        return not self.to


class Config(BaseSettings):
    """All of it. Built by `load`; tests may build it from keywords, which no environment overrides."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        env_prefix="BRIDGE_",
        env_nested_delimiter="__",
    )

    # repr=False: the URL may hold a password.
    database: Annotated[DatabaseUrl, Field(repr=False)] = "sqlite:///data/bridge.db"
    public_url: Url | None = None
    language: Language = "fr"
    timezone: Zone = ZoneInfo("Europe/Paris")
    http: HttpConfig = HttpConfig()
    phones: Annotated[tuple[PhoneConfig, ...], AfterValidator(not_empty)]
    telegram: TelegramConfig | None = None
    matrix: MatrixConfig | None = None
    browser: BrowserConfig | None = None
    rooms: tuple[RoomConfig, ...] = ()
    operators: tuple[PersonAddress, ...] = ()
    operations_room: Room | None = None
    reconcile_after: Annotated[tuple[Duration, ...], AfterValidator(rising)] = tuple(
        timedelta(seconds=seconds) for seconds in (35, 90, 180, 600)
    )
    logs: Literal["console", "json"] = "console"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take keywords alone: loading.py merges file and environment, so that it can name every mistake."""
        return (init_settings,)


def secrets_of(config: Config) -> tuple[str, ...]:
    """Every secret value in the tree, for the logs' redaction: keys, tokens, passwords."""
    found = [secret.get_secret_value() for secret in _secrets(config)]
    password = urlsplit(config.database).password
    if password:
        found += [password, unquote(password)]
    return tuple(dict.fromkeys(found))


def _secrets(value: Any) -> Iterator[SecretStr]:
    match value:
        case SecretStr():
            yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secrets(getattr(value, name))
        case tuple():
            for item in value:
                yield from _secrets(item)
        case _:
            return
