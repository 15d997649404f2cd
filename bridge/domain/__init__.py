"""What the trade knows, pure: no I/O, no asyncio, nothing foreign but phonenumbers."""
