"""How time and memory of a plan grow with the number of its documents."""
