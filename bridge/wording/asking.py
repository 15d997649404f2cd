"""Longer answers, put together from several sentences: how a message stands, help, the first message, the parts."""

from collections.abc import Sequence
from typing import Any, Final, cast

from bridge.domain.marks import FAILED
from bridge.wording.failing import and_more, failure, failure_in_list, summary
from bridge.wording.fields import Here, Params, fields_of, named, one_person, quoted, readable
from bridge.wording.words import Fields, first

_FAILED: Final = frozenset(status.value for status in FAILED)
_DELETING: Final = {"telegram": "deleting", "matrix": "deleting_stops"}
"""What deleting a message does, where people can."""


def status(params: Params, here: Here) -> str:
    """Each receiver of a message; one alone in the sentences of a conversation, several as a list under its figures."""
    people, told = cast(Sequence[Params], params["standing"]), here.words.status
    fields = fields_of(params, here)
    arrived = any(one["status"] == "delivered" for one in people)
    tail = [first("status", told[key], fields) for key in _of_answers(params)] if arrived else []
    if len(people) == 1 and not params.get("more"):
        return " ".join([_alone(people[0], here), *tail])
    lines = [summary(cast(Params, params["summary"]), here), *(_in_list(one, here) for one in people)]
    if more := cast(int, params.get("more") or 0):
        lines.append(and_more(more, here))
    if arrived:
        lines.append(" ".join([first("status", told["arrived_is_not_read"], fields), *tail]))
    return "\n".join(lines)


def _of_answers(params: Params) -> list[str]:
    """Whether those it arrived at can still answer; nothing where nobody can."""
    return [str(params["answers"])] if params.get("answers") else []


def _alone(one: Params, here: Here) -> str:
    if one["status"] in _FAILED:
        return failure(one, False, here)
    return first("status", here.words.status[f"{one['status']}_alone"], fields_of(one, here))


def _in_list(one: Params, here: Here) -> str:
    if one["status"] in _FAILED:
        return failure_in_list(one, False, here, here.words.status)
    fields = fields_of(one, here)
    fields["how"] = first("status", here.words.status[str(one["status"])], fields)
    return first("status", here.words.status["each"], fields)


def several(params: Params, here: Here) -> str:
    """What a message of several parts costs, which letters make it so, and how to stop it."""
    told, fields = here.words.several, fields_of(params, here)
    if params.get("done"):
        return first("several_parts", told[str(params["done"])], fields)
    said = [first("several_parts", told["one" if params["receivers"] == 1 else "many"], fields)]
    if letters := cast(Sequence[str], params.get("costly") or ()):
        shown = [quoted(letter, here.words) for letter in letters]
        fields["costly"] = named(shown, cast(int, params["letters"]), here.words, "letters")
        said.append(first("several_parts", told["costly"], fields))
    if params.get("hold"):
        deleting = _DELETING.get(here.chat.platform) == "deleting_stops"
        said.append(first("several_parts", told["stop_deleting" if deleting else "stop"], fields))
    return " ".join(said)


def first_message(params: Params, here: Here) -> str:
    """What stands pinned in a room: whom words typed there go to, and what an SMS cannot carry."""
    told, fields = here.words.first, _room_fields(params, here)
    if params.get("done"):
        return first("first_message", told[str(params["done"])], fields)
    keys = [_to(params), "answers" if params["answers"] else "no_answers"]
    keys += ["opening"] if params.get("opening") else []
    return " ".join(first("first_message", told[key], fields) for key in (*keys, "help"))


def help_(params: Params, here: Here) -> str:
    """What this person may do here, a line each for the commands."""
    told, fields = here.words.help, _room_fields(params, here)
    keys = [_to(params), *(["reply"] if params["answers"] and params["room"] != "desk" else []), "note"]
    keys += [_DELETING[here.chat.platform]] if here.chat.platform in _DELETING else []
    lines = [" ".join(first("help", told[key], fields) for key in keys)]
    menu = {**here.words.menu, **(here.words.menu_operators if params.get("operator") else {})}
    for word, does in menu.items():
        form = here.words.forms.get(word)
        opened = f"{here.chat.command(word)} {form}" if form else here.chat.command(word)
        lines.append(told["command"][0].template.format(command=opened, does=does.format_map(fields)))
    return "\n".join(lines)


def _room_fields(params: Params, here: Here) -> Fields:
    """Whom a room writes to: one person by name, several as a count and some names."""
    people, count = cast(Sequence[str], params.get("people") or ()), cast(int, params.get("count") or 0)
    fields = fields_of({key: value for key, value in params.items() if key not in ("people", "count")}, here)
    if count == 1:
        fields |= one_person(people[0])
    elif count:
        fields |= {"people": named(readable(people), count, here.words), "count": str(count)}
    return fields


def _to(params: Params) -> str:
    """The sentence about a room: a line, a list, a desk; or one where only commands and replies leave."""
    room = str(params["room"])
    return f"{room}_list" if room == "commands" and cast(Any, params.get("count") or 0) > 1 else room
