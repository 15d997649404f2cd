"""What the simulator remembers of what it was asked, and the sums that invariants are read from."""

from collections import Counter, deque

from bridge.sandbox.ovh.values import AcceptedPost, SeenRequest


class Records:
    """Requests and accepted POSTs in their order; the latest `keep` of each, None for all."""

    def __init__(self, keep: int | None) -> None:
        self.requests: deque[SeenRequest] = deque(maxlen=keep)
        self.accepted: deque[AcceptedPost] = deque(maxlen=keep)
        self.posts_seen = 0
        self.sms_accepted = 0

    def seen(self, request: SeenRequest) -> None:
        """A request came in."""
        self.requests.append(request)
        if request.method == "POST" and request.path.rstrip("/").endswith("/jobs"):
            self.posts_seen += 1

    def took(self, post: AcceptedPost) -> None:
        """A POST was accepted."""
        self.accepted.append(post)
        self.sms_accepted += len(post.receivers)

    def accepted_by_receiver(self) -> Counter[tuple[str, str]]:
        """(tag, receiver) -> how often it was accepted: 2 is a doubled SMS."""
        return Counter((post.tag, number) for post in self.accepted for number in post.receivers)

    def doubled(self) -> int:
        """SMS accepted more often than once under the same tag."""
        return sum(times - 1 for times in self.accepted_by_receiver().values())
