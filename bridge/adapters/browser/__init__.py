"""The room in the browser: a chat platform that speaks to the demonstration's chat server."""

from bridge.adapters.browser.platform import BrowserPlatform

__all__ = ["BrowserPlatform"]
