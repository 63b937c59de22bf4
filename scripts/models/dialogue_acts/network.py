"""The network of crates/etalon-acts: an encoder of sentences, and a layer that reads a sentence among its neighbours."""

import torch
import torch.nn.functional as F
from torch import nn

from .e5 import E5
from .tokens import PAD, PIECES_AT_MOST

BEFORE, AFTER = 6, 2
"""Sentences before and after a sentence that its acts depend on."""
HEADS, HIDDEN = 6, 512
POSITIONS = PIECES_AT_MOST + 4


def gelu(values: torch.Tensor) -> torch.Tensor:
    return F.gelu(values, approximate="tanh")


class Layer(nn.Module):
    """A layer of BERT (Devlin et al. 2019)."""

    def __init__(self, e5: E5, number: int) -> None:
        super().__init__()
        self.heads = e5.heads
        width, epsilon = e5.width, e5.epsilon
        of = lambda name: torch.tensor(e5.weights[f"l{number}.{name}"])
        self.query_key_value = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=epsilon)
        self.inner = nn.Linear(width, e5.inner)
        self.outer = nn.Linear(e5.inner, width)
        self.norm = nn.LayerNorm(width, eps=epsilon)
        set_linear(self.query_key_value, torch.cat([of(f"{x}.w") for x in "qkv"]), torch.cat([of(f"{x}.b") for x in "qkv"]))
        for linear, name in ((self.out, "ao"), (self.inner, "fi"), (self.outer, "fo")):
            set_linear(linear, of(f"{name}.w"), of(f"{name}.b"))
        for norm, name in ((self.attention_norm, "aln"), (self.norm, "oln")):
            set_linear(norm, of(f"{name}.w"), of(f"{name}.b"))

    def forward(self, x: torch.Tensor, mask: torch.Tensor, dropout: float) -> torch.Tensor:
        count, length, width = x.shape
        parts = self.query_key_value(x).view(count, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        mixed = mixed.transpose(1, 2).reshape(count, length, width)
        x = self.attention_norm(x + F.dropout(self.out(mixed), dropout, self.training))
        inner = self.outer(gelu(self.inner(x)))
        return self.norm(x + F.dropout(inner, dropout, self.training))


def set_linear(layer: nn.Linear | nn.LayerNorm, weight: torch.Tensor, bias: torch.Tensor) -> None:
    layer.weight.data, layer.bias.data = weight, bias


class Encoder(nn.Module):
    """Sentences into vectors: the mean of the last layer over their pieces."""

    def __init__(self, e5: E5, kept: list[int], layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(torch.tensor(e5.weights["emb.word"][kept]), freeze=True)
        kind = torch.tensor(e5.weights["emb.type"][: e5.width])
        self.positions = nn.Parameter(torch.tensor(e5.weights["emb.pos"][:POSITIONS]) + kind)
        self.norm = nn.LayerNorm(e5.width, eps=e5.epsilon)
        set_linear(self.norm, torch.tensor(e5.weights["emb.ln.w"]), torch.tensor(e5.weights["emb.ln.b"]))
        self.layers = nn.ModuleList(Layer(e5, number) for number in range(layers))

    def forward(self, sentences: list[list[int]], dropout: float = 0.0) -> torch.Tensor:
        """Sentences of similar length go together, so that little is padding."""
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        vectors: list[torch.Tensor | None] = [None] * len(sentences)
        while order:
            shortest = len(sentences[order[0]])
            together = [i for i in order if len(sentences[i]) <= max(shortest + 4, 1.25 * shortest)]
            for i, vector in zip(together, self.block([sentences[i] for i in together], dropout)):
                vectors[i] = vector
            order = order[len(together) :]
        return torch.stack(vectors)

    def block(self, sentences: list[list[int]], dropout: float) -> torch.Tensor:
        length = max(map(len, sentences))
        pieces = torch.tensor([one + [PAD] * (length - len(one)) for one in sentences])
        mask = torch.tensor([[place < len(one) for place in range(length)] for one in sentences])
        x = F.dropout(self.norm(self.words(pieces) + self.positions[:length]), dropout, self.training)
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :], dropout)
        weights = mask[..., None].to(x.dtype)
        return (x * weights).sum(1) / weights.sum(1)


class Context(nn.Module):
    """Acts of a sentence among its neighbours."""

    def __init__(self, width: int, acts: int) -> None:
        super().__init__()
        table = lambda rows: nn.Parameter(torch.randn(rows, width) * 0.02)
        self.places, self.sides, self.turns = table(BEFORE + 1 + AFTER), table(2), table(2)
        self.input_norm = nn.LayerNorm(width)
        self.query, self.key_value = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out, self.attention_norm = nn.Linear(width, width), nn.LayerNorm(width)
        self.inner, self.outer = nn.Linear(2 * width, HIDDEN), nn.Linear(HIDDEN, width)
        self.norm, self.acts = nn.LayerNorm(width), nn.Linear(width, acts)
        nn.init.normal_(self.acts.weight, std=0.02)
        # Most sentences perform few of the acts.
        nn.init.constant_(self.acts.bias, -4.0)

    def forward(self, vectors: torch.Tensor, seen: "Neighbours", dropout: float = 0.0) -> torch.Tensor:
        x = self.input_norm(vectors)[seen.rows] + self.places + self.sides[seen.sides] + self.turns[seen.same_turn]
        count, window, width = x.shape
        own = x[:, BEFORE]
        query = self.query(own).view(count, HEADS, 1, width // HEADS)
        key, value = self.key_value(x).view(count, window, 2, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=seen.mask[:, None, None, :])
        y = self.attention_norm(own + F.dropout(self.out(mixed.reshape(count, width)), dropout, self.training))
        hidden = self.outer(gelu(self.inner(torch.cat([y, own], -1))))
        return self.acts(self.norm(y + F.dropout(hidden, dropout, self.training)))


class Neighbours:
    """For each labelled sentence its window: rows of vectors, which of them exist, their sides, who shares its turn."""

    def __init__(self) -> None:
        self.lists: list[tuple[list[int], list[bool], list[int], list[int]]] = []

    def add(self, first: int, sides: list[int], turns: list[int], sentence: int, alone: bool) -> None:
        rows, mask, seen_sides, same_turn = [], [], [], []
        for other in range(sentence - BEFORE, sentence + AFTER + 1):
            exists = 0 <= other < len(sides) and (other == sentence or not alone)
            rows.append(first + (other if exists else sentence))
            mask.append(exists)
            seen_sides.append(sides[other] if exists else 0)
            same_turn.append(int(exists and turns[other] == turns[sentence]))
        self.lists.append((rows, mask, seen_sides, same_turn))

    def tensors(self) -> "Neighbours":
        columns = [torch.tensor(list(column)) for column in zip(*self.lists)]
        self.rows, self.mask, self.sides, self.same_turn = columns
        return self
