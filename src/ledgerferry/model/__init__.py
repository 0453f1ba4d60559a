"""The ground floor: money, ids, nouns and ports. Standard library and pydantic only."""
