"""`bridge demo` in Chromium, as a person visits it: the real bridge between the room and the telephone.

Pages whose consoles tell of an error, or of a breach of the CSP, fail their test.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.demonstration import demonstration, where
from tests.e2e.conftest import Shown

if TYPE_CHECKING:
    from tests.e2e.visitor import Visitor
    from tests.sandbox.page.opening import NewPage

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.crash,  # the bridge is a child, and is killed
    pytest.mark.timeout(150),  # seconds: a whole visit, with everything that takes its time
]
Width = Literal["desk", "telephone"]
SIZE = {"desk": (1280, 800), "telephone": (390, 844)}
REFUSED = 4.0  # seconds that a visitor gives a demonstration that delivers nothing


async def visit(new_page: NewPage, shown: Shown, width: Width, patience: float | None = None) -> Visitor:
    from tests.e2e.visitor import ENGLISH, FRENCH, SOON, Visitor

    across, down = SIZE[width]
    page = await new_page(shown.url, language=shown.language, width=across, height=down)
    visitor = Visitor(page, FRENCH if shown.language == "fr" else ENGLISH, patience or SOON)
    await visitor.begin()
    return visitor


async def converse(visitor: Visitor) -> None:
    """A message and its answer."""
    await visitor.take_telephone(0)
    await visitor.writes("Vendredi 9 h ?")
    await visitor.sees_sms("Cabinet Martin : Vendredi 9 h ?")
    await visitor.sees_mark("Vendredi 9 h ?", visitor.words.delivered)
    await visitor.answers(visitor.words.answer)
    await visitor.sees_answer("Vendredi 9 h ?", visitor.words.answer)
    await visitor.sees_counters(written=1, sent=1)


async def write_to_everyone(visitor: Visitor) -> None:
    """One number of three does not exist: one summary, one failure, named."""
    await visitor.take_telephone(1)
    await visitor.does("does_not_exist")
    await visitor.enter_room(1)
    await visitor.writes("Lundi : porte close")
    await visitor.sees_mark("Lundi : porte close", visitor.words.summary)
    await visitor.sees_post("Lundi : porte close", visitor.words.summary_post)
    await visitor.sees_post("Lundi : porte close", visitor.words.petit, visitor.words.no_such_number)
    await visitor.take_telephone(2)
    await visitor.sees_sms("Lundi : porte close")
    await visitor.sees_counters(written=4, sent=4)


async def switch_off_and_on(visitor: Visitor) -> None:
    await visitor.enter_room(0)
    await visitor.take_telephone(0)
    await visitor.does("switch_off")
    await visitor.writes("Bien rentrés ?")
    await visitor.sees_mark("Bien rentrés ?", visitor.words.off)
    await visitor.does("switch_on")
    await visitor.sees_sms("Bien rentrés ?")
    await visitor.sees_mark("Bien rentrés ?", visitor.words.delivered)
    await visitor.sees_counters(written=5, sent=5)


async def cut_the_power(visitor: Visitor) -> None:
    """Right after sending, with the next message half typed."""
    from playwright.async_api import expect

    page = visitor.page
    await visitor.writes("Comptez dix minutes")
    await visitor.asks_what_if("power_cut")
    await page.fill("#composer-text", "À moitié")
    await expect(page.locator("#alerts .off")).to_contain_text(visitor.words.banner)
    await expect(page.locator("#alerts .back")).to_contain_text(visitor.words.back, timeout=30_000)
    await expect(page.locator("#composer-text")).to_have_value("À moitié")
    await visitor.sees_mark("Comptez dix minutes", visitor.words.delivered, late=True)
    await visitor.sees_sms("Comptez dix minutes")
    await visitor.sees_counters(written=6, sent=6)


async def write_stop(visitor: Visitor) -> None:
    """She is told of, gets a padlock, and no SMS any more."""
    from playwright.async_api import expect

    page = visitor.page
    await visitor.does("write_stop")
    await expect(page.locator(".face[aria-pressed=true] .badge .icon-lock")).to_be_visible()
    await expect(page.locator(".face[aria-pressed=true] small")).to_have_text("STOP")
    await visitor.sees_post("Comptez dix minutes", visitor.words.stop_told)
    await visitor.writes("Un rappel")
    await visitor.sees_mark("Un rappel", visitor.words.stopped)
    await expect(visitor.bubble("Un rappel").locator(".mark .icon-lock")).to_be_visible()
    await visitor.sees_post("Un rappel", visitor.words.refused, visitor.words.durand)
    await visitor.look_at("telephone")
    await expect(page.locator("#sms .received")).to_have_count(4)
    # 1 + 3 + 1 + 1 sent, and one that is told of.
    await visitor.sees_counters(written=7, sent=6)


async def reload(visitor: Visitor) -> None:
    """Everything is as it was."""
    page = visitor.page
    await visitor.look_at("room")
    before = await page.locator("#entries .entry").all_inner_texts()
    await page.reload()
    await visitor.sees_mark("Un rappel", visitor.words.stopped)
    assert await page.locator("#entries .entry").all_inner_texts() == before
    await visitor.sees_counters(written=7, sent=6)
    await visitor.sees_sms("Comptez dix minutes")


WHOLE = {("fr", "desk"), ("en", "telephone")}


@pytest.mark.parametrize("width", ["desk", "telephone"])
async def test_a_visit(shown: Shown, new_page: NewPage, width: Width) -> None:
    visitor = await visit(new_page, shown, width)
    await converse(visitor)
    if (shown.language, width) in WHOLE:
        await write_to_everyone(visitor)
        await switch_off_and_on(visitor)
        await cut_the_power(visitor)
        await write_stop(visitor)
        await reload(visitor)
    else:
        await visitor.does("switch_off")
        await visitor.writes("Bien rentrés ?")
        await visitor.sees_mark("Bien rentrés ?", visitor.words.off)
        await visitor.does("switch_on")
        await visitor.sees_mark("Bien rentrés ?", visitor.words.delivered)


async def test_buttons_under_what_went_wrong_mend_it(shown: Shown, new_page: NewPage) -> None:
    visitor = await visit(new_page, shown, "desk" if shown.language == "en" else "telephone")
    words = visitor.words
    await visitor.asks_what_if("unconfirmed")
    await visitor.writes("Ordonnance signée")
    if shown.language == "fr":
        await visitor.presses("Ordonnance signée", words.leave)
        await visitor.sees_post("Ordonnance signée", words.left)
        await visitor.asks_what_if("ok")
    else:
        await visitor.is_offered("Ordonnance signée", words.resend)
        await visitor.asks_what_if("ok")
        await visitor.presses("Ordonnance signée", words.resend)
        await visitor.sees_mark("Ordonnance signée", words.delivered, late=True)
        await visitor.does("switch_off")
        await visitor.writes("Bien rentrés ?")
        await visitor.is_offered("Bien rentrés ?", words.retry)
        await visitor.does("switch_on")
        await visitor.presses("Bien rentrés ?", words.retry)
        await visitor.sees_mark("Bien rentrés ?", words.delivered, late=True)


@pytest.mark.parametrize("fault", ["silent", "unconfirmed"])
async def test_the_conversation_is_missed_when_nothing_is_delivered(
    tmp_path: Path, new_page: NewPage, fault: Any
) -> None:
    from tests.e2e.visitor import ENGLISH, StepMissing, Visitor

    async with demonstration(tmp_path, "--port", "0", "--fault", fault) as process:
        page = await new_page(await where(process), language="en")
        with pytest.raises(StepMissing, match=r"^the SMS is on the telephone"):
            await converse(Visitor(page, ENGLISH, REFUSED))
        await page.close()
