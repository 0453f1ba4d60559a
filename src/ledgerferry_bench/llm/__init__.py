"""How good a local model's suggestions are."""
