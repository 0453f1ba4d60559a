"""The simulator can fail: with a part of the engine taken out, the target itself shows it."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from ledgerferry.model.plan import Rung
from ledgerferry.store.claims import Claim, Claims
from ledgerferry.store.operations import Operations
from ledgerferry_bench.simulator.many import play
from ledgerferry_bench.simulator.scene import Account, Scene
from ledgerferry_bench.simulator.world import Parts

MOST = 200


class Unfenced(Claims):
    """Claims that nobody loses."""

    def renew(self, tx: Connection, claim: Claim, until: datetime) -> None:
        del tx, claim, until


class Unwritten(Claims):
    """Claims whose calls leave no attempt behind."""

    def attempt(self, tx: Connection, claim: Claim, attempt: str, **about: Any) -> None:
        del tx, claim, attempt, about

    def close(self, tx: Connection, attempt: str, **about: Any) -> None:
        del tx, attempt, about


class Unsuperseded(Operations):
    """Operations that a newer plan leaves in their lanes."""

    def supersede(self, tx: Connection, link: str, identity: str) -> int:
        del tx, link, identity
        return 0


def _lossy(seed: int) -> Scene:
    """Answers are lost, on the rung where only the probe tells."""
    return Scene(seed, rung=Rung.NATURAL, customers=1, invoices=3, edits=0, faults=("lost",))


def _stalling(seed: int) -> Scene:
    """Processes stand still for longer than their leases last."""
    return Scene(seed, rung=Rung.NATURAL, customers=1, invoices=3, edits=1, stall=0.05)


def _crashing(seed: int) -> Scene:
    """Processes are killed, now and then during a call."""
    return Scene(seed, rung=Rung.NATURAL, customers=1, invoices=3, edits=0, crash=0.02)


def _corrected(seed: int) -> Scene:
    """The source is corrected, and the corrections taken back, while the account lets little through."""
    return Scene(seed, rung=Rung.NATURAL, customers=1, invoices=3, edits=8, account=Account(minute=8))


@pytest.mark.parametrize(("draw", "parts", "name"), [
    pytest.param(_lossy, Parts(probing=False), "twice", id="without the probe"),
    pytest.param(_stalling, Parts(claims=Unfenced()), "fence", id="without the fence"),
    pytest.param(_stalling, Parts(claims=Unfenced(), fence_watched=False), "twice",
                 id="without the fence, at the target"),
    pytest.param(_crashing, Parts(claims=Unwritten()), "twice", id="without the attempt row"),
    pytest.param(_corrected, Parts(operations=Unsuperseded), "superseded", id="without the superseding"),
])
def test_a_named_invariant_breaks(
    draw: Callable[[int], Scene], parts: Parts, name: str, tmp_path: Path
) -> None:
    for seed in range(MOST):
        failure = play(draw(seed), tmp_path, Counter(), parts)
        if failure is not None and failure.name == name:
            assert play(draw(seed), tmp_path, Counter()) is None
            return
    pytest.fail(f"{name} held for {MOST} seeds")
