"""The engine: observe, merge, apply, run. It knows systems by their protocol only."""
