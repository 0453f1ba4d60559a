"""The wire: one HTTP call as a sequence of clock, token, permit, journal, send, receive and verdict."""
