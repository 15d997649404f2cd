"""Addresses that OVH calls, as people may see them: a secret stands in the last part of the path but one."""

from urllib.parse import urlsplit


def host(url: str) -> str:
    """The host, with its port where it has one: all that is shown of another program's address. "?" without one."""
    try:
        place = urlsplit(url if "//" in url else f"//{url}").netloc
    except ValueError:
        return "?"
    return place.rpartition("@")[2] or "?"


def masked(url: str) -> str:
    """An address of ours with an ellipsis in place of its secret."""
    root, secret, kind = _split(url)
    return f"{root}/…/{kind}" if secret else host(url)


def differ_in_secret(one: str, other: str) -> bool:
    """Whether two addresses are the same but for the secret."""
    (root, secret, kind), (other_root, other_secret, other_kind) = _split(one), _split(other)
    return (root, kind) == (other_root, other_kind) and secret != other_secret


def _split(url: str) -> tuple[str, str, str]:
    before, _, kind = url.rpartition("/")
    root, _, secret = before.rpartition("/")
    return root, secret, kind
