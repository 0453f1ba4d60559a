"""Every unconfirmed fact is a switch, and at every switch an answer differs between its positions."""

from collections.abc import Callable
from typing import Any

import pytest

from ledgerferry_sandbox.switches import TABLE
from tests.sandbox import scenes
from tests.sandbox.crm import scenes as crm_scenes
from tests.sandbox.crm.asker import Asker

SCENES: dict[str, tuple[str, Callable[[Any], object]]] = {**scenes.SCENES, **crm_scenes.SCENES}
DEFAULTS = {switch.name: switch.default for switch in TABLE}
POSITIONS = {switch.name: switch.positions for switch in TABLE}


def played(name: str, position: str) -> object:
    caller = Asker()
    caller.control("PUT", "switches", {name: position})
    return SCENES[name][1](caller)


@pytest.mark.parametrize("name", SCENES)
def test_an_answer_differs_between_the_positions(name: str) -> None:
    assert played(name, DEFAULTS[name]) != played(name, SCENES[name][0])


@pytest.mark.parametrize("name", SCENES)
def test_the_same_position_answers_the_same(name: str) -> None:
    assert played(name, DEFAULTS[name]) == played(name, DEFAULTS[name])


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_switch_has_a_scene(name: str) -> None:
    assert name in SCENES


def test_every_scene_is_of_one_switch_and_of_another_position() -> None:
    assert not scenes.SCENES.keys() & crm_scenes.SCENES.keys()
    assert set(SCENES) <= set(DEFAULTS)
    for name, (position, _) in SCENES.items():
        assert position != DEFAULTS[name]
        assert not POSITIONS[name] or position in POSITIONS[name]
