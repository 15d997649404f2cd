"""The demonstration: a parent with a simulated OVH, telephones, chat and page, and the real bridge as its child.

Or with a real Matrix homeserver in place of chat and page.
"""

from bridge.sandbox.demo.on_matrix import demo_on_matrix
from bridge.sandbox.demo.showing import demo

__all__ = ["demo", "demo_on_matrix"]
