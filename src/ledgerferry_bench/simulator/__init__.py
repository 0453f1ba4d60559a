"""The simulator: the real engine, store and sandbox in one thread, from one seed, under every fault."""
