"""Claim, call, record: what is written down is taken up and leaves."""
