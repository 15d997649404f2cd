"""Matrix: a chat platform that speaks to a homeserver. Importing it imports the foreign library too."""

from bridge.adapters.matrix.joining import Welcome
from bridge.adapters.matrix.platform import LONGER, MatrixPlatform
from bridge.adapters.matrix.session import MatrixSettings

__all__ = ["LONGER", "MatrixPlatform", "MatrixSettings", "Welcome"]
