"""What a person types. Exit codes: 0 stopped, 1 crashed, 2 configuration, 3 already running."""

import asyncio
import gc
import sys
from pathlib import Path

import click
import structlog

from bridge import config as configuration
from bridge import logs
from bridge.domain.patience import SHORT, Patience


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bridge")
def main() -> None:
    """A bridge between chat rooms and SMS."""


@main.command()
@click.option("-c", "--config", "path", type=click.Path(path_type=Path), help="The configuration, a YAML file.")
@click.option("--short-delays", is_flag=True, hidden=True, help="Probes and notices as in the demonstration.")
@click.option("--register", is_flag=True, help="Tell OVH at the start where to call; needs public_url.")
@click.option("--probe", "probe_point", hidden=True, help="Name a point at which this process kills itself.")
def run(path: Path | None, short_delays: bool, register: bool, probe_point: str | None) -> None:
    """Run the bridge until it is stopped (Ctrl-C, or SIGTERM)."""

    try:
        config = configuration.load(path)
        missing = configuration.not_available(config)
        if missing is not None:
            raise missing
        nowhere = configuration.no_address(config) if register else None
        if nowhere is not None:
            raise nowhere
    except configuration.ConfigMistakes as mistakes:
        click.echo(str(mistakes), err=True)
        sys.exit(2)
    redactor = logs.configure(config.logs, configuration.secrets_of(config), sys.stderr)
    patience = SHORT if short_delays else Patience()
    sys.exit(_run(config, patience, redactor, register=register, probe_point=probe_point))


def _run(
    config: configuration.Config,
    patience: Patience,
    redactor: logs.Redactor,
    *,
    register: bool,
    probe_point: str | None,
) -> int:
    # Imported here: who asks for help does not wait for a database. Nothing imported ever becomes garbage:
    # looking for some there would take a seventh of the start, and a part of every later look.
    gc.disable()
    from bridge.adapters.database.lock import AlreadyRunning
    from bridge.app import Options, run_bridge

    gc.freeze()
    gc.enable()
    try:
        asyncio.run(run_bridge(config, Options(patience, register, probe_point), redactor))
    except AlreadyRunning as error:
        click.echo(_ALREADY[config.language].format(path=error.path), err=True)
        return 3
    except configuration.ConfigMistakes as mistakes:
        # The file is well written, the database or the port is not there. It may pass: a supervisor tries again.
        click.echo(redactor(str(mistakes)), err=True)
        return 1
    except Exception:
        # Through the log, whose redaction a bare traceback would escape.
        structlog.get_logger(__name__).exception("bridge.crashed")
        return 1
    return 0


_ALREADY = {
    "fr": "La passerelle tourne déjà sur cette base ({path}). Arrêtez l'autre, ou donnez à celle-ci sa propre base.",
    "en": "The bridge is already running on this database ({path}). Stop the other one, or give this one its own.",
}


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Of the page.")
@click.option("--play", is_flag=True, help="Play a conversation without a browser and print it.")
@click.option("--fault", default="ok", hidden=True, help="How the simulated OVH misbehaves: silent, revoked …")
def demo(port: int, play: bool, fault: str) -> None:
    """Show the bridge on this machine: a room in the browser, a simulated OVH, telephones. No real SMS."""
    from bridge.sandbox.demo import demo as show

    sys.exit(asyncio.run(show(port, play, fault=fault)))
