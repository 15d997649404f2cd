"""Opening the page in a browser as this or that person would."""

from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page


class NewPage:
    """Opens pages; `complaints` gathers what their consoles say: errors, and breaches of the CSP."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def __call__(
        self, url: str, *, language: Literal["fr", "en"] = "fr", width: int = 1280, height: int = 800
    ) -> Page:
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce"
        )
        self._contexts.append(context)
        context.set_default_timeout(5000)
        page = await context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("#room-title:not(:empty)", state="attached")
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
