"""A simulated OVH: the SMS part of its API on a real socket, the network, and the telephones at its end.

The demonstration and every test of the bridge run against it. It does what OVH's schema sms.json and OVH's
guides say; what nobody could verify without an account is an assumption, marked so where it is made and
listed in docs/ovh-simulator.md.
"""

from bridge.sandbox.endings import Answer, Ending
from bridge.sandbox.ovh.faults import Fault, Scripted
from bridge.sandbox.ovh.simulator import SimulatedOvh
from bridge.sandbox.ovh.telephones import ReceivedSms, Telephone, WrittenSms
from bridge.sandbox.ovh.values import (
    EVERYTHING,
    AcceptedPost,
    Change,
    Happened,
    IncomingSms,
    Mode,
    OutgoingSms,
    Push,
    SeenRequest,
    SmsAccount,
)

__all__ = [
    "EVERYTHING",
    "AcceptedPost",
    "Answer",
    "Change",
    "Ending",
    "Fault",
    "Happened",
    "IncomingSms",
    "Mode",
    "OutgoingSms",
    "Push",
    "ReceivedSms",
    "Scripted",
    "SeenRequest",
    "SimulatedOvh",
    "SmsAccount",
    "Telephone",
    "WrittenSms",
]
