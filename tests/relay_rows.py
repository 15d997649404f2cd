"""What stands on disk, read beside the running bridge from its SQLite file."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HELD_BACK = """EXISTS (
    SELECT 1 FROM sms AS own JOIN sms AS earlier
    ON earlier.account_id = own.account_id AND earlier.number = own.number AND earlier.room_id = own.room_id
    WHERE own.job_id = job.id AND own.state = 'pending' AND earlier.state = 'pending' AND earlier.seq < own.seq)"""
_MAY_LEAVE = f"""FROM job JOIN account ON account.id = job.account_id
    WHERE job.state = 'queued' AND account.pause IS NULL AND job.expires_at > :now AND NOT {_HELD_BACK}"""
_DUES = {
    "job.due_at": _MAY_LEAVE,
    "job.due_at ": "FROM job WHERE state IN ('reconciling', 'unconfirmed')",
    "job.pull_at": "FROM job WHERE pull_at IS NOT NULL",
    "reply.due_at": "FROM reply WHERE due_at IS NOT NULL",
    "post.due_at": """FROM post WHERE due_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM post AS first
        WHERE first.room_id = post.room_id AND first.id < post.id AND first.due_at IS NOT NULL)""",
    "mark.due_at": "FROM mark WHERE due_at IS NOT NULL",
    "stop_hint.due_at": "FROM stop_hint WHERE 1",
    "account.probe_at": "FROM account WHERE pause IS NOT NULL",
}
HOURLY = frozenset({"ops_still_waiting"})
"""Told once an hour for as long as it lasts: not counted."""
_ASKING = frozenset({"job", "reply", "stop_hint"})


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one database file."""

    path: Path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def all(self, query: str, **values: object) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._open() as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, **values: object) -> Any:
        """The first column of the first row; None without one."""
        rows = self.all(query, **values)
        return rows[0][0] if rows else None

    # Time

    def rest(self, now: datetime, *, paced: bool) -> bool:
        """Whether nothing is due and nothing is on its way. What a pace holds back from OVH is not due."""
        what = {"now": _micros(now)}
        with self._open() as connection:
            for column, where in _DUES.items():
                if paced and column.split(".")[0] in _ASKING:
                    continue
                due = connection.execute(f"SELECT min({column.strip()}) {where}", what).fetchone()[0]
                if due is not None and due <= what["now"]:
                    return False
            flying = connection.execute(
                "SELECT (SELECT count(*) FROM job WHERE state = 'submitting')"
                " + (SELECT count(*) FROM post WHERE state = 'sending')"
                " + (SELECT count(*) FROM account WHERE active AND (probe_at IS NULL OR probe_at <= :now))",
                what,
            ).fetchone()[0]
        return not flying

    def next_due(self, now: datetime) -> datetime | None:
        """When a row is due next, after now."""
        what = {"now": _micros(now)}
        with self._open() as connection:
            dues = [
                connection.execute(
                    f"SELECT min({column.strip()}) {where} AND {column.strip()} > :now", what
                ).fetchone()[0]
                for column, where in _DUES.items()
            ]
        return min((moment(due) for due in dues if due is not None), default=None)

    def polled_at(self) -> datetime | None:
        """When answers were last asked for."""
        value = self.one("SELECT max(polled_at) FROM account") if self.path.exists() else None
        return None if value is None else moment(value)

    # What became of everything

    def jobs(self) -> list[str]:
        """The jobs' states, in their order."""
        return [row["state"] for row in self.all("SELECT state FROM job ORDER BY id")]

    def outcome(self) -> str:
        """Where everything ended: SMS first, then answers, as docs/reliability.md writes it."""
        sms = Counter(row["state"] for row in self.all("SELECT state FROM sms WHERE NOT superseded ORDER BY id"))
        replies = Counter(row["state"] for row in self.all("SELECT state FROM reply ORDER BY id"))
        told = [_counted(state, times) for state, times in sms.items()]
        told += [_counted(f"answer {state}", times) for state, times in replies.items()]
        return ", ".join(told) or "nothing"

    def notices(self) -> list[str]:
        """Kinds of all that was posted, those for the operations room last; with how a wait ended and how often.

        The first message of each room is left out: it stands pinned, and tells of nothing that happened.
        """
        rows = self.all(
            "SELECT post.kind, post.params, room.operations AS ops FROM post JOIN room ON room.id = post.room_id"
            " WHERE post.kind != 'first_message' ORDER BY ops, post.id"
        )
        kinds = []
        for row in rows:
            params = json.loads(row["params"])
            detail = params.get("done") or params.get("reason")
            if row["kind"] == "paused" and params.get("done"):
                detail = f"{params['reason']}, {params['done']}"
            if row["kind"] == "failed" and not params.get("done"):
                detail = ", ".join(dict.fromkeys(one["cause"] for one in params["failures"]))
            if row["kind"] == "waiting" and not params.get("done"):
                detail = None
            kinds.append(f"{row['kind']}: {detail}" if detail else row["kind"])
        return [kind if kind in HOURLY else _counted(kind, times) for kind, times in Counter(kinds).items()]

    def remote_of(self, kind: str) -> str:
        """The chat's id of the latest post of this kind."""
        found = self.one("SELECT remote FROM post WHERE kind = :kind ORDER BY id DESC", kind=kind)
        assert found is not None, f"no {kind} was posted"
        return str(found)

    def tags_not_sent(self) -> set[str]:
        """Tags of jobs that are settled as never sent."""
        never = "('rejected', 'expired', 'cancelled', 'parked')"
        return {row["tag"] for row in self.all(f"SELECT tag FROM job WHERE state IN {never}")}

    # What must always hold

    def check(self) -> None:
        """Every row has ended or will be looked at again."""
        self._none(
            "jobs that nobody will look at again",
            "SELECT id, state FROM job WHERE state = 'submitting' AND lease_until IS NULL"
            " OR state IN ('queued', 'reconciling') AND due_at IS NULL",
        )
        self._none(
            "SMS that wait for a job that ended",
            "SELECT sms.id, job.state FROM sms JOIN job ON job.id = sms.job_id WHERE sms.state = 'pending'"
            " AND job.state NOT IN ('held', 'queued', 'submitting', 'reconciling')",
        )
        self._none(
            "accepted jobs with open SMS whose reports nobody fetches",
            "SELECT job.id FROM job JOIN sms ON sms.job_id = job.id WHERE job.state = 'accepted'"
            " AND job.pull_at IS NULL AND sms.state IN ('accepted', 'in_network', 'buffered')",
        )
        self._none(
            "answers that nobody will fetch",
            "SELECT id, state FROM reply WHERE state IN ('named', 'fetched', 'unreadable') AND due_at IS NULL",
        )
        self._none(
            "answers routed to a room that has no post of them",
            "SELECT id FROM reply WHERE state = 'routed' AND NOT EXISTS (SELECT 1 FROM post"
            " WHERE subject = 'reply:' || reply.id AND kind IN ('reply', 'stranger'))",
        )
        self._none(
            "posts that nobody will send",
            "SELECT id, kind, state FROM post WHERE state IN ('queued', 'sending') AND due_at IS NULL",
        )
        self._none(
            "marks that are not what they should be, and stay so",
            "SELECT message_id, wanted, shown FROM mark WHERE wanted IS NOT shown AND due_at IS NULL",
        )
        self._check_answers()

    def _none(self, what: str, query: str) -> None:
        found = [tuple(row) for row in self.all(query)]
        assert not found, f"{what}: {found}"

    def _check_answers(self) -> None:
        """No two rows share one post, and no answer is posted twice."""
        posted = self.all("SELECT kind, subject, room_id, remote FROM post WHERE state = 'posted'")
        assert len({(row["room_id"], row["remote"]) for row in posted}) == len(posted), "two rows share one post"
        subjects = Counter(row["subject"] for row in posted if row["kind"] in ("reply", "stranger"))
        twice = {subject: times for subject, times in subjects.items() if times > 1}
        assert not twice, f"answers shown twice: {twice}"


def moment(micros: int) -> datetime:
    """A time as it stands in the file, UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _counted(state: str, times: int) -> str:
    return state if times == 1 else f"{times} {state}"
