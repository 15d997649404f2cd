"""The pinned message can be read whole, on a desk at once and on a telephone with one touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bridge.wording import sentence
from tests.occasions_commands import room

if TYPE_CHECKING:
    from tests.sandbox.page.opening import NewPage

pytestmark = pytest.mark.asyncio(loop_scope="session")
PINNED = sentence("first_message", room("list", 3, people=["Mme Durand", "M. Petit", "Mme Diallo"]), "fr", "UTC")
HIDDEN = "p => [p, p.querySelector('span')].some(each => each.scrollHeight > each.clientHeight + 1)"


@pytest.mark.parametrize(("width", "height", "folded"), [(1280, 800, False), (390, 844, True)])
async def test_nothing_of_the_pinned_message_is_out_of_reach(
    address: str, new_page: NewPage, width: int, height: int, folded: bool
) -> None:
    page = await new_page(address, width=width, height=height)
    pinned = page.locator("#room-pinned")
    await pinned.locator("span").evaluate("(span, text) => { span.textContent = text }", PINNED)
    assert await pinned.evaluate(HIDDEN) is folded
    await pinned.focus()
    assert await pinned.evaluate(HIDDEN) is False
