"""The `ovh` client 1.2.0 as the bridge uses it: for signing and encoding, on a connection of ours."""

import ssl
from dataclasses import dataclass, field
from typing import Final

import certifi
import ovh
from ovh.client import ENDPOINTS

from bridge.adapters.ovh.wire import Answer, Wire

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0  # for each read, not for the call: OVH's own words come in one piece


@dataclass(frozen=True, slots=True)
class Keys:
    """What OVH hands out at createToken. Never shown, not even by repr. `consumer_key` None: not asked for yet.

    Raises ValueError, without saying the key, for one that no HTTP header can carry.
    """

    application_key: str = field(repr=False)
    application_secret: str = field(repr=False)
    consumer_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for which, key in zip(("application", "secret", "consumer"), self.secrets, strict=False):
            if not key.isascii() or not key.isprintable() or not key.strip():
                raise ValueError(f"the {which} key is empty or has a letter that no key has")

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that there are, for those who must take them out of a text."""
        both = (self.application_key, self.application_secret)
        return both if self.consumer_key is None else (*both, self.consumer_key)


def base_url(endpoint: str) -> str:
    """`ovh-eu` or a URL of one's own to the URL all paths follow. Raises ValueError for an unknown name."""
    if endpoint in ENDPOINTS:
        return str(ENDPOINTS[endpoint])
    if endpoint.startswith(("http://", "https://")):
        return endpoint.rstrip("/")
    raise ValueError(f"{endpoint!r} is neither one of {', '.join(ENDPOINTS)} nor a URL")


def trusted_certificates() -> ssl.SSLContext:
    """The machine's certificate authorities and Mozilla's. Costs some 20 ms: one for all connections."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return context


class Signer(ovh.Client):  # type: ignore[misc]  # the client ships no types
    """One `ovh` client on one connection; used by one thread at a time.

    The client's own constructor is not run: it also reads OVH_* variables and ovh.conf files even when keys
    are passed, and a stray OVH_CLIENT_ID ends in InvalidConfiguration. What it would set is set here; a test
    compares the two.
    """

    def __init__(self, base: str, keys: Keys, wire: Wire) -> None:
        self._endpoint = base
        self._application_key = keys.application_key
        self._application_secret = keys.application_secret
        self._consumer_key = keys.consumer_key
        self._client_id = None
        self._client_secret = None
        self._oauth2 = None
        self._time_delta: int | None = None
        self._session = wire
        self._timeout = None  # the wire's own

    @property
    def wire(self) -> Wire:
        """The connection."""
        return self._session

    def ask(self, method: str, path: str, body: object, time_delta: int | None) -> Answer:
        """One call, signed unless `time_delta` (seconds OVH is ahead) is None. Raises Unreachable and Cut."""
        self._time_delta = time_delta
        answer = self.raw_call(method, path, body, need_auth=time_delta is not None)
        assert isinstance(answer, Answer)  # noqa: S101  the wire gives nothing else
        return answer
