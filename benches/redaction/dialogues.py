"""Calls in words: the phrases by which the detector is measured in text, filled with values, a few to a call.

The phrases lie in crates/etalon-redact/tests/generated; the first set is the seen half, the second the unseen one.
"""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from values import Values

GENERATED = Path(__file__).resolve().parents[2] / "crates/etalon-redact/tests/generated"
FILES = {"seen": "first.txt", "unseen": "second.txt"}
KINDS = ("card", "telephone", "passport", "snils", "iin", "email", "address", "birth_date", "surname")
LANGUAGES = ("ru", "en")
CALL_PHRASES = 4
NEAR_MISS_SHARE = 0.25
"""Of the phrases of a call."""
SPLIT, ANSWERED, ECHOED = 0.35, 0.6, 0.25
"""As in the generated text: how often a value is dictated over several turns, how often a turn ends behind a part of it,
and how often the other side then repeats the part."""
LISTENING = {"ru": ["Угу.", "Так.", "Ага, дальше.", "Записываю.", "Да-да."], "en": ["Okay.", "Uh-huh.", "Go on."]}
SLOT = re.compile(r"\{([^}]+)\}")


@dataclass
class Piece:
    """A stretch of words; `entity` is the index of the entity that it belongs to, none for other speech."""

    text: str
    entity: int | None = None


@dataclass
class Said:
    """A turn; `begins` marks the first of a phrase."""

    side: str
    begins: bool
    pieces: list[Piece] = field(default_factory=list)

    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


@dataclass
class Dialogue:
    language: str
    turns: list[Said] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    """The kind of each entity."""


@dataclass(frozen=True)
class Phrase:
    language: str
    turns: tuple[tuple[str, str], ...]

    def kinds(self) -> set[str]:
        slots = {slot for _, text in self.turns for slot in SLOT.findall(text)}
        return {kind for slot in slots for kind in KINDS if slot.startswith(kind)} | (
            {"surname"} if any(slot.startswith("full_name") for slot in slots) else set()
        )


def phrases(half: str) -> list[Phrase]:
    found = []
    for line in (GENERATED / FILES[half]).read_text(encoding="utf-8").splitlines():
        language, _, turns = line.partition(" | ")
        if language in LANGUAGES:
            found.append(Phrase(language, tuple(tuple(turn.split(": ", 1)) for turn in turns.split(" / "))))
    return found


def dialogues(half: str, of_each_kind: int, seed: int) -> list[Dialogue]:
    """Calls with at least so many entities of each kind; all phrases are used equally often."""
    chance = random.Random(f"{seed} {half}")
    said, made = phrases(half), []
    for language in LANGUAGES:
        plain = cycle([phrase for phrase in said if phrase.language == language and not phrase.kinds()], chance)
        queue = [phrase for kind in KINDS for phrase in of_kind(said, kind, language, of_each_kind, chance)]
        chance.shuffle(queue)
        while queue:
            count = CALL_PHRASES - (1 if chance.random() < NEAR_MISS_SHARE * CALL_PHRASES else 0)
            chosen, queue = queue[:count], queue[count:]
            if count < CALL_PHRASES:
                chosen.insert(chance.randint(0, len(chosen)), next(plain))
            made.append(dialogue(chosen, Values(chance, half, language), chance))
    return made


def of_kind(said: list[Phrase], kind: str, language: str, count: int, chance: random.Random) -> list[Phrase]:
    """Phrases with this kind: two thirds of them Russian where both languages have some."""
    by_language = {name: [phrase for phrase in said if phrase.language == name and kind in phrase.kinds()] for name in LANGUAGES}
    if not by_language[language]:
        return []
    others = by_language["en" if language == "ru" else "ru"]
    share = 1.0 if not others else 2 / 3 if language == "ru" else 1 / 3
    source = cycle(by_language[language], chance)
    return [next(source) for _ in range(round(count * share))]


def cycle(choices: list[Phrase], chance: random.Random):
    while True:
        yield from chance.sample(choices, len(choices))


def dialogue(chosen: list[Phrase], values: Values, chance: random.Random) -> Dialogue:
    made = Dialogue(chosen[0].language)
    for phrase in chosen:
        for number, (side, text) in enumerate(phrase.turns):
            made.turns.append(Said(side, number == 0))
            fill(made, text, values, chance)
    return made


def fill(made: Dialogue, text: str, values: Values, chance: random.Random) -> None:
    for number, part in enumerate(SLOT.split(text)):
        if number % 2 == 0:
            say(made, part)
        elif part.startswith("~"):
            say(made, values.near_miss(part))
        elif part.startswith("full_name"):
            for name, is_surname in values.full_name(form_of(part)):
                say(made, name, new_entity(made, "surname") if is_surname else None)
        else:
            kind = next(kind for kind in KINDS if part.startswith(kind))
            parts = [values.surname(form_of(part))] if kind == "surname" else getattr(values, kind)()
            say_value(made, kind, parts, chance)


def form_of(slot: str) -> str:
    form = slot.rpartition("_")[2]
    return form if form in ("case", "genitive", "female") else "nominative"


def new_entity(made: Dialogue, kind: str) -> int:
    made.entities.append(kind)
    return len(made.entities) - 1


def say_value(made: Dialogue, kind: str, parts: list[str], chance: random.Random) -> None:
    """Says the parts, perhaps over several turns: the other side says that it listens, or repeats what it heard."""
    entity, side = new_entity(made, kind), made.turns[-1].side
    is_split = len(parts) > 2 and chance.random() < SPLIT
    for place, part in enumerate(parts):
        say(made, part, entity)
        if not is_split or place + 1 == len(parts) or chance.random() >= ANSWERED:
            continue
        made.turns.append(Said("c" if side == "a" else "a", False))
        if chance.random() < ECHOED and len(part.split()) >= 4:
            say(made, part.rstrip(","), new_entity(made, kind))
        else:
            say(made, chance.choice(LISTENING[made.language]))
        made.turns.append(Said(side, False))


def say(made: Dialogue, text: str, entity: int | None = None) -> None:
    """Adds words to the last turn; marks at the beginning belong to the piece before."""
    pieces = made.turns[-1].pieces
    words = text.lstrip(" ,.!?:;…")
    marks = text[: len(text) - len(words)].strip()
    if marks and pieces:
        pieces[-1].text += "," if marks[0] in ":;…" else marks[0]
    if not words.strip():
        return
    if pieces and pieces[-1].entity == entity:
        pieces[-1].text += f" {words.strip()}"
    else:
        pieces.append(Piece(words.strip(), entity))
