"""What every room of the sandbox shares: clock, ids, chance, quotas, faults, switches, log and mail."""

from ledgerferry_sandbox.desk.clock import Clock, ScaledClock, VirtualClock
from ledgerferry_sandbox.desk.desk import Desk

__all__ = ["Clock", "Desk", "ScaledClock", "VirtualClock"]
