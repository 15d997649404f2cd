"""The `ovh` client is ours to build: nothing strays in from the machine."""

import hashlib
import time
from pathlib import Path

import ovh
import pytest

from bridge.adapters.ovh.signer import Keys, Signer, base_url
from bridge.adapters.ovh.wire import Answer
from tests.adapters.ovh.world import KEYS


class Paper:
    """A wire that only writes down."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, dict[str, str], str]] = []

    def request(self, method: str, target: str, *, headers: dict[str, str], data: str, timeout: object) -> Answer:
        self.sent.append((method, target, headers, data))
        return Answer(200, b"null")


def test_it_sets_whatever_the_client_s_own_constructor_sets() -> None:
    theirs = ovh.Client("ovh-eu", "a", "b", "c")
    ours = Signer("https://eu.api.ovh.com/1.0", KEYS, Paper())  # type: ignore[arg-type]
    assert vars(ours).keys() == vars(theirs).keys()
    assert ours._endpoint == theirs._endpoint
    assert ours._oauth2 is theirs._oauth2 is None


def test_stray_variables_and_files_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "APPLICATION_KEY", "CONSUMER_KEY", "ENDPOINT"):
        monkeypatch.setenv(f"OVH_{name}", "stray")
    (tmp_path / "ovh.conf").write_text("[ovh-eu]\nclient_id=stray\nconsumer_key=stray\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ovh.config.CONFIG_PATH", [str(tmp_path / "ovh.conf")])
    with pytest.raises(ovh.exceptions.InvalidConfiguration):
        ovh.Client("ovh-eu", "a", "b", "c")  # what a stray variable does to the client itself
    paper = Paper()
    Signer("https://eu.api.ovh.com/1.0", KEYS, paper).ask("GET", "/sms", None, 0)  # type: ignore[arg-type]
    assert "stray" not in str(paper.sent)


def test_the_signature_is_ovh_s() -> None:
    paper = Paper()
    signer = Signer("http://127.0.0.1:1/1.0", KEYS, paper)  # type: ignore[arg-type]
    signer.ask("POST", "/sms/x/jobs", {"message": "é"}, 3600)
    (method, target, headers, data) = paper.sent[0]
    stamp = headers["X-Ovh-Timestamp"]
    assert abs(int(stamp) - time.time() - 3600) < 5
    signed = "+".join(["application-secret", "consumer-key", method, target, data, stamp])
    assert headers["X-Ovh-Signature"] == "$1$" + hashlib.sha1(signed.encode()).hexdigest()
    assert data == '{"message":"\\u00e9"}'


def test_without_a_time_nothing_is_signed() -> None:
    paper = Paper()
    Signer("http://127.0.0.1:1/1.0", KEYS, paper).ask("GET", "/auth/time", None, None)  # type: ignore[arg-type]
    assert "X-Ovh-Signature" not in paper.sent[0][2]


def test_an_endpoint_is_a_name_of_ovh_s_or_a_url() -> None:
    assert base_url("ovh-ca") == "https://ca.api.ovh.com/1.0"
    assert base_url("http://127.0.0.1:9001/1.0/") == "http://127.0.0.1:9001/1.0"
    with pytest.raises(ValueError, match="ovh-eu"):
        base_url("ovh-mars")


def test_keys_are_shown_by_nothing() -> None:
    assert "application-secret" not in repr(KEYS)
    assert "consumer-key" not in repr(KEYS)
    for wrong in ("", " ", "k3y\n", "clé"):
        with pytest.raises(ValueError, match="application key is empty or") as failure:
            Keys(wrong, "b", "c")
        assert "k3y" not in str(failure.value)
