"""What the composition root hands on."""

from contextlib import AsyncExitStack
from pathlib import Path

from sqlalchemy import create_engine, text

from bridge.adapters.database.ownership import own
from bridge.app import Options, assemble
from bridge.domain.patience import Patience
from bridge.logs import Redactor
from bridge.ports.clock import SystemClock
from tests.relay import Relay
from tests.relay_setting import configuration


async def test_secrets_of_callbacks_stand_in_no_log_while_they_open_anything(tmp_path: Path) -> None:
    async with Relay(tmp_path) as relay:
        await relay.stop()
        config = configuration(relay.setting, f"sqlite:///{relay.rows.path}", relay.ovh.url, relay.chat, 0)
        engine = create_engine(f"sqlite:///{relay.rows.path}")
        with engine.begin() as connection:
            connection.execute(text("UPDATE account SET secret = 'the-new-one', old_secret = 'the-old-one'"))
        engine.dispose()
        redactor = Redactor()
        async with AsyncExitStack() as resources:
            await resources.enter_async_context(own(config.database))
            await assemble(config, Options(Patience()), redactor, resources, SystemClock())
        assert redactor("/ovh/accueil/the-new-one/report /ovh/accueil/the-old-one/report") == (
            "/ovh/accueil/*****/report /ovh/accueil/*****/report"
        )
