"""How the bridge compares with the script that most people write: `make bench`."""
