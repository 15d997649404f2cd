"""The demo page: static files, their routes, and the `Stage` that whoever directs the demo implements."""

from bridge.sandbox.page.actions import Action, ActionRefused
from bridge.sandbox.page.routes import add_page
from bridge.sandbox.page.stage import Snapshot, Stage

__all__ = ["Action", "ActionRefused", "Snapshot", "Stage", "add_page"]
