"""What the demonstration and the tests put in the place of the outside world: OVH, telephones, a chat server."""
