"""Simulator and benchmarks: the one package that may know both the ferry and the sandbox."""
