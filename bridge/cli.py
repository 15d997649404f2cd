"""What a person types. Exit codes: 0 stopped or well, 1 crashed or amiss, 2 configuration, 3 already running."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

import click
import structlog

from bridge import config as configuration
from bridge import logs
from bridge.domain.patience import SHORT, Patience

F = TypeVar("F", bound=Callable[..., Any])


def _configured(command: F) -> F:
    """The option that all commands on a configuration have."""
    where = "The configuration, a YAML file; else BRIDGE_CONFIG, else ./config.yaml."
    return click.option("-c", "--config", "path", type=click.Path(path_type=Path), help=where)(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bridge")
def main() -> None:
    """A bridge between chat rooms and SMS."""
    os.umask(0o077)  # what is made holds numbers, texts and secrets: its owner's alone


@main.command()
@_configured
@click.option("--short-delays", is_flag=True, hidden=True, help="Probes and notices as in the demonstration.")
@click.option("--register", is_flag=True, help="Tell OVH at the start where to call; needs public_url.")
@click.option("--probe", "probe_point", hidden=True, help="Name a point at which this process kills itself.")
def run(path: Path | None, short_delays: bool, register: bool, probe_point: str | None) -> None:
    """Run the bridge until it is stopped (Ctrl-C, or SIGTERM)."""
    config = _load(path)
    nowhere = configuration.no_address(config) if register else None
    if nowhere is not None:
        _refuse(nowhere)
    redactor = logs.configure(config.logs, configuration.secrets_of(config), sys.stderr)
    patience = SHORT if short_delays else Patience()

    def bridge() -> Coroutine[Any, Any, None]:
        from bridge.app import Options, run_bridge

        return run_bridge(config, Options(patience, register, probe_point), redactor)

    sys.exit(_run(config, bridge, redactor))


@main.command()
@_configured
@click.option(
    "--send", "number", metavar="NUMBER", help="Prove a phone by an SMS to this number, its report and its answer."
)
@click.option("--phone", metavar="NAME", help="The phone to prove; needed where there are several.")
def check(path: Path | None, number: str | None, phone: str | None) -> None:
    """Look at every phone, platform and room: what is wrong, and how to mend it."""
    if phone is not None and number is None:
        raise click.UsageError("--phone goes with --send NUMBER.")
    config = _load(path)
    redactor = _quietly(config)

    def look() -> Coroutine[Any, Any, int]:
        if number is not None:
            from bridge.app.by_hand import Means, Typed, run_proof

            return run_proof(config, Typed(number, phone), Means(_say))
        from bridge.app.operator import run_check

        return run_check(config, redactor, _say)

    sys.exit(_run(config, look, redactor))


@main.command()
@_configured
@click.option("--phone", metavar="NAME", help="The phone it leaves from; needed where there are several.")
@click.option("--anyway", is_flag=True, help="Try it with contact details in it that OVH may refuse.")
@click.argument("number")
@click.argument("text")
def send(path: Path | None, phone: str | None, anyway: bool, number: str, text: str) -> None:
    """Send one SMS by hand, and tell whether OVH accepted it (exit code 0) or not (1)."""
    config = _load(path)
    redactor = _quietly(config)

    def sent() -> Coroutine[Any, Any, int]:
        from bridge.app.by_hand import Means, Typed, run_send

        return run_send(config, Typed(number, phone, anyway), text, Means(_say))

    sys.exit(_run(config, sent, redactor))


@main.command()
@_configured
@click.option("-y", "--yes", is_flag=True, help="Ask nothing.")
@click.option("--rotate", is_flag=True, help="With a new secret; the one before is good for another 24 hours.")
def setup(path: Path | None, yes: bool, rotate: bool) -> None:
    """Tell OVH where to call, and get from OVH the key that is missing. Shows first what will change."""
    config = _load(path, keys_needed=False)
    redactor = _quietly(config)

    def set_up() -> Coroutine[Any, Any, int]:
        from bridge.app.operator import run_setup

        return run_setup(config, redactor, _say, _yes_or_no(config.language), yes=yes, rotate=rotate)

    sys.exit(_run(config, set_up, redactor))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Of the page (8080), or of the homeserver (8008).")
@click.option("--play", is_flag=True, help="Play a conversation without a browser and print it.")
@click.option("--matrix", is_flag=True, help="With a Matrix homeserver in place of the page: log in with any client.")
@click.option("--fault", default="ok", hidden=True, help="How the simulated OVH misbehaves: silent, revoked …")
def demo(port: int | None, play: bool, matrix: bool, fault: str) -> None:
    """Show the bridge on this machine: a room in the browser, a simulated OVH, telephones. No real SMS."""
    from bridge.sandbox.demo import demo as show
    from bridge.sandbox.demo import demo_on_matrix

    if matrix and play:
        raise click.UsageError("--play has its own room: leave --matrix out.")
    if matrix:
        sys.exit(asyncio.run(demo_on_matrix(8008 if port is None else port, fault=fault)))
    sys.exit(asyncio.run(show(8080 if port is None else port, play, fault=fault)))


def _say(line: str) -> None:
    """A line for the person. What their terminal cannot show is replaced, and what would steer it too.

    Nobody need be there any more: an SMS under way is not to be left for want of a reader.
    """
    encoding = sys.stdout.encoding or "utf-8"
    shown = "".join(
        sign if (sign >= " " and not "\x7f" <= sign <= "\x9f") or sign in "\n\t" else "\ufffd" for sign in line
    )
    try:
        click.echo(shown.encode(encoding, "replace").decode(encoding))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends a question at once: asyncio's own handler would only note it down for the next await."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _yes_or_no(language: Literal["en", "fr"]) -> Callable[[str], bool]:
    """Ask until it is one of the two; nothing, or nobody there, is no. Raises KeyboardInterrupt at Ctrl-C."""
    yes, no, hint = {"en": (("y", "yes"), ("n", "no"), "y/N"), "fr": (("o", "oui"), ("n", "non"), "o/N")}[language]

    def ask(question: str) -> bool:
        while True:
            try:
                with _interruptible():
                    said = click.prompt(f"{question} [{hint}]", default="", show_default=False, prompt_suffix=" ")
            except click.Abort as ended:
                if isinstance(ended.__context__, KeyboardInterrupt):
                    raise KeyboardInterrupt from None
                return False
            if said.strip().lower() in yes:
                return True
            if said.strip().lower() in (*no, ""):
                return False

    return ask


def _load(path: Path | None, *, keys_needed: bool = True) -> configuration.Config:
    """The configuration, or all its mistakes and exit code 2."""
    try:
        config = configuration.load(path, keys_needed=keys_needed)
    except configuration.ConfigMistakes as mistakes:
        _refuse(mistakes)
    return config


def _refuse(mistakes: configuration.ConfigMistakes) -> NoReturn:
    click.echo(str(mistakes), err=True)
    sys.exit(2)


def _quietly(config: configuration.Config) -> logs.Redactor:
    """Commands speak for themselves: their logs tell what went wrong, and nothing else."""
    return logs.configure(config.logs, configuration.secrets_of(config), sys.stderr, level=logging.ERROR)


def _run(
    config: configuration.Config, work: Callable[[], Coroutine[Any, Any, int | None]], redactor: logs.Redactor
) -> int:
    """Run it to its end. Gives the exit code."""
    # Imported here: who asks for help does not wait for a database. Nothing imported ever becomes garbage:
    # looking for some there would take a seventh of the start, and a part of every later look.
    gc.disable()
    from bridge.adapters.database.lock import AlreadyRunning

    running = work()
    gc.freeze()
    gc.enable()
    try:
        return asyncio.run(running) or 0
    except AlreadyRunning as error:
        click.echo(_ALREADY[config.language].format(path=error.path), err=True)
        return 3
    except configuration.ConfigMistakes as mistakes:
        # The file is well written, the database or the port is not there. It may pass: a supervisor tries again.
        click.echo(redactor(str(mistakes)), err=True)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception:
        # Through the log, whose redaction a bare traceback would escape.
        structlog.get_logger(__name__).exception("bridge.crashed")
        return 1


_ALREADY = {
    "fr": "La passerelle tourne déjà sur cette base ({path}). Arrêtez l'autre, ou donnez à celle-ci sa propre base.",
    "en": "The bridge is already running on this database ({path}). Stop the other one, or give this one its own.",
}
