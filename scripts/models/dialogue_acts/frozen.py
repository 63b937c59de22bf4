"""Heads on encoders that are left as they were published, to compare the trained network with.

The head is the same as the trained network's (`network.Context`) and is trained on the same sentences, as they are
written: a frozen encoder is read once.
"""

import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import corpus, measures, training
from .corpus import Conversation
from .network import HEADS, Context, Encoder
from .tokens import Tokenizer

EPOCHS, RATE, DROPOUT = 12, 1e-3, 0.1


class Table:
    """Stands for an encoder: the vectors of all sentences, by their number."""

    def __init__(self, texts: list[str], vectors: torch.Tensor) -> None:
        self.number = {text: number for number, text in enumerate(texts)}
        # As many columns as the head's attention can divide.
        self.vectors = F.pad(vectors, (0, -vectors.shape[1] % HEADS))

    @property
    def width(self) -> int:
        return self.vectors.shape[1]

    def tokenizer(self, text: str) -> int:
        return self.number[text]

    def __call__(self, numbers: list[int], _dropout: float) -> torch.Tensor:
        return self.vectors[torch.tensor(numbers)]

    def eval(self) -> None:
        """It has nothing to train."""


def texts_of(conversations: list[Conversation]) -> list[str]:
    return list(dict.fromkeys(one.text for each in conversations for one in each.sentences))


def encoded(encoder: Encoder, tokenizer: Tokenizer, texts: list[str]) -> torch.Tensor:
    encoder.eval()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        parts = [encoder([tokenizer(text) for text in texts[at : at + 512]]).float() for at in range(0, len(texts), 512)]
    return torch.cat(parts)


def read_vectors(path: Path, count: int) -> torch.Tensor:
    """What crates/etalon-sentence/examples/vectors.rs writes."""
    return torch.tensor(np.fromfile(path, "<f4").reshape(count, -1))


def mean_average_precision(table: Table, learned: list[Conversation], measured: list[Conversation]) -> float:
    context = Context(table.width, len(corpus.NAMES))
    fit(table, context, learned)
    logits, labels = training.probabilities(table, context, table.tokenizer, measured)
    return measures.mean_average_precision(logits.numpy(), labels.numpy())


def fit(table: Table, context: Context, conversations: list[Conversation]) -> None:
    optimizer = torch.optim.AdamW(context.parameters(), lr=RATE, weight_decay=0.01)
    shown = list(conversations)
    context.train()
    for epoch in range(EPOCHS):
        random.shuffle(shown)
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - epoch / EPOCHS)
        for together in training.batches(shown, training.BATCH):
            batch = training.batch_of(together, table.tokenizer, is_training=False)
            _, scores = training.logits(table, context, batch, DROPOUT)
            each = F.binary_cross_entropy_with_logits(scores, batch.acts, reduction="none") * batch.allowed
            optimizer.zero_grad()
            each.sum(1).mean().backward()
            optimizer.step()
