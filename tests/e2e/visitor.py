"""A person at the demonstration's page: each step of her visit, and what she must see follow from it.

She sees only what is drawn: on a telephone's width she changes tabs. A step whose consequence does not come is a
`StepMissing` that names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.async_api import Error, Locator, Page, expect

SOON = 10.0  # seconds: about one on an idle machine
LATER = 25.0  # seconds, for what takes several: a bridge that starts again, a report that is asked for


class StepMissing(AssertionError):
    """What should have followed did not; the message names the step."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """What is expected within belongs to this step."""
    try:
        yield
    except (AssertionError, Error) as missing:
        raise StepMissing(f"{name}: {missing}") from missing


@dataclass(frozen=True, slots=True)
class Words:
    """What the page and the rooms say in one language."""

    delivered: str
    off: str
    stopped: str
    summary: str
    summary_post: str
    durand: str
    petit: str
    no_such_number: str
    stop_told: str
    refused: str
    answer: str
    banner: str
    back: str
    retry: str
    resend: str
    leave: str
    left: str


FRENCH = Words(
    delivered="Arrivé",
    off="En route, téléphone éteint",
    stopped="Pas parti, STOP",
    summary="Arrivé chez 2 sur 3 · échec 1",
    summary_post="Arrivé chez 2 sur 3, échec 1",
    durand="Mme Durand",
    petit="M. Petit",
    no_such_number="n'existe pas",
    stop_told="Mme Durand a répondu STOP",
    refused="Pas parti",
    answer="Oui, vendredi.",
    banner="Passerelle coupée",
    back="La passerelle est revenue",
    retry="Réessayer",
    resend="Renvoyer",
    leave="Laisser",
    left="laissé ainsi par Claire",
)
ENGLISH = Words(
    delivered="Delivered",
    off="On its way, phone off",
    stopped="Not sent, STOP",
    summary="Delivered 2 of 3 · failed 1",
    summary_post="Delivered 2 of 3, failed 1",
    durand="Mrs Durand",
    petit="Mr Petit",
    no_such_number="does not exist",
    stop_told="Mrs Durand answered STOP",
    refused="Not sent",
    answer="Yes, Friday.",
    banner="Bridge off",
    back="The bridge is back",
    retry="Retry",
    resend="Resend",
    leave="Leave it",
    left="left as it is by Claire",
)


class Visitor:
    """One person at one page. `patience`: seconds that she waits for what comes soon."""

    def __init__(self, page: Page, words: Words, patience: float = SOON) -> None:
        self.page = page
        self.words = words
        self._soon = patience * 1000
        self._later = LATER * 1000

    async def begin(self) -> None:
        """As on the first visit, whatever was done before."""
        async with self.page.expect_response(lambda answer: "start_again" in (answer.request.post_data or "")):
            await self.page.click("#start-again")
        await self.sees_counters(written=0, sent=0)
        await expect(self.page.locator("#entries .entry")).to_have_count(0, timeout=self._soon)

    # Where she looks

    async def look_at(self, tab: str) -> None:
        """The room or the telephone; on a desk both are there."""
        if await self.page.locator(f"#tab-{tab}").is_visible():
            await self.page.click(f"#tab-{tab}")

    async def take_telephone(self, index: int) -> None:
        """Of Durand (0), Petit (1), Diallo (2)."""
        await self.look_at("telephone")
        await self.page.locator("#faces button").nth(index).click()

    async def enter_room(self, index: int) -> None:
        """Reception (0) or Everyone (1)."""
        await self.look_at("room")
        await self.page.locator("#room-switch button").nth(index).click()

    def bubble(self, text: str) -> Locator:
        """The message that says this."""
        return self.page.locator(".entry.typed").filter(has_text=text)

    def posts(self, about: str) -> Locator:
        """What the bridge posted as a reply to the message that says this."""
        return self.page.locator(".entry.post").filter(has=self.page.locator(".quoted").filter(has_text=about))

    # What she does and sees

    async def writes(self, text: str) -> None:
        """Types and sends, and sees her own message."""
        with step("the message is taken"):
            await self.look_at("room")
            await self.page.fill("#composer-text", text)
            await self.page.click("#send")
            await expect(self.bubble(text)).to_be_visible(timeout=self._soon)

    async def sees_mark(self, text: str, word: str, *, late: bool = False) -> None:
        """The mark of a message, with its word."""
        with step(f"the mark says {word}"):
            await self.look_at("room")
            mark = self.bubble(text).locator(".mark")
            await expect(mark).to_have_text(word, timeout=self._later if late else self._soon)
            await expect(mark.locator("svg path")).to_have_count(1)

    async def sees_sms(self, text: str) -> None:
        """The SMS is on the telephone in hand."""
        with step("the SMS is on the telephone"):
            await self.look_at("telephone")
            await expect(self.page.locator("#sms .received").filter(has_text=text)).to_be_visible(timeout=self._soon)

    async def sees_post(self, about: str, *parts: str) -> None:
        """A reply to a message that says all of this."""
        with step(f"the room is told: {', '.join(parts)}"):
            await self.look_at("room")
            told = self.posts(about)
            for part in parts:
                told = told.filter(has_text=part)
            await expect(told).to_have_count(1, timeout=self._soon)

    async def answers(self, text: str) -> None:
        """Types an answer on the telephone in hand."""
        await self.look_at("telephone")
        await self.page.fill("#answer-text", text)
        await self.page.press("#answer-text", "Enter")
        await expect(self.page.locator("#sms .written").filter(has_text=text)).to_be_visible(timeout=self._soon)

    async def sees_answer(self, about: str, text: str) -> None:
        """An answer is posted as a reply to the message that it answers, under the person's name."""
        with step("the answer is a reply to its message"):
            await self.sees_post(about, self.words.durand, text)
            await expect(self.page.locator(".entry.post.answer").filter(has_text=text)).to_have_count(1)

    async def does(self, change: str) -> None:
        """Something to the telephone in hand, by its button."""
        await self.look_at("telephone")
        await self.page.click(f"[data-action={change}]")

    async def asks_what_if(self, fault: str) -> None:
        """OVH misbehaves, or the power goes."""
        await self.page.click("#what-if-button")
        await self.page.click(f"[data-fault={fault}]")
        await self.page.click("#what-if-button")

    async def is_offered(self, about: str, button: str) -> Locator:
        """A button under the reply to a message."""
        with step(f"[{button}] is offered"):
            await self.look_at("room")
            offered = self.posts(about).get_by_role("button", name=button, exact=True)
            await expect(offered).to_be_visible(timeout=self._later)
            return offered

    async def presses(self, about: str, button: str) -> None:
        """It, once it is there."""
        offered = await self.is_offered(about, button)
        await offered.click()

    async def sees_counters(self, **figures: int) -> None:
        """Written and sent as told; lost and doubled are 0, always."""
        with step(f"the counters say {figures}"):
            for name, figure in {**figures, "lost": 0, "doubled": 0}.items():
                counter = self.page.locator(f"[data-counter={name}]")
                await expect(counter).to_have_text(str(figure), timeout=self._soon)
