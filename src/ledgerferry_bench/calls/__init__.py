"""How many calls a migration makes, beside the least that it could make and the way of a plain script."""
