"""What an operator types beside a running bridge: one file each, given what they need by the composition root."""
