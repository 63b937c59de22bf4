"""Reads a scenario: who says what, when, over which line, and how a careful listener would judge it."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

SPEAKERS = ("agent", "client")
CODECS = ("mulaw", "alaw", "pcm16")
LAYOUTS = ("agent_left", "agent_right")
VERDICTS = ("pass", "fail", "na")
OVERLAP_CLASSES = ("floor_taken", "terminal")


class ScenarioError(Exception):
    """A scenario file says something that cannot be placed; the message names the file and the part."""


@dataclass(frozen=True)
class Voice:
    """How one person sounds: the one synthetic voice, moved in pitch (cents) and tempo (1.0 leaves it)."""

    pitch_cents: int
    tempo: float


@dataclass(frozen=True)
class LineConditions:
    """The telephone line: noise levels in dBFS and the seconds before the first and after the last word."""

    noise_dbfs: float
    client_noise_dbfs: float | None
    lead_in_s: float
    lead_out_s: float


@dataclass(frozen=True)
class Line:
    """One person's words at one time.

    `gap_s` counts from the end of the line before; below zero it overlaps that line, and `overlap` names the class.
    A backchannel instead begins `into_s` after the start of the line before and lies inside it.
    """

    speaker: str
    text: str
    gap_s: float
    overlap: str | None
    into_s: float | None
    gain_db: float
    raise_cents: int
    farewell: str | None


@dataclass(frozen=True)
class Hold:
    """The agent is away for `hold_s` seconds, counted from the end of the line before it."""

    hold_s: float
    announced: bool
    music: bool


@dataclass(frozen=True)
class Scenario:
    """One sample call as its file describes it."""

    name: str
    title: str
    codec: str
    layout: str
    call_type: str
    features: list[str]
    call: dict[str, str]
    voices: dict[str, Voice]
    line: LineConditions
    parts: list[Line | Hold]
    rules: dict[str, str]
    agreements: dict[str, object] = field(default_factory=dict)


def read_scenarios(folder: Path) -> list[Scenario]:
    """All scenarios of a folder, in the order of their names."""
    return [read_scenario(path) for path in sorted(folder.glob("*.toml"))]


def read_scenario(path: Path) -> Scenario:
    """One scenario; raises `ScenarioError` where a field is missing or has no meaning."""
    try:
        with path.open("rb") as file:
            table = tomllib.load(file)
        scenario = Scenario(
            name=path.stem,
            title=table["title"],
            codec=_one_of(table["codec"], CODECS),
            layout=_one_of(table["layout"], LAYOUTS),
            call_type=table["call_type"],
            features=table["features"],
            call=table["call"],
            voices={speaker: Voice(**table["voices"][speaker]) for speaker in SPEAKERS},
            line=_line_conditions(table["line"]),
            parts=[_part(part) for part in table["parts"]],
            rules={rule: _one_of(verdict, VERDICTS) for rule, verdict in table["rules"].items()},
            agreements=table.get("agreements", {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ScenarioError(f"{path}: {error!r}") from error
    return scenario


def sentences(line: Line) -> list[str]:
    """The line cut where a voice takes breath: after each sentence, and before the words of goodbye."""
    pieces = [piece for piece in re.split(r"(?<=[.!?])\s+", line.text.strip()) if piece]
    if line.farewell and line.farewell not in pieces:
        last = pieces.pop()
        pieces += [last.removesuffix(line.farewell).strip(), line.farewell]
    return pieces


def _part(part: dict) -> Line | Hold:
    if "hold_s" in part:
        return Hold(**part)
    kind = part.get("kind")
    if kind not in (None, "backchannel"):
        raise ValueError(f"kind {kind!r} is unknown; only a backchannel has one")
    overlap = part.get("overlap")
    if overlap is not None:
        _one_of(overlap, OVERLAP_CLASSES)
    farewell = part.get("farewell")
    if farewell and not part["text"].endswith(farewell):
        raise ValueError(f"the farewell of {part['text']!r} must be its end")
    return Line(
        speaker=_one_of(part["speaker"], SPEAKERS),
        text=part["text"],
        gap_s=part.get("gap_s", 0.0),
        overlap=overlap,
        into_s=part["into_s"] if kind else None,
        gain_db=part.get("gain_db", 0.0),
        raise_cents=part.get("raise_cents", 0),
        farewell=farewell,
    )


def _line_conditions(table: dict) -> LineConditions:
    return LineConditions(
        noise_dbfs=table["noise_dbfs"],
        client_noise_dbfs=table.get("client_noise_dbfs"),
        lead_in_s=table["lead_in_s"],
        lead_out_s=table["lead_out_s"],
    )


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value
