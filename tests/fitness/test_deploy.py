"""What deploy/ promises to whoever runs the bridge: no rights, nothing shown, time to end, and no vain restarts."""

import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

import pytest
import yaml

from bridge.cli import main
from bridge.config import Config, MatrixConfig, load, secrets_of
from bridge.delivery.worker import GRACE
from bridge.web.ovh import OvhCallbacks
from tests.deployment import (
    CADDYFILE,
    COMPOSE,
    ROOT,
    UNIT,
    YOURS,
    copied,
    environment,
    only,
    seconds,
    service,
    stages,
    unit,
)

FAREWELL = 5.0  # seconds that the web server gives its own requests after that: bridge/web/server.py


def test_the_image_runs_as_a_user_without_rights_that_has_a_fixed_number() -> None:
    last = stages()[-1]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", only(last, "USER").rest)
    words = [one.word for one in last]
    assert not {"COPY", "ADD", "RUN"} & set(words[words.index("USER") :])


def test_the_images_are_pinned_to_a_line_and_have_a_python_that_the_project_takes() -> None:
    images = [only(stage, "FROM").rest.split()[0] for stage in stages()]
    assert len(images) == 2
    assert len(set(images)) == 1  # the environment is built for that very Python
    tag = images[0].partition(":")[2]
    version = re.match(r"(\d+)\.(\d+)", tag)
    assert version, f"not pinned: {images[0]}"
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    least = re.fullmatch(r">=(\d+)\.(\d+)", needed)
    assert least
    assert (int(version[1]), int(version[2])) >= (int(least[1]), int(least[2]))
    assert re.search(r":\d+\.\d+", service("caddy")["image"])


def test_everything_that_the_image_copies_is_there_and_let_through() -> None:
    let_through = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
        assert str(PurePosixPath(source)) in let_through, source
    assert let_through <= {str(PurePosixPath(source)) for source in copied()}


def test_the_bridge_is_the_containers_first_process_and_gets_its_signal() -> None:
    last = stages()[-1]
    assert only(last, "ENTRYPOINT").parts == ["bridge"]
    assert only(last, "CMD").parts[0] in main.commands
    assert only(last, "STOPSIGNAL").rest == unit()["Service"]["KillSignal"][0] == "SIGTERM"


def test_one_port_is_named_everywhere() -> None:
    last = stages()[-1]
    port = environment(last)["BRIDGE_HTTP__PORT"]
    assert environment(last)["BRIDGE_HTTP__HOST"] == "0.0.0.0"
    assert only(last, "EXPOSE").rest == port
    assert service("bridge")["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f"BRIDGE_UPSTREAM=bridge:{port}" in service("caddy")["environment"]
    assert f"127.0.0.1:{port}" in CADDYFILE.read_text()


def test_the_container_writes_to_its_volume_alone_and_gains_no_rights() -> None:
    bridge, caddy = service("bridge"), service("caddy")
    (volume,) = bridge["volumes"]
    assert volume.partition(":")[2] in only(stages()[-1], "VOLUME").parts
    for one in (bridge, caddy):
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["restart"] == "unless-stopped"
    assert caddy["profiles"] == ["public"]  # nothing is shown to the world unless somebody asks for it


def test_a_stop_is_waited_for_longer_than_the_bridge_takes() -> None:
    assert seconds(service("bridge")["stop_grace_period"]) > GRACE + FAREWELL
    assert seconds(unit()["Service"]["TimeoutStopSec"][0]) > GRACE + FAREWELL


def test_systemd_starts_it_again_unless_that_would_be_in_vain() -> None:
    settings = unit()["Service"]
    assert settings["Restart"] == ["on-failure"]
    assert set(settings["RestartPreventExitStatus"][0].split()) == {"2", "3"}
    assert unit()["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert settings["ExecStart"] == ["/opt/bridge/.venv/bin/bridge run -c ${CREDENTIALS_DIRECTORY}/config.yaml"]
    assert "run" in main.commands


@pytest.mark.parametrize(
    "setting",
    ["DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
     "CapabilityBoundingSet=", "StateDirectory=bridge", "StateDirectoryMode=0700", "UMask=0077"],
)  # fmt: skip
def test_the_unit_shuts_what_the_bridge_does_not_need(setting: str) -> None:
    key, _, value = setting.partition("=")
    assert unit()["Service"][key] == [value]


def test_configuration_and_secrets_lie_beside_each_other_under_docker_and_under_systemd() -> None:
    targets = {one["target"] for one in service("bridge")["secrets"]}
    assert targets == {f"/etc/bridge/{name}" for name in YOURS}
    credentials = dict(one.split(":", 1) for one in unit()["Service"]["LoadCredential"])
    assert credentials == {name: f"/etc/bridge/{name}" for name in YOURS}
    assert environment(stages()[-1])["BRIDGE_CONFIG"] == "/etc/bridge/config.yaml"


def test_what_is_yours_is_never_committed_nor_copied_into_the_image() -> None:
    listed = re.findall(r"^    file: \.\./(\S+)$", COMPOSE.read_text(), re.MULTILINE)
    assert {PurePosixPath(one).name for one in listed} == YOURS
    ignored = subprocess.run(["git", "check-ignore", *listed], cwd=ROOT, capture_output=True, text=True, check=False)
    if ignored.returncode != 128:  # not a clone
        assert ignored.stdout.split() == listed
    assert not {PurePosixPath(one).parts[0] for one in listed} & set(copied())


TELEGRAM = "telegram: {token: {file: telegram_token}}\n"
MATRIX = "matrix: {homeserver: 'https://m.example.org', user: '@sms:example.org', %s}\n"
BY_TOKEN, BY_PASSWORD = (
    MATRIX % "access_token: {file: matrix_secret}, device_id: D",
    MATRIX % "password: {file: matrix_secret}",
)


@pytest.mark.parametrize("chats", [TELEGRAM, BY_TOKEN, BY_PASSWORD, TELEGRAM + BY_TOKEN])
def test_either_chat_and_both_find_their_secrets_beside_the_configuration(tmp_path: Path, chats: str) -> None:
    for name in YOURS:  # what is not used is an empty file
        (tmp_path / name).write_text("secret\n" if name in chats or name.startswith("ovh") else "")
    (tmp_path / "config.yaml").write_text(
        "phones: [{name: a, service_name: sms-ab12345-1, application_key: k,"
        " application_secret: {file: ovh_application_secret}, consumer_key: {file: ovh_consumer_key}}]\n" + chats
    )
    assert secrets_of(load(tmp_path / "config.yaml")) == ("secret",)


def test_database_and_keys_lie_in_the_volume_where_the_configuration_says_nothing_else() -> None:
    (link,) = re.findall(r"ln --symbolic (\S+) /etc/bridge/(\S+)", " ".join(one.rest for one in stages()[-1]))
    assert link[0] in only(stages()[-1], "VOLUME").parts
    kept = [
        Config.model_fields["database"].default.removeprefix("sqlite:///"),
        MatrixConfig.model_fields["store"].default,
    ]
    assert [PurePosixPath(one).parts[0] for one in kept] == [link[1]] * 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_guide_puts_database_and_keys_into_the_folder_that_systemd_keeps(language: str) -> None:
    guide = (ROOT / "docs" / f"operating.{language}.md").read_text(encoding="utf-8")
    (state,) = unit()["Service"]["StateDirectory"]
    blocks = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)]
    named = {**blocks[0], **blocks[1]}
    assert named["database"].startswith(f"sqlite:////var/lib/{state}/")
    assert named["matrix"] == {"store": f"/var/lib/{state}/matrix"}


def shown_paths() -> re.Pattern[str]:
    (pattern,) = re.findall(r"^\s*path_regexp (\S+)$", CADDYFILE.read_text(), re.MULTILINE)
    return re.compile(pattern)


def test_the_proxy_shows_the_callbacks_and_nothing_else() -> None:
    ports = (None,) * 6
    callbacks = [route.path.format(phone="accueil", secret="s3cr-et_") for route in OvhCallbacks(*ports).routes()]  # type: ignore[arg-type]
    assert len(callbacks) == 3
    assert all(shown_paths().search(path) for path in callbacks)
    hidden = ["/", "/healthz", "/readyz", "/metrics", "/ovh/", "/ovh/a/report", "/metrics/ovh/a/b/report"]
    assert not [path for path in hidden if shown_paths().search(path)]
    assert not [path for path in callbacks if shown_paths().search(f"{path}/more")]


def test_the_proxy_hands_on_in_one_place_only_and_answers_404_to_the_rest() -> None:
    words = [line.strip() for line in CADDYFILE.read_text().splitlines() if not line.lstrip().startswith("#")]
    assert len([word for word in words if word.startswith("reverse_proxy")]) == 1
    assert words[words.index("handle @callback {") :].index("handle {") > 0
    assert "respond 404" in words
    assert "method GET POST" in words
    assert "max_size 64KB" in words


def test_the_proxy_keeps_no_log_of_the_paths_that_hold_a_secret() -> None:
    text = CADDYFILE.read_text()
    options, _, site = text.partition("\n}\n")
    assert not re.search(r"^\s*log\b", site, re.MULTILINE)  # no access log
    assert re.search(r"^\s*request delete$", options, re.MULTILINE)  # nor the request in what tells of faults


def test_the_unit_is_told_where_the_guides_are() -> None:
    for guide in unit()["Unit"]["Documentation"][0].split():
        assert (ROOT / guide.removeprefix("file:///opt/bridge/")).exists()
    assert UNIT.name == "bridge.service"
