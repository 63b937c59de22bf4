"""Writes Silero's speech detector in the form that etalon-vad reads.

    activity.py OUT [--check]

OUT gets silero-f16.bin. With --check the network runs here as well, as it was published, over the fixed signal of the golden
test in etalon-vad (`src/network/mod.rs`), and what it says is printed.

The file: the magic `ETALACT1`, then the layers in the order in which the network applies them. A convolution is its weights
(f16), tap by tap, input by input, output by output, and its biases (f32). The recurrent layer is the weights of its input
and of its state (f16), input by input, output by output (the gates in the order input, forget, cell, output), and its
biases (f32). The last layer is its weights and its bias (f32). All little-endian.
"""

import glob
import hashlib
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

SOURCE_SHA256 = "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"
RESULT_SHA256 = "48bc87305d06393258bd17d228a016ca69a5c271e9521f2c1f039e5e3cb5529c"
CONVOLUTIONS = 4
RATE_HZ = 16_000


def network_path():
    return Path(glob.glob(str(Path(sys.prefix) / "lib/python*/site-packages/silero_vad/data/silero_vad.onnx"))[0])


def constants(graph, found):
    """All constants of a graph and of the branches in it, by name."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                found[node.output[0]] = numpy_helper.to_array(attribute.t)
            elif attribute.type == onnx.AttributeProto.GRAPH:
                constants(attribute.g, found)
    return found


def weights_at_16k(data):
    """The weights of the branch for 16 kHz, by the ends of their names."""
    found = constants(onnx.load_from_string(data).graph, {})
    return {name.split("__")[-1]: values for name, values in found.items() if "then_branch" in name}


def stored(weights):
    """The bytes of the file."""
    half = lambda values: values.astype("<f2").tobytes()
    single = lambda values: values.astype("<f4").tobytes()
    parts = [b"ETALACT1"]
    for index in range(CONVOLUTIONS):
        name = f"encoder.{index}.reparam_conv"
        parts += [half(weights[f"{name}.weight"].transpose(2, 1, 0)), single(weights[f"{name}.bias"])]
    parts += [half(weights[f"decoder.rnn.weight_{kind}"].T) for kind in ("ih", "hh")]
    parts += [single(weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"])]
    parts += [single(weights["decoder.decoder.2.weight"][0, :, 0]), single(weights["decoder.decoder.2.bias"])]
    return b"".join(parts)


def golden_signal():
    """The fixed signal of the golden test: pulses of a gliding pitch through a resonance, with rests, in a little noise."""
    signal, first, second, phase, state = [], 0.0, 0.0, 0.0, 1
    radius, angle = np.exp(-np.pi * 150.0 / RATE_HZ), 2 * np.pi * 700.0 / RATE_HZ
    for index in range(3 * RATE_HZ):
        time_s = index / RATE_HZ
        phase += (140.0 + 40.0 * np.sin(time_s * 7.0)) / RATE_HZ
        pulse = 0.3 if phase >= 1.0 and time_s % 1.0 < 0.7 and time_s * 5.0 % 1.0 < 0.8 else 0.0
        phase %= 1.0
        now = 2.0 * radius * np.cos(angle) * first - radius * radius * second + pulse
        first, second = now, first
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        signal.append(0.1 * now + 0.001 * ((state >> 16) / 32_768.0 - 1.0))
    return np.array(signal, np.float32)


def check(path):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path))
    signal, before, state = golden_signal(), np.zeros(64, np.float32), np.zeros((2, 1, 128), np.float32)
    said = []
    for start in range(0, len(signal) - 511, 512):
        now = np.concatenate([before, signal[start : start + 512]])
        score, state = session.run(None, {"input": now[None], "state": state, "sr": np.array(RATE_HZ)})
        said.append(float(score[0, 0]))
        before = now[-64:]
    print(", ".join(f"{score:.4f}" for score in said))


def main():
    out, path = Path(sys.argv[1]), network_path()
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SOURCE_SHA256:
        sys.exit(f"{path}: not the network that is expected")
    result = stored(weights_at_16k(data))
    found = hashlib.sha256(result).hexdigest()
    if found != RESULT_SHA256:
        sys.exit(f"what came out has the hash {found}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "silero-f16.bin").write_bytes(result)
    print(f"{out / 'silero-f16.bin'}: {len(result)} bytes, SHA-256 {found}")
    if "--check" in sys.argv:
        check(path)


if __name__ == "__main__":
    main()
