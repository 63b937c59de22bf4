"""Writes the file that crates/etalon-acts/src/weights.rs describes."""

import struct

import numpy as np
import torch
from torch import nn

from . import corpus
from .e5 import E5
from .network import AFTER, BEFORE, HIDDEN, POSITIONS, Context, Encoder

MAGIC = b"ETALACT1"


class Writer:
    def __init__(self) -> None:
        self.content = bytearray(MAGIC)

    def count(self, *numbers: int) -> None:
        self.content += struct.pack(f"<{len(numbers)}I", *numbers)

    def number(self, *numbers: float) -> None:
        self.content += struct.pack(f"<{len(numbers)}f", *numbers)

    def text(self, text: str) -> None:
        content = text.encode()
        self.content += bytes([len(content)]) + content

    def vector(self, values: torch.Tensor) -> None:
        flat = values.detach().float().reshape(-1).numpy().astype("<f4")
        self.count(len(flat))
        self.content += flat.tobytes()

    def matrix(self, values: torch.Tensor) -> None:
        """Bytes with a scale for each row, whose largest weight becomes ±127."""
        weights = values.detach().float().numpy()
        scales = (np.maximum(np.abs(weights).max(1), 1e-12) / 127).astype("<f4")
        levels = np.clip(np.rint(weights / scales[:, None]), -127, 127).astype(np.int8)
        self.count(*weights.shape)
        self.content += scales.tobytes() + levels.tobytes()

    def linear(self, layer: nn.Linear) -> None:
        self.matrix(layer.weight)
        self.vector(layer.bias)

    def norm(self, layer: nn.LayerNorm) -> None:
        self.vector(layer.weight)
        self.vector(layer.bias)


def model_file(e5: E5, kept: list[int], encoder: Encoder, context: Context, scales: dict[str, tuple[float, float]]) -> bytes:
    writer = Writer()
    shape = (len(kept), e5.width, len(encoder.layers), e5.heads, e5.inner)
    writer.count(*shape, POSITIONS, len(corpus.NAMES), BEFORE, AFTER, HIDDEN)
    for piece in kept:
        writer.text(e5.pieces[piece])
        writer.number(e5.scores[piece])
    writer.matrix(encoder.words.weight)
    writer.vector(encoder.positions)
    writer.norm(encoder.norm)
    for layer in encoder.layers:
        writer.linear(layer.query_key_value)
        writer.linear(layer.out)
        writer.norm(layer.attention_norm)
        writer.linear(layer.inner)
        writer.linear(layer.outer)
        writer.norm(layer.norm)
    for table in (context.places, context.sides, context.turns):
        writer.vector(table)
    writer.norm(context.input_norm)
    for linear in (context.query, context.key_value, context.out):
        writer.linear(linear)
    writer.norm(context.attention_norm)
    writer.linear(context.inner)
    writer.linear(context.outer)
    writer.norm(context.norm)
    writer.linear(context.acts)
    for act in corpus.NAMES:
        writer.text(act)
        writer.number(*scales[act])
    return bytes(writer.content)
