"""One function, one transaction: what arrives is written down, and only then acknowledged."""
