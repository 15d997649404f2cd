"""Addresses that OVH calls: a secret in one is never shown."""

import pytest

from bridge.domain.addresses import differ_in_secret, host, masked

OURS = "https://sms.example.org/ovh/accueil/TOPSECRET/report"


def test_an_address_of_ours_is_shown_without_its_secret() -> None:
    assert masked(OURS) == "https://sms.example.org/ovh/accueil/…/report"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://other.example/cb?token=TOPSECRET", "other.example"),
        ("https://user:TOPSECRET@other.example:8443/cb", "other.example:8443"),
        ("other.example/TOPSECRET", "other.example"),
        ("/TOPSECRET", "?"),
        ("https://[TOPSECRET/x", "?"),
        ("", "?"),
    ],
)
def test_of_another_s_address_only_the_host_is_shown(url: str, shown: str) -> None:
    assert host(url) == shown


def test_an_address_with_an_earlier_secret_is_told_from_another_place() -> None:
    assert differ_in_secret("https://sms.example.org/ovh/accueil/OLD/report", OURS)
    assert not differ_in_secret(OURS, OURS)
    assert not differ_in_secret("https://sms.example.org/ovh/accueil/OLD/reply", OURS)
    assert not differ_in_secret("https://other.example/ovh/accueil/OLD/report", OURS)
