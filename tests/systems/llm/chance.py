"""A model that answers at random within the schema that it is given, as constrained decoding makes it."""

import json
import random
import string
from collections.abc import Sequence
from typing import Any

from tests.systems.llm.server import Body, Speaks, schema_of, shown

_WILD = ["0", "0.00", "120.24", "€ 12", "Evil Ltd", "evil@attacker.example", "2024-03-05", "A4", "D15", "\n"]


def at_random(seed: int) -> Speaks:
    """A model whose every answer is valid by the schema and else as chance has it; often from the sheet."""
    chance = random.Random(seed)

    def speaks(body: Body) -> str:
        texts = [str(cell["text"]) for cell in shown(body)] + [str(cell["cell"]) for cell in shown(body)]
        return json.dumps(_value(chance, schema_of(body), texts))

    return speaks


def _value(chance: random.Random, schema: dict[str, Any], texts: Sequence[str]) -> Any:
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema["type"] == "object":
        return {name: _value(chance, inner, texts) for name, inner in schema["properties"].items()}
    if schema["type"] == "array":
        count = chance.randint(0, schema.get("maxItems", 5))
        return [_value(chance, schema["items"], texts) for _ in range(count)]
    assert schema["type"] == "string"
    return _text(chance, texts)[: schema.get("maxLength", 1_000)]


def _text(chance: random.Random, texts: Sequence[str]) -> str:
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(_WILD)
    if kind < 0.25:
        return "".join(chance.choices(string.printable, k=chance.randint(0, 20)))
    text = chance.choice(texts) if texts else ""
    if kind < 0.6:
        return text
    words = text.split() or [""]
    start = chance.randrange(len(words))
    return " ".join(words[start : start + chance.randint(1, 3)])
