"""What the relay asks of the outside, as Protocols in our own words."""
