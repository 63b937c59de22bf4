"""The tables of docs/privacy.md."""

from collections import Counter

from dialogues import KINDS
from measure import Entity, Half

REASONS = ["no word recognised", "misheard, not found", "right words, not found", "a part is found", "an edge is heard"]


def of(halves: dict[str, Half]) -> str:
    return "\n\n".join(part for name, half in halves.items() for part in (f"## {name}", by_kind(half), by_language(half), reasons(half), summary(half)))


def by_kind(half: Half) -> str:
    rows = [(f"`{kind}`", [entity for entity in half.entities if entity.kind == kind]) for kind in KINDS]
    return table([*rows, ("all", half.entities)], "kind")


def by_language(half: Half) -> str:
    return table([(name, [entity for entity in half.entities if entity.language == name]) for name in ("ru", "en")], "language")


def table(rows: list[tuple[str, list[Entity]]], what: str) -> str:
    lines = [f"| {what} | entities | muted wholly | seconds muted | nothing left in words |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, entities in rows:
        if entities:
            muted = share(sum(entity.is_muted for entity in entities), len(entities))
            speech_s = sum(entity.speech_s for entity in entities)
            seconds = share(speech_s - sum(entity.heard_s for entity in entities), speech_s)
            unread = share(sum(not entity.left for entity in entities), len(entities))
            lines.append(f"| {name} | {len(entities)} | {muted} | {seconds} | {unread} |")
    return "\n".join(lines)


def reasons(half: Half) -> str:
    lines = ["| why something is heard | " + " | ".join(f"`{kind}`" for kind in KINDS) + " | all |", "| --- |" + " ---: |" * (len(KINDS) + 1)]
    counts = Counter((entity.reason, entity.kind) for entity in half.entities if entity.reason)
    for reason in REASONS:
        cells = [counts[reason, kind] for kind in KINDS]
        lines.append(f"| {reason} | " + " | ".join(map(str, [*cells, sum(cells)])) + " |")
    return "\n".join(lines)


def summary(half: Half) -> str:
    leaked = sum(not entity.is_muted for entity in half.entities)
    told = half.verified
    return "\n".join([
        f"recordings: {half.length_s / 3600:.2f} h; entities {len(half.entities)}",
        f"other speech muted: {share(half.other_muted_s, half.other_s)} of {half.other_s:.0f} s",
        f"muted stretches: {half.stretches}, of which without an entity {len(half.needless)}"
        f" (precision {share(half.stretches - len(half.needless), half.stretches)}, {len(half.needless) / (half.length_s / 3600):.0f} an hour)",
        f"leaks: {leaked} of {len(half.entities)}, {1000 * leaked / max(1, len(half.entities)):.0f} per 1,000;"
        f" --verify: {told['leaks']} of {told['entities']}, {told['leaks_per_1000'] or 0:.0f} per 1,000",
    ])


def share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def misses(halves: dict[str, Half]) -> str:
    lines = []
    for half in halves.values():
        for entity in half.entities:
            if not entity.is_muted or entity.left:
                lines.append(f"{entity.call} {entity.kind} [{entity.reason}] {entity.heard_s:.2f}/{entity.speech_s:.2f} s: {entity.text} <- {entity.words} left: {entity.left}")
        lines += [f"needless {call} {','.join(kinds)}: {words}" for call, kinds, words in half.needless]
    return "\n".join(lines)
