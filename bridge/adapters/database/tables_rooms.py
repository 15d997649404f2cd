"""The tables of accounts, phones and rooms: who writes to whom."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from bridge.adapters.database.columns import count, flag, ident, metadata, moment, text, to
from bridge.adapters.database.types import Span

account = Table(
    "account",
    metadata,
    ident(),
    Column("key", Text, nullable=False, unique=True),
    flag("active"),
    text("secret"),
    text("old_secret", null=True),
    moment("old_until"),
    text("pause", null=True),
    count("pauses"),
    text("last_pause", null=True),
    moment("paused_at"),
    moment("probe_at"),
    moment("watermark"),
    Column("credits", Float),
    moment("polled_at"),
    moment("called_back_at"),
)
phone = Table(
    "phone",
    metadata,
    ident(),
    Column("name", Text, nullable=False, unique=True),
    to("account"),
    flag("active"),
    count("place"),  # in the file
    flag("short_number"),
    text("prefix"),
    flag("plain_text"),
    text("on_uncertain"),
    Column("expires_after", Span, nullable=False),
    flag("stop_clause"),
)
phone_slug = Table("phone_slug", metadata, text("slug", key=True), to("phone"), sqlite_with_rowid=False)
team = Table("team", metadata, ident(), Column("name", Text, nullable=False, unique=True))
room = Table(
    "room",
    metadata,
    ident(),
    to("account", null=True),  # null, like phone and team: no phone is for it yet
    to("phone", null=True),
    to("team", null=True),
    text("state"),
    text("source"),  # file: the configuration; chat: a person wrote there, an operator may have linked it
    text("sends"),
    Column("hold", Span, nullable=False),
    text("language"),
    text("timezone"),
    text("prefix", null=True),
    text("code", null=True),  # links it to a phone, once, until then
    moment("code_until"),
    flag("operations"),  # learns what needs an operator
    Index("room_account", "account_id"),
    Index("room_code", "code", unique=True),
)
room_address = Table(
    "room_address",
    metadata,
    text("platform", key=True),
    text("address", key=True),
    to("room"),
    flag("current"),
    Index("room_address_room", "room_id"),
    sqlite_with_rowid=False,
)
room_receiver = Table(
    "room_receiver",
    metadata,
    to("room", key=True),
    text("number", key=True),
    Column("place", Integer, nullable=False),
    text("name", null=True),
    sqlite_with_rowid=False,
)
