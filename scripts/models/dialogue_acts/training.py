"""Trains the network on the corpus.

Two tasks at once: the acts of each sentence (binary cross-entropy), and vectors that lie close where the same acts are
performed (supervised contrastive loss, Khosla et al. 2020), which the intents of rule packs use. Half of the dialogues that
were spoken are shown as etalon heard them; the other sentences are made as a recogniser may hear them: without punctuation,
with wrong vowels, torn and missing words.
"""

import random
import re
import time
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from . import corpus
from .corpus import Conversation
from .network import BEFORE, Context, Encoder, Neighbours
from .tokens import Tokenizer

EPOCHS, BATCH, DROPOUT = 5, 64, 0.1
RATE_OF_CONTEXT, RATE_OF_ENCODER, RATE_DECAY = 1e-3, 2e-4, 0.95
WARM_UP, CONTRAST, TEMPERATURE = 0.05, 0.1, 0.07
ALONE = 0.15
"""Share of the sentences of dialogues that are shown without their neighbours."""
HEARD = 0.5
ALIKE = 0.6
"""Two sentences belong together where they share so much of their acts (Jaccard)."""
VOWELS = dict(zip("оеяаиы", "аииоеи"))

ALLOWED = torch.tensor([[corpus.ACTS[act]["who"] in ("both", side) for act in corpus.NAMES] for side in ("agent", "client")])
"""Which side can perform which act."""


def misheard(text: str) -> str:
    chance = random.random()
    if chance < 0.25:
        text = re.sub(r"[.,!?;:()-]", " ", text)
    elif chance < 0.35:
        text = re.sub(r"[.,!?;:()-]+$", "", text)
    if random.random() < 0.15:
        words = text.split(" ")
        for _ in range(max(1, len(words) // 6)):
            at = random.randrange(len(words))
            words[at] = misheard_word(words[at], len(words) > 3)
        text = " ".join(word for word in words if word)
    return text or "."


def misheard_word(word: str, may_be_lost: bool) -> str:
    chance = random.random()
    if chance < 0.25 and may_be_lost:
        return ""
    if chance < 0.75:
        return "".join(VOWELS.get(letter, letter) if random.random() < 0.4 else letter for letter in word)
    if len(word) > 4:
        at = random.randrange(1, len(word))
        return f"{word[:at]} {word[at:]}"
    return word


@dataclass
class Batch:
    pieces: list[list[int]]
    seen: Neighbours
    labelled: torch.Tensor
    acts: torch.Tensor

    @property
    def allowed(self) -> torch.Tensor:
        return ALLOWED[self.seen.sides[:, BEFORE]]


def batch_of(conversations: list[Conversation], tokenizer: Tokenizer, is_training: bool) -> Batch:
    pieces, labelled, acts, seen = [], [], [], Neighbours()
    for conversation in conversations:
        sentences, first = conversation.sentences, len(pieces)
        sides = [int(one.side == "C") for one in sentences]
        turns = [0] * len(sides)
        for i in range(1, len(sides)):
            turns[i] = turns[i - 1] + (sides[i] != sides[i - 1])
        pieces += [tokenizer(misheard(one.text) if is_training else one.text) for one in sentences]
        for i, one in enumerate(sentences):
            if one.acts is None:
                continue
            alone = is_training and conversation.about is None and random.random() < ALONE
            seen.add(first, sides, turns, i, alone)
            labelled.append(first + i)
            acts.append([float(act in one.acts) for act in corpus.NAMES])
    return Batch(pieces, seen.tensors(), torch.tensor(labelled), torch.tensor(acts))


def batches(conversations: list[Conversation], size: int) -> list[list[Conversation]]:
    found, current, sentences = [], [], 0
    for conversation in conversations:
        current.append(conversation)
        sentences += len(conversation.sentences)
        if sentences >= size:
            found.append(current)
            current, sentences = [], 0
    return [*found, current] if current else found


def logits(encoder: Encoder, context: Context, batch: Batch, dropout: float) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors = encoder(batch.pieces, dropout).float()
    return vectors, context(vectors, batch.seen, dropout).masked_fill(~batch.allowed, -20.0)


def contrast(vectors: torch.Tensor, acts: torch.Tensor) -> torch.Tensor:
    performs = acts.sum(1) > 0
    x, y = F.normalize(vectors[performs], dim=-1), acts[performs]
    if len(x) < 8:
        return torch.tensor(0.0)
    shared = y @ y.T
    alike = (shared / (y.sum(1)[:, None] + y.sum(1)[None] - shared) > ALIKE).float().fill_diagonal_(0)
    scores = x @ x.T / TEMPERATURE - torch.eye(len(x)) * 1e9
    likelihood = scores - torch.logsumexp(scores, 1, keepdim=True)
    count = alike.sum(1)
    has_any = count > 0
    return -(likelihood.masked_fill(alike == 0, 0).sum(1)[has_any] / count[has_any]).mean()


def as_heard(conversations: list[Conversation], heard: dict[str, Conversation]) -> list[Conversation]:
    """Half of the dialogues that were spoken are shown in the words that were heard."""
    return [heard[one.heading] if one.heading in heard and random.random() < HEARD else one for one in conversations]


def train(
    encoder: Encoder, context: Context, tokenizer: Tokenizer, conversations: list[Conversation], heard: list[Conversation]
) -> None:
    heard_of = {one.heading: one for one in heard}
    layers = list(encoder.layers)
    groups = [{"params": list(context.parameters()), "top": RATE_OF_CONTEXT}]
    for number, layer in enumerate(layers):
        groups.append({"params": list(layer.parameters()), "top": RATE_OF_ENCODER * RATE_DECAY ** (len(layers) - 1 - number)})
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01)
    parameters = [parameter for group in groups for parameter in group["params"]]
    steps = EPOCHS * len(batches(conversations, BATCH))
    step, started = 0, time.monotonic()
    encoder.train()
    context.train()
    for epoch in range(EPOCHS):
        random.shuffle(conversations)
        lost, sentences = 0.0, 0
        for together in batches(as_heard(conversations, heard_of), BATCH):
            # Fewer sentences are heard than said, so that there may be a few steps less than reckoned.
            share = min(1.0, step / max(1.0, WARM_UP * steps)) * max(0.02, 1 - step / steps)
            for group in optimizer.param_groups:
                group["lr"] = group["top"] * share
            batch = batch_of(together, tokenizer, is_training=True)
            vectors, scores = logits(encoder, context, batch, DROPOUT)
            each = F.binary_cross_entropy_with_logits(scores, batch.acts, reduction="none") * batch.allowed
            loss = each.sum(1).mean()
            optimizer.zero_grad()
            (loss + CONTRAST * contrast(vectors[batch.labelled], batch.acts)).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            lost += float(loss.detach()) * len(batch.acts)
            sentences += len(batch.acts)
            step += 1
        print(f"epoch {epoch + 1}: loss {lost / sentences:.3f} a sentence, {time.monotonic() - started:.0f} s", flush=True)


def probabilities(encoder: Encoder, context: Context, tokenizer: Tokenizer, conversations: list[Conversation]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits and labels of all labelled sentences, in order."""
    encoder.eval()
    context.eval()
    found, labels = [], []
    with torch.no_grad():
        for together in batches(conversations, 6 * BATCH):
            batch = batch_of(together, tokenizer, is_training=False)
            found.append(logits(encoder, context, batch, 0.0)[1])
            labels.append(batch.acts)
    return torch.cat(found), torch.cat(labels)
