"""What the configuration says, as the rows that the store is made to agree with."""

from bridge.config.tree import Config, PhoneConfig, RoomConfig
from bridge.domain.rooms import Receiver, SendingRules
from bridge.ports.rows import FilePhone, FileRoom


def account_key(phone: PhoneConfig) -> str:
    """The account a phone is a sender of: `endpoint/service_name`."""
    return "/".join(phone.account)


def file_phones(config: Config) -> list[FilePhone]:
    """The phones, in the file's order."""
    return [FilePhone(phone.name, account_key(phone), _rules(phone), phone.was) for phone in config.phones]


def file_rooms(config: Config) -> list[FileRoom]:
    """The rooms, with the bridge's language and time zone where the file leaves them out."""
    return [_room(config, room) for room in config.rooms]


def _rules(phone: PhoneConfig) -> SendingRules:
    return SendingRules(
        phone=phone.name,
        short_number=phone.sender is None,
        prefix=phone.prefix or "",
        plain_text=phone.plain_text,
        on_uncertain=phone.on_uncertain,
        expires_after=phone.expires_after,
        stop_clause=not phone.no_stop_clause,
    )


def _room(config: Config, room: RoomConfig) -> FileRoom:
    return FileRoom(
        address=room.room,
        phone=room.phone,
        receivers=tuple(Receiver(one.number, one.name) for one in room.to),
        sends=room.sends,
        hold_seconds=room.hold.total_seconds(),
        team=room.team or room.phone,
        prefix=room.prefix,
        language=room.language or config.language,
        timezone=str(room.timezone or config.timezone),
    )
