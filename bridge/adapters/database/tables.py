"""The tables of both lanes; those of phones and rooms stand in tables_rooms.py.

Every list query has its index; settled rows leave the partial indexes, so history costs nothing.
"""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from bridge.adapters.database.columns import count, flag, ident, metadata, moment, partial, text, to
from bridge.adapters.database.types import Json, const, words

# --- what was seen -------------------------------------------------------------------------------------------------
event = Table(
    "event",
    metadata,
    text("platform", key=True),
    text("event_id", key=True),
    moment("seen_at", null=False),
    sqlite_with_rowid=False,
)
set_aside = Table(
    "set_aside",
    metadata,
    ident(),
    text("platform"),
    text("event_id"),
    text("raw"),
    moment("seen_at", null=False),
)
encrypted_room = Table(
    "encrypted_room",  # for ever: what the server says of it later changes nothing
    metadata,
    text("platform", key=True),
    text("address", key=True),
    sqlite_with_rowid=False,
)
cursor = Table("cursor", metadata, text("platform", key=True), text("cursor"), sqlite_with_rowid=False)
counter = Table(
    "counter",
    metadata,
    text("name", key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# --- the outgoing lane ---------------------------------------------------------------------------------------------
message = Table(
    "message",
    metadata,
    ident(),
    to("room"),
    to("account"),
    to("phone"),
    text("platform"),
    text("address"),
    text("ref"),
    text("person_platform"),
    text("person_id"),
    text("person_name"),
    text("text", null=True),  # null: purged
    moment("written_at", null=False),
    count("round", 1),
    moment("round_at", null=False),
    flag("is_list"),
    Index("message_ref", "platform", "address", "ref"),
    Index("message_author", "room_id", "person_id", "id"),
)
job = Table(
    "job",
    metadata,
    ident(),
    to("message"),
    to("room"),
    to("account"),
    to("phone"),
    count("round", 1),
    Column("seq", BigInteger, nullable=False),  # its place in the room, given in T0
    Column("tag", Text, nullable=False, unique=True),
    text("text", null=True),  # null: purged, a keyed hash stays
    text("text_hash", null=True),
    text("state"),
    count("attempt"),
    count("failures"),
    text("owner", null=True),
    moment("lease_until"),
    moment("due_at"),
    moment("expires_at", null=False),
    moment("submitted_at"),
    count("look"),
    moment("answered_at"),
    moment("pull_at"),
    moment("pull_again"),  # a pull wished for while one was under way
    count("pull_step"),
    text("reason", null=True),
    Column("params", Json, nullable=False),
    Index("job_message", "message_id"),
)
_job = job.c
partial("job_queued", _job.account_id, _job.seq, where=_job.state == const("queued"))
partial("job_due", _job.state, _job.due_at, where=_job.due_at.is_not(None))
partial("job_expires", _job.expires_at, where=_job.state.in_(words("held", "queued")))
partial(
    "job_open",
    _job.state,
    _job.phone_id,
    _job.account_id,
    where=_job.state.in_(words("held", "queued", "submitting", "reconciling")),
)
_in_doubt = _job.state.in_(words("reconciling", "unconfirmed"))
partial("job_doubtful", _job.account_id, _job.submitted_at, where=_in_doubt)
partial("job_pull", _job.pull_at, where=_job.pull_at.is_not(None))

sms = Table(
    "sms",
    metadata,
    ident(),
    to("job"),
    to("room"),
    to("account"),
    Column("seq", BigInteger, nullable=False),
    text("number", null=True),  # null: purged, a keyed hash stays
    text("number_hash", null=True),
    text("name", null=True),
    text("state"),
    text("cause", null=True),
    flag("superseded"),
    moment("changed_at", null=False),
    Index("sms_job", "job_id"),
)
Index("sms_number", sms.c.account_id, sms.c.number, sms.c.seq)
partial(
    "sms_open",
    sms.c.account_id,
    sms.c.number,
    sms.c.room_id,
    sms.c.seq,
    where=sms.c.state == const("pending"),
)
remote = Table(
    "remote",
    metadata,
    to("account", key=True),
    Column("ovh_id", BigInteger, primary_key=True),
    to("job", null=True),  # null: a report came before its job was known
    to("sms", null=True),  # null: of a list, not yet bound to a receiver
    text("state"),
    text("cause", null=True),
    moment("received_at", null=False),
    Index("remote_job", "job_id"),
    sqlite_with_rowid=False,
)
partial("remote_early", remote.c.account_id, remote.c.received_at, where=remote.c.job_id.is_(None))

# --- the incoming lane ---------------------------------------------------------------------------------------------
reply = Table(
    "reply",
    metadata,
    ident(),
    to("account"),
    Column("ovh_id", BigInteger, nullable=False),
    text("state"),
    count("tries"),
    moment("due_at"),
    moment("named_at", null=False),
    text("number", null=True),
    text("number_hash", null=True),
    text("sender_text"),
    text("text", null=True),
    text("tag"),
    moment("received_at"),
    to("room", null=True),
    to("message", null=True),
    UniqueConstraint("account_id", "ovh_id"),
    Index("reply_tag", "account_id", "tag"),
)
partial("reply_due", reply.c.due_at, where=reply.c.due_at.is_not(None))
partial("reply_waiting", reply.c.account_id, reply.c.id, where=reply.c.state == const("waiting"))

# --- what is put into rooms ----------------------------------------------------------------------------------------
post = Table(
    "post",
    metadata,
    ident(),
    text("kind"),
    text("subject"),
    to("room"),
    text("platform"),
    count("round", 1),
    Column("params", Json, nullable=False),
    text("reply_to", null=True),
    Column("buttons", Json, nullable=False),
    flag("pinned"),
    text("state"),
    text("remote", null=True),
    count("attempt"),
    count("failures"),
    flag("uncertain"),
    count("revision", 1),
    count("shown_revision"),
    moment("due_at"),
    moment("created_at", null=False),
    UniqueConstraint("kind", "subject", "room_id", "round"),
    Index("post_remote", "room_id", "remote"),
)
partial("post_due", post.c.platform, post.c.due_at, where=post.c.due_at.is_not(None))
partial("post_queued", post.c.room_id, post.c.id, where=post.c.state == const("queued"))
partial("post_in_flight", post.c.room_id, where=post.c.state == const("sending"))
partial("post_suspended", post.c.room_id, where=post.c.state == const("suspended"))
mark = Table(
    "mark",
    metadata,
    to("message", key=True),
    to("account"),
    text("platform"),
    count("round", 1),
    text("wanted", null=True),
    text("shown", null=True),
    Column("shown_summary", Json),
    text("ref", null=True),
    count("attempt"),
    count("failures"),
    moment("due_at"),
    moment("claimed_until"),
    moment("again_at"),  # touched since it was claimed
)
partial("mark_due", mark.c.platform, mark.c.due_at, where=mark.c.due_at.is_not(None))

# --- who wants no more ---------------------------------------------------------------------------------------------
optout = Table(
    "optout",
    metadata,
    to("account", key=True),
    text("number", key=True),
    text("source"),
    moment("at", null=False),
    sqlite_with_rowid=False,
)
stop_hint = Table(
    "stop_hint",
    metadata,
    to("account", key=True),
    text("number", key=True),
    moment("due_at", null=False),
    count("tries"),
    Index("stop_hint_due", "due_at"),
    sqlite_with_rowid=False,
)
