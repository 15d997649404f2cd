"""What stands in for the outside world in the demonstration and the tests: OVH, telephones, a chat server."""
