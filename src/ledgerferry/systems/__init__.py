"""The systems: each a folder with its declaration, its API and its mapping; they never import each other."""
