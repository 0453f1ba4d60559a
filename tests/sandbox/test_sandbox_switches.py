"""Every unconfirmed fact is a switch, and at every switch an answer differs between its positions."""

from collections.abc import Callable
from typing import Any

import pytest

from ledgerferry_sandbox.switches import TABLE
from tests.sandbox import scenes
from tests.sandbox.caller import Caller
from tests.sandbox.crm import scenes as crm_scenes
from tests.sandbox.crm.asker import Asker

Scene = Callable[[Any], object]
SCENES: dict[str, tuple[str, Scene]] = {**scenes.SCENES, **crm_scenes.SCENES}
MORE: dict[tuple[str, str], Scene] = {**scenes.MORE, **crm_scenes.MORE}
SWITCHES = {switch.name: switch for switch in TABLE}
OTHERS = [
    (switch.name, position)
    for switch in TABLE
    for position in switch.positions or (SCENES.get(switch.name, ("",))[0],)
    if position != switch.default
]
"""Every switch with every position that is not its default; of a number, the one that its scene names."""


def played(name: str, position: str, scene: Scene) -> object:
    caller = Asker()
    caller.control("PUT", "switches", {name: position})
    return scene(caller)


@pytest.mark.parametrize(("name", "position"), OTHERS)
def test_an_answer_differs_between_the_positions(name: str, position: str) -> None:
    assert name in SCENES, f"no scene of {name}"
    scene = MORE.get((name, position), SCENES[name][1])
    usual = played(name, SWITCHES[name].default, scene)
    assert usual == played(name, SWITCHES[name].default, scene)
    assert usual != played(name, position, scene)


def test_every_scene_is_of_one_switch_and_of_another_position() -> None:
    assert not scenes.SCENES.keys() & crm_scenes.SCENES.keys()
    assert {name for name, _ in OTHERS} == set(SWITCHES) == set(SCENES)
    named = {(name, position) for name, (position, _) in SCENES.items()}
    assert named | set(MORE) <= set(OTHERS)


def test_a_moved_switch_is_felt_by_the_very_next_list(caller: Caller) -> None:
    number = caller.contact()["contact_id"]
    caller.invoice(number, custom_fields=[{"api_name": "cf_ferry_key", "value": "k1"}])
    caller.wait(3)
    assert len(caller.listed("invoices", cf_ferry_key="k2")) == 0
    caller.switch(custom_field_filter="ignored")
    assert len(caller.listed("invoices", cf_ferry_key="k2")) == 1
    caller.switch(custom_field_filter="works")
    assert len(caller.listed("invoices", cf_ferry_key="k2")) == 0
