"""A tiny model of random weights, written as a GGUF file: it knows nothing and says whatever comes.

Its tokens are single characters. Those of control and of single bytes weigh nothing, so that it speaks ASCII.

The file's form is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3; the
tensors are those of a llama of one layer.
"""

import random
import struct
import sys
from array import array
from pathlib import Path
from typing import Final

WIDTH, INNER, HEADS, CONTEXT = 32, 64, 2, 8192
_U32, _F32, _STRING, _ARRAY, _I32 = 4, 6, 8, 9, 5
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_ALIGNMENT: Final = 32

Tensor = tuple[str, tuple[int, ...]]


def vocabulary() -> list[tuple[str, int]]:
    """The tokens with their types: three of control, every byte, every printable character of ASCII."""
    special = [("<unk>", _UNKNOWN), ("<s>", _CONTROL), ("</s>", _CONTROL)]
    single = [(f"<0x{byte:02X}>", _BYTE) for byte in range(256)]
    plain = [("▁" if c == 32 else chr(c), _NORMAL) for c in range(32, 127)]
    return [*special, *single, *plain]


def tensors(words: int) -> list[Tensor]:
    """The names of the tensors and their shapes, the fastest dimension first."""
    square, wide = (WIDTH, WIDTH), (WIDTH, INNER)
    layer: list[Tensor] = [
        ("attn_norm", (WIDTH,)), ("attn_q", square), ("attn_k", square), ("attn_v", square),
        ("attn_output", square), ("ffn_norm", (WIDTH,)), ("ffn_gate", wide), ("ffn_up", wide),
        ("ffn_down", (INNER, WIDTH)),
    ]  # fmt: skip
    ends: list[Tensor] = [
        ("token_embd.weight", (WIDTH, words)), ("output_norm.weight", (WIDTH,)),
        ("output.weight", (WIDTH, words)),
    ]  # fmt: skip
    return ends + [(f"blk.0.{name}.weight", shape) for name, shape in layer]


def write(path: Path, seed: int) -> Path:
    """Write a model whose weights come from a seed."""
    words = vocabulary()
    facts = _facts(words)
    shapes = tensors(len(words))
    head, data = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(facts)) + b"".join(facts), bytearray()
    chance = random.Random(seed)
    for name, shape in shapes:
        head += _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        count = 1
        for size in shape:
            count *= size
        weights = array("f", (1.0 if "norm" in name else chance.gauss(0, 0.6) for _ in range(count)))
        if name == "output.weight":
            for row, (_, kind) in enumerate(words):
                if kind != _NORMAL:
                    weights[row * WIDTH : (row + 1) * WIDTH] = array("f", [0.0] * WIDTH)
        data += weights.tobytes()
        data += bytes(-len(data) % _ALIGNMENT)
    path.write_bytes(head + bytes(-len(head) % _ALIGNMENT) + data)
    return path


def _facts(words: list[tuple[str, int]]) -> list[bytes]:
    scores = b"".join(struct.pack("<f", -float(place)) for place in range(len(words)))
    texts = b"".join(_text(word) for word, _ in words)
    types = b"".join(struct.pack("<i", kind) for _, kind in words)
    numbers = {
        "llama.block_count": 1, "llama.context_length": CONTEXT, "llama.embedding_length": WIDTH,
        "llama.feed_forward_length": INNER, "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": HEADS, "llama.rope.dimension_count": WIDTH // HEADS,
        "tokenizer.ggml.unknown_token_id": 0, "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
    }  # fmt: skip
    return [
        _fact("general.architecture", _STRING, _text("llama")),
        _fact("tokenizer.ggml.model", _STRING, _text("llama")),
        _fact("llama.attention.layer_norm_rms_epsilon", _F32, struct.pack("<f", 1e-5)),
        *(_fact(name, _U32, struct.pack("<I", value)) for name, value in numbers.items()),
        _fact("tokenizer.ggml.tokens", _ARRAY, struct.pack("<IQ", _STRING, len(words)) + texts),
        _fact("tokenizer.ggml.scores", _ARRAY, struct.pack("<IQ", _F32, len(words)) + scores),
        _fact("tokenizer.ggml.token_type", _ARRAY, struct.pack("<IQ", _I32, len(words)) + types),
    ]


def _fact(name: str, kind: int, value: bytes) -> bytes:
    return _text(name) + struct.pack("<I", kind) + value


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
