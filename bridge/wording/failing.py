"""Failures: whom each concerns, why, and what to do. A list's figures in one line."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from bridge.domain.causes import Advice, Cause, advice
from bridge.wording.fields import Here, Params, fields_of
from bridge.wording.words import Phrasing, Phrasings, first

UNSENT: Final[Mapping[str, Advice]] = {
    "expired": Advice.RETRY,
    "parked": Advice.RETRY,
    "stopped": Advice.CALL,
    "unreachable": Advice.CALL,
    "invalid_number": Advice.CHECK_NUMBER,
    "no_receiver": Advice.CALL,
    "sender": Advice.RETRY,
    "other": Advice.CALL,
}
"""Why an SMS never left, beside the causes that operators tell, and what to do about it."""


def failed(params: Params, here: Here) -> str:
    """One failure as a sentence, several as a list that names each."""
    failures = cast(Sequence[Params], params["failures"])
    more = cast(int, params.get("more") or 0)
    retry = bool(params.get("retry")) and not params.get("done")  # pressed: the button is gone
    told = here.words.failed
    if len(failures) == 1 and not more:
        lines = [failure(failures[0], retry, here)]
    else:
        lines = [told["several"].format(count=len(failures) + more)]
        lines += [failure_in_list(one, retry, here) for one in failures]
    if more:
        lines.append(and_more(more, here))
    if params.get("done") == "retried":
        lines.append(first("failed", told["retried"], fields_of(params, here)))
    return "\n".join(lines)


def failure(one: Params, retry: bool, here: Here) -> str:
    """One that stands alone; `retry`: there is a button for it."""
    return _failure(one, here.words.failed[_head(one, here)], retry, here)


def failure_in_list(one: Params, retry: bool, here: Here, told: Mapping[str, Phrasings] | None = None) -> str:
    """One as a line among other failures; `told`: among others of any kind, and how it begins there."""
    return _failure(one, told[_head(one, here)] if told else here.words.failed["each"], retry, here)


def _head(one: Params, here: Here) -> str:
    return "undelivered" if one["cause"] in here.words.undelivered else "unsent"


def and_more(more: int, here: Here) -> str:
    """The last line of a list that names not all."""
    return str(here.words.failed["more_one" if more == 1 else "more_many"].format(count=more))


def _failure(one: Params, heads: Sequence[Phrasing], retry: bool, here: Here) -> str:
    """The name comes first; the number only where it is the matter."""
    cause, fields = str(one["cause"]), fields_of(one, here)
    why = here.words.undelivered.get(cause) or here.words.unsent.get(cause) or here.words.unsent["other"]
    fields["why"] = first("failed", why, fields)
    if "number" in why[0].needs:
        fields.pop("number", None)
    then = advice(Cause(cause)) if cause in here.words.undelivered else UNSENT.get(cause, Advice.CALL)
    by_hand = then is Advice.RETRY and not retry
    fields["advice"] = here.words.advice["retry_by_hand" if by_hand else then.value]
    return first("failed", heads, fields)


def summary(params: Params, here: Here) -> str:
    """A list in one line; what is nought is left out, but for those delivered."""
    told = here.words.summary
    counts = {name: cast(int, params[name]) for name in ("delivered", "failed", "unconfirmed", "waiting")}
    if not any(counts.values()):
        return told["cancelled"]
    shown = [name for name, count in counts.items() if count or name == "delivered"]
    return ", ".join(told[name].format(total=params["total"], **counts) for name in shown)
