"""The composition root, the only room of the house that knows all others."""

from bridge.app.assembling import Options, assemble
from bridge.app.run import run_bridge
from bridge.app.running import Bridge

__all__ = ["Bridge", "Options", "assemble", "run_bridge"]
