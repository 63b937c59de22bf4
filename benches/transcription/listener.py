"""One engine over all channels once, in a process of its own: what peers.py starts for every run of a peer.

    listener.py CONFIGURATION.json

The configuration names the engine, its weights and the channels (16 kHz WAV files). Standard output gets JSON: the seconds
from the first channel to the last, without loading, and the text of every channel.
"""

import json
import re
import subprocess
import sys
import time
import wave
from pathlib import Path

THREADS = 2
LANGUAGE = "ru"


def samples(path):
    import numpy

    with wave.open(str(path)) as file:
        return numpy.frombuffer(file.readframes(file.getnframes()), "<i2").astype(numpy.float32) / 32_768


def faster_whisper(configuration):
    """In one pass, with its own voice activity detection, batched or sequential."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(
        configuration["weights"], device="cpu", cpu_threads=THREADS, compute_type=configuration["compute"], local_files_only=True
    )
    options = {"language": LANGUAGE, "beam_size": configuration["beam"], "temperature": 0.0, "vad_filter": configuration["vad"]}
    if configuration["batch"]:
        pipeline, options = BatchedInferencePipeline(model), options | {"batch_size": configuration["batch"]}
    else:
        pipeline, options = model, options | {"condition_on_previous_text": False}
    signals = [samples(path) for path in configuration["channels"]]
    started, texts = time.perf_counter(), []
    for signal in signals:
        segments, _ = pipeline.transcribe(signal, **options)
        texts.append(" ".join(segment.text.strip() for segment in segments))
    return time.perf_counter() - started, texts


def whisper_cli(configuration):
    """One process for all channels; the time in which it loads the model is taken off."""
    channels = [Path(path) for path in configuration["channels"]]
    arguments = [configuration["program"], "-m", configuration["weights"], "-l", LANGUAGE, "-t", str(THREADS)]
    arguments += ["-bs", "1", "-bo", "1", "-nf", "-oj", *configuration["arguments"]]
    arguments += [argument for path in channels for argument in ("-f", str(path))]
    started = time.perf_counter()
    done = subprocess.run(arguments, capture_output=True, text=True, errors="replace", check=True)
    spent_s = time.perf_counter() - started
    load_ms = re.search(r"load time = *([\d.]+) ms", done.stderr)
    texts = []
    for path in channels:
        found = json.loads(path.with_name(path.name + ".json").read_text(errors="replace"))
        texts.append(" ".join(segment["text"].strip() for segment in found["transcription"]))
    return spent_s - (float(load_ms.group(1)) / 1000 if load_ms else 0.0), texts


def main():
    configuration = json.loads(Path(sys.argv[1]).read_text())
    engine = {"faster-whisper": faster_whisper, "whisper-cli": whisper_cli}[configuration["engine"]]
    spent_s, texts = engine(configuration)
    print(json.dumps({"wall_s": spent_s, "texts": texts}))


if __name__ == "__main__":
    main()
