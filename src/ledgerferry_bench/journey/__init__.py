"""Journeys: the real command against the real sandbox, over HTTP, in processes that can be killed."""
