"""Why the chat will not do something: answers to the bot or to a person, not errors of the server."""


class NoSuchRoom(LookupError):
    """There is no room at this address."""


class NoSuchEntry(LookupError):
    """There is no entry with this id, or it was deleted."""


class BotNotInRoom(PermissionError):
    """The bot was removed from the room."""


class BotMuted(PermissionError):
    """The bot may read in the room, but not write."""


class Malformed(ValueError):
    """The body of a request is not what the API takes."""
