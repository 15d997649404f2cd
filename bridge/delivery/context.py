"""What every lane is given."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.delivery.pace import Paces
from bridge.domain.ids import AccountId
from bridge.domain.patience import Patience
from bridge.metrics import Figures
from bridge.ports.chat import ChatPlatform
from bridge.ports.clock import Clock
from bridge.ports.phone import Phone
from bridge.ports.probe import Probe, no_probe
from bridge.ports.store import Store


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The resources of the outgoing side. `phones` by name; `account_phones`: the phone that asks for an account.

    `owner` is this process's epoch: a job in submitting of another owner is never posted again. `callbacks`: whether
    OVH knows where to call.
    """

    store: Store
    clock: Clock
    phones: Mapping[str, Phone]
    account_phones: Mapping[AccountId, Phone]
    platforms: Mapping[str, ChatPlatform]
    figures: Figures
    patience: Patience
    owner: str
    paces: Paces
    callbacks: bool = False
    probe: Probe = no_probe
