"""Figures for Prometheus, by platform and phone. One object, made by the composition root and passed in.

Counters count since the process started; moments are seconds since 1970, UTC; `phone` is the phone's name.
A phone that never spoke has no sample: nothing is invented.
"""

from datetime import datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics import MetricWrapperBase

_LATENCIES = (
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
)  # seconds; OVH is read for 30 at most

Metric = TypeVar("Metric", bound=MetricWrapperBase)


class _Children(dict[tuple[str, ...], Metric]):
    """The labelled children of one metric, each looked up once: `labels()` takes a lock and formats."""

    def __init__(self, metric: Metric) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, labels: tuple[str, ...]) -> Metric:
        child = self[labels] = self._metric.labels(*labels)
        return child


class Figures:
    """What happened and how things stand. Each method is cheap enough for every message."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> _Children[Counter]:
            return _Children(Counter(f"bridge_{name}", text, labels, registry=registry))

        def gauge(name: str, text: str, *labels: str) -> _Children[Gauge]:
            return _Children(Gauge(f"bridge_{name}", text, labels, registry=registry))

        self._messages_in = counter("messages_in", "Chat messages that send SMS", "platform")
        self._replies_in = counter("replies_in", "Answers that came by SMS", "phone")
        self._posts_out = counter("posts_out", "Posts put into rooms", "platform", "kind", "outcome")
        self._sms_out = counter("sms_out", "SMS that OVH accepted", "phone")
        self._marks = counter("marks", "Times the mark on a message came to say this", "platform", "status")
        self._jobs = gauge("jobs_open", "Jobs that have not been settled", "phone", "state")
        self._reports = counter("reports", "Delivery reports taken in", "phone", "source")
        self._notices = counter("notices", "Notices put down for rooms, by their key", "key")
        self._refused = counter("callbacks_refused", "Callbacks that were not believed", "reason")
        self._duplicates = counter("duplicates", "SMS that OVH shows to have accepted twice", "phone")
        self._parked = counter("parked", "Rows set aside after failing too often", "queue")
        self._calls = counter("api_calls", "Calls to OVH or a chat platform", "name", "call", "outcome")
        self._latency = _Children(
            Histogram(
                "bridge_api_seconds",
                "Seconds a call took",
                ("name", "call"),
                buckets=_LATENCIES,
                registry=registry,
            )
        )
        self._depth = gauge("queue_depth", "Rows that wait", "queue")
        self._age = gauge("queue_oldest_seconds", "Age of the oldest row that waits", "queue")
        self._credits = gauge("credits", "Credits left on the phone's account", "phone")
        self._paused = gauge("account_paused", "1 while the phone's account is paused", "phone")
        self._polled = gauge("last_poll_timestamp_seconds", "Last complete reading of answers", "phone")
        self._called_back = gauge("last_callback_timestamp_seconds", "Last callback that was believed", "phone")
        self._waiting = gauge("unrouted_replies", "Answers that no room claims", "phone")

    def message_in(self, platform: str) -> None:
        """A chat message that sends was written down."""
        self._messages_in[(platform,)].inc()

    def reply_in(self, phone: str) -> None:
        """An answer by SMS was fetched."""
        self._replies_in[(phone,)].inc()

    def post_out(self, platform: str, kind: str, outcome: str) -> None:
        """A post of a `kind` (reply, notice, mark …) ended with an `outcome` (posted, failed …)."""
        self._posts_out[(platform, kind, outcome)].inc()

    def sms_out(self, phone: str, receivers: int = 1) -> None:
        """OVH accepted a job for so many receivers."""
        self._sms_out[(phone,)].inc(receivers)

    def marked(self, platform: str, status: str) -> None:
        """A message's mark was shown with this status."""
        self._marks[(platform, status)].inc()

    def jobs(self, phone: str, state: str, count: int) -> None:
        """So many of the phone's jobs are in this state now."""
        self._jobs[(phone, state)].set(count)

    def report_in(self, phone: str, source: str) -> None:
        """A delivery report came; `source` is callback or poll."""
        self._reports[(phone, source)].inc()

    def notice(self, key: str) -> None:
        """A notice was put down for a room."""
        self._notices[(key,)].inc()

    def refused_callback(self, reason: str) -> None:
        """A callback was not believed: malformed, forged …; `reason` is one of our own few words."""
        self._refused[(reason,)].inc()

    def duplicate(self, phone: str) -> None:
        """Alarm: OVH shows two SMS where one was wanted."""
        self._duplicates[(phone,)].inc()

    def parked(self, queue: str) -> None:
        """A row was set aside after failing too often."""
        self._parked[(queue,)].inc()

    def api_call(self, name: str, call: str, outcome: str, seconds: float) -> None:
        """A call ended. `name`: the phone or platform; `call`: one of a few words, never a path with ids."""
        self._calls[(name, call, outcome)].inc()
        self._latency[(name, call)].observe(seconds)

    def queue(self, name: str, depth: int, oldest_age_seconds: float) -> None:
        """How many rows wait, and how long the oldest has waited (seconds; 0 when none waits)."""
        self._depth[(name,)].set(depth)
        self._age[(name,)].set(oldest_age_seconds)

    def credits(self, phone: str, left: float) -> None:
        """What OVH last told of the account's credits."""
        self._credits[(phone,)].set(left)

    def paused(self, phone: str, is_paused: bool) -> None:
        """Whether the phone's account is paused (keys, credits, OVH failing)."""
        self._paused[(phone,)].set(is_paused)

    def polled(self, phone: str, at: datetime) -> None:
        """The account's answers were listed completely, at an aware time."""
        self._polled[(phone,)].set(at.timestamp())

    def called_back(self, phone: str, at: datetime) -> None:
        """A callback was believed, at an aware time."""
        self._called_back[(phone,)].set(at.timestamp())

    def unrouted(self, phone: str, count: int) -> None:
        """So many answers on the phone's account wait for a room."""
        self._waiting[(phone,)].set(count)

    def render(self) -> bytes:
        """The Prometheus text format, version 0.0.4, UTF-8."""
        return generate_latest(self._registry)
