"""OVH's codes: the DLR id that decides, and the ptt code that only explains."""

PENDING, DELIVERED, FAILED, WAITING, BUFFERED, ERROR = 0, 1, 2, 4, 8, 16
FINAL = frozenset({DELIVERED, FAILED, ERROR})

RECEIPTS = {
    PENDING: "Pending",
    DELIVERED: "Delivered",
    FAILED: "Failed",
    WAITING: "Waiting",
    BUFFERED: "Buffered",
    ERROR: "Error",
}
"""DLR id -> the words of `descriptionDlr`."""

_PTTS = {
    1: ("temporary", "Intermediate state: retrying, phone"),
    2: ("temporary", "Intermediate state: retrying, operator"),
    3: ("temporary", "Intermediate state: accepted by the operator"),
    4: ("permanent", "Delivered"),
    5: ("permanent", "Undelivered, cause unknown"),
    6: ("indeterminated", "Undeterminable"),
    8: ("permanent", "Expired at the operator"),
    20: ("permanent", "Message not deliverable in its current form"),
    21: ("permanent", "The receiver lacks credit"),
    23: ("permanent", "Number invalid, barred or blacklisted"),
    24: ("temporary", "Absent subscriber"),
    25: ("temporary", "Operator network failure"),
    26: ("temporary", "Phone related failure"),
    27: ("permanent", "Phone related failure"),
    28: ("permanent", "Suspected spam"),
    29: ("permanent", "Content not permitted on this network or short number"),
    33: ("permanent", "Parental lock"),
    39: ("permanent", "New operator failure"),
    73: ("permanent", "Ported, unreachable"),
    74: ("temporary", "Roaming"),
    76: ("permanent", "Blocked for this client"),
    202: ("permanent", "Blocked for this client"),
}


def explain(ptt: int) -> dict[str, str]:
    """`sms.PttDetails` of a code; an unknown one is explained as such."""
    duration, description = _PTTS.get(ptt, ("indeterminated", "Unknown ptt code"))
    return {"duration": duration, "description": description, "comment": f"{description}."}
