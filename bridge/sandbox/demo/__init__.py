"""The demonstration: a parent with a simulated OVH, telephones, chat and page, and the real bridge as its child."""

from bridge.sandbox.demo.showing import demo

__all__ = ["demo"]
