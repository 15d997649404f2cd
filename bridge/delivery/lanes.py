"""All the lanes, each with its worker."""

from typing import Any

from bridge.delivery.accounts import ProbeLane
from bridge.delivery.context import Deliveries
from bridge.delivery.hints import HintLane
from bridge.delivery.marks import MarkLane
from bridge.delivery.posts import PostLane
from bridge.delivery.reconciliation import LookLane
from bridge.delivery.replies import ReplyLane
from bridge.delivery.reports import PullLane
from bridge.delivery.sms import SmsLane
from bridge.delivery.worker import Worker
from bridge.ports.doorbell import Doorbell


def workers(deliveries: Deliveries, bell: Doorbell) -> list[Worker[Any, Any]]:
    """One for each thing that is taken up and leaves."""
    lanes: tuple[Any, ...] = (
        SmsLane(deliveries),
        LookLane(deliveries),
        PullLane(deliveries),
        ReplyLane(deliveries),
        PostLane(deliveries),
        MarkLane(deliveries),
        HintLane(deliveries),
        ProbeLane(deliveries),
    )
    last = deliveries.patience.last_answers
    return [Worker(lane, deliveries.clock, bell.of(lane.name), last) for lane in lanes]
