"""Every unconfirmed fact is a switch, and at every switch an answer differs between its positions."""

from pathlib import Path

import pytest

from ledgerferry_sandbox.switches import TABLE
from tests.sandbox.caller import Caller
from tests.sandbox.scenes import SCENES

CRM_TESTS = Path(__file__).parent / "crm"
DEFAULTS = {switch.name: switch.default for switch in TABLE}


@pytest.mark.parametrize("name", SCENES)
def test_an_answer_differs_between_the_positions(name: str) -> None:
    position, scene = SCENES[name]
    seen = []
    for each in (DEFAULTS[name], position):
        caller = Caller()
        caller.control("PUT", "switches", {name: each})
        seen.append(scene(caller))
    assert seen[0] != seen[1]


def test_every_switch_has_a_scene_or_a_test_of_the_crm_that_moves_it() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in CRM_TESTS.glob("test_*.py"))
    silent = [
        switch.name
        for switch in TABLE
        if switch.name not in SCENES
        and switch.name not in text
        and switch.name.replace(".", "__") not in text
    ]
    assert not silent


def test_every_scene_is_of_a_switch_and_of_another_position() -> None:
    assert set(SCENES) <= set(DEFAULTS)
    assert all(DEFAULTS[name] != position for name, (position, _) in SCENES.items())


def test_a_moved_switch_is_felt_by_the_very_next_list(caller: Caller) -> None:
    number = caller.contact()["contact_id"]
    caller.invoice(number, custom_fields=[{"api_name": "cf_ferry_key", "value": "k1"}])
    caller.wait(3)
    assert len(caller.listed("invoices", cf_ferry_key="k2")) == 0
    caller.switch(custom_field_filter="ignored")
    assert len(caller.listed("invoices", cf_ferry_key="k2")) == 1
    caller.switch(custom_field_filter="works")
    assert len(caller.listed("invoices", cf_ferry_key="k2")) == 0
