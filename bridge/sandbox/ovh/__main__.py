"""`python -m bridge.sandbox.ovh`: the simulated OVH as a process of its own."""

import asyncio
import signal
from dataclasses import dataclass

import click

from bridge.sandbox.ovh import SimulatedOvh, SmsAccount
from bridge.sandbox.ovh.control import Control


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says. `delivery_after` in seconds."""

    port: int
    account: SmsAccount
    delivery_after: float


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9001, show_default=True, help="0: any free one.")
@click.option("--service", default="sms-ab12345-1", show_default=True, help="The name of the SMS account.")
@click.option("--credits", type=float, default=100.0, show_default=True, help="What is left on it.")
@click.option("--sender", "senders", multiple=True, help="A validated name; may be given more than once.")
@click.option("--delivery-after", type=float, default=1.5, show_default=True, help="Seconds until an SMS arrives.")
def main(port: int, service: str, credits: float, senders: tuple[str, ...], delivery_after: float) -> None:
    """A simulated OVH with telephones behind it, until Ctrl-C. No real SMS; nothing is kept."""
    account = SmsAccount(service, credits=credits, senders=senders)
    try:
        asyncio.run(_run(Wanted(port, account, delivery_after)))
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror or error}; take another with --port") from None


async def _run(wanted: Wanted) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with SimulatedOvh([wanted.account], port=wanted.port, delivery_after=wanted.delivery_after, keep=1000) as ovh:
        ovh.answers_also(Control(ovh).respond)
        click.echo(_told(ovh, wanted.account))
        await stopping.wait()


def _told(ovh: SimulatedOvh, account: SmsAccount) -> str:
    """Ready to be copied into a configuration, and what moves the telephones."""
    root = ovh.url.removesuffix("/1.0")
    return f"""The simulated OVH listens. For the configuration, under phones:
    service_name: {account.service_name}
    endpoint: {ovh.url}
    application_key: {account.application_key}
    application_secret: {account.application_secret}
    consumer_key: {account.consumer_key}
What arrived:  curl {root}/telephones
An answer:     curl {root}/telephones/0612345678/answer -d '{{"text": "OK"}}'
A fault:       curl {root}/mode -d '{{"mode": "revoked"}}'   (ok, silent, unconfirmed, no_credits, revoked)
Ctrl-C ends it."""


if __name__ == "__main__":
    main()
