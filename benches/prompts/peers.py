"""What faster-whisper hears, with its own settings: a beam of five, its voice activity detection, its temperatures.

What it heard in a file once is kept, by the file's bytes; only the versions and settings named here decide what comes out.
"""

import json
from hashlib import sha256

NAMES = {"beam": "faster-whisper 1.2.1, beam 5, VAD", "batch": "faster-whisper 1.2.1, batched, VAD"}
COMPUTE = "float32"
KEEP_EVERY = 10
"""Files after which what was heard is written, so that a stopped run goes on."""


class Peer:
    """One way of faster-whisper; loads its model when it first has to listen."""

    def __init__(self, kind, weights, kept, threads):
        self.kind, self.weights, self.threads = kind, weights, threads
        self.kept_at = kept / f"{kind}-{COMPUTE}.json"
        self.kept = json.loads(self.kept_at.read_text()) if self.kept_at.exists() else {}
        self.model = None

    def texts(self, paths, language):
        """The text of each file; language empty: the model finds it."""
        found = []
        for number, path in enumerate(paths, 1):
            key = f"{language}:{sha256(path.read_bytes()).hexdigest()}"
            if key not in self.kept:
                self.kept[key] = self.listen(path, language)
                if number % KEEP_EVERY == 0:
                    self.keep()
            found.append(self.kept[key])
        self.keep()
        return found

    def keep(self):
        self.kept_at.parent.mkdir(parents=True, exist_ok=True)
        self.kept_at.write_text(json.dumps(self.kept, ensure_ascii=False, indent=0))

    def listen(self, path, language):
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        if self.model is None:
            model = WhisperModel(str(self.weights), device="cpu", cpu_threads=self.threads, compute_type=COMPUTE, local_files_only=True)
            self.model = BatchedInferencePipeline(model) if self.kind == "batch" else model
        options = {"batch_size": 8} if self.kind == "batch" else {}
        segments, _ = self.model.transcribe(str(path), language=language or None, beam_size=5, vad_filter=True, **options)
        return " ".join(segment.text.strip() for segment in segments)
