"""Reads models/corpus: conversations of labelled sentences.

A folder is a style: one way of writing, with dialogues.txt, sentences.txt and, where the dialogues were spoken and
recognised, heard.txt: the same dialogues in the words that etalon heard. A line is

    A: sentence [act, act]           what the agent says; C: the client
    C: context // A: sentence []     in sentences.txt: what was said before, without acts of its own
    # act                            in sentences.txt: what follows means this act or looks like it
    # kind=… language=…              in dialogues.txt: a dialogue begins

models/corpus/README.md says how the styles are split.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3] / "models" / "corpus"
LINE = re.compile(r"([AC]): (.+?) \[([a-z_, ]*)\]")
CONTEXT = re.compile(r"([AC]): (.+?)(?: \[[a-z_, ]*\])?")
SIDES = {"A": "agent", "C": "client"}

ACTS: dict[str, dict[str, str]] = tomllib.loads((ROOT / "acts.toml").read_text(encoding="utf-8"))
NAMES = list(ACTS)
SPLIT: dict[str, list[str]] = tomllib.loads((ROOT / "split.toml").read_text(encoding="utf-8"))


@dataclass
class Sentence:
    """What one side says, and which acts it performs; None for context that has no labels."""

    side: str
    text: str
    acts: list[str] | None


@dataclass
class Conversation:
    """Sentences in a row. `about` is the act that a pair of a list is about, `heading` the line above a dialogue."""

    sentences: list[Sentence]
    about: str | None = None
    heading: str = ""

    @property
    def language(self) -> str:
        return re.search(r"language=(\w+)", self.heading)[1]


def conversations(style: str) -> list[Conversation]:
    """All that was written in a style."""
    return [*dialogues(style), *pairs(style)]


def dialogues(style: str) -> list[Conversation]:
    return dialogues_of(ROOT / style / "dialogues.txt")


def heard(style: str) -> list[Conversation]:
    """The dialogues of a style as they were heard; their headings are those of the dialogues."""
    return dialogues_of(ROOT / style / "heard.txt")


def dialogues_of(path: Path) -> list[Conversation]:
    found: list[Conversation] = []
    for line in lines(path):
        if line.startswith("# "):
            found.append(Conversation([], heading=line))
        else:
            found[-1].sentences.append(sentence(line))
    return found


def pairs(style: str) -> list[Conversation]:
    found, about = [], None
    for line in lines(ROOT / style / "sentences.txt"):
        if line.startswith("# "):
            about = line[2:]
            continue
        before, _, labelled = line.rpartition(" // ")
        context = [unlabelled(before)] if before else []
        found.append(Conversation([*context, sentence(labelled)], about))
    return found


def lines(path: Path) -> list[str]:
    """None where there is no such file: a style may have only pairs, and may not have been spoken."""
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def sentence(line: str) -> Sentence:
    match = LINE.fullmatch(line)
    if not match:
        raise ValueError(f"not «A: sentence [acts]»: {line}")
    side, text, acts = match.groups()
    named = [act.strip() for act in acts.split(",") if act.strip()]
    for act in named:
        if act not in ACTS:
            raise ValueError(f"there is no act {act}: {line}")
        if ACTS[act]["who"] not in ("both", SIDES[side]):
            raise ValueError(f"{act} is no act of this side: {line}")
    return Sentence(side, text, named)


def unlabelled(line: str) -> Sentence:
    match = CONTEXT.fullmatch(line)
    if not match:
        raise ValueError(f"not «C: sentence»: {line}")
    return Sentence(match[1], match[2], None)


def check() -> None:
    """Reads everything, and prints how much there is of each act."""
    meant, alike, total = Counter(), Counter(), Counter()
    for styles in SPLIT.values():
        for style in styles:
            for conversation in conversations(style):
                total["dialogues" if conversation.about is None else "pairs"] += 1
                for one in conversation.sentences:
                    total["sentences"] += one.acts is not None
                    meant.update(one.acts or [])
                    if conversation.about and one.acts is not None:
                        alike[conversation.about] += conversation.about not in one.acts
    print(", ".join(f"{count:,} {what}" for what, count in total.items()))
    for act in NAMES:
        print(f"{act:24} {meant[act]:6} mean it {alike[act]:6} look like it")
