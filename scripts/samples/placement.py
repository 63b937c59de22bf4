"""Places the spoken lines of a scenario on the two channels, and writes down where everything came to lie."""

from dataclasses import dataclass

from .levels import RATE_HZ, samples, seconds
from .scenario import Hold, Line, Scenario, ScenarioError
from .voice import SpokenLine

SILENCE_MIN_S = 3.0
FLOOR_TAKEN_MIN_S = 0.4
TERMINAL_MAX_S = 0.3
HOLD_MUSIC_MARGIN_S = 0.4
"""The line is quiet for so long on either side of the music of a hold."""


@dataclass(frozen=True)
class PlacedLine:
    """A line and the sample at which it starts."""

    line: Line
    spoken: SpokenLine
    start: int

    @property
    def end(self) -> int:
        """The sample after its last."""
        return self.start + len(self.spoken.signal)


@dataclass(frozen=True)
class PlacedHold:
    """A hold from the last speech before it to the agent's return, in samples."""

    hold: Hold
    start: int
    end: int

    @property
    def music(self) -> tuple[int, int]:
        """Where its music sounds, when it has any."""
        margin = samples(HOLD_MUSIC_MARGIN_S)
        return self.start + margin, self.end - margin


@dataclass(frozen=True)
class PlacedCall:
    """A whole call: lines in order of start, holds, and its length in samples."""

    lines: list[PlacedLine]
    holds: list[PlacedHold]
    length: int


def place(scenario: Scenario, spoken: list[SpokenLine]) -> PlacedCall:
    """Gives every line of the scenario its sample; `spoken` has its lines in order."""
    lines: list[PlacedLine] = []
    holds: list[PlacedHold] = []
    voices = iter(spoken)
    cursor = samples(scenario.line.lead_in_s)
    for part in scenario.parts:
        if isinstance(part, Hold):
            holds.append(PlacedHold(part, cursor, cursor + samples(part.hold_s)))
            cursor = holds[-1].end
            continue
        if part.into_s is not None:
            start = lines[-1].start + samples(part.into_s)
        else:
            start = cursor + samples(part.gap_s)
        lines.append(PlacedLine(part, next(voices), start))
        cursor = max(cursor, lines[-1].end)
    lines.sort(key=lambda placed: placed.start)
    return PlacedCall(lines, holds, cursor + samples(scenario.line.lead_out_s))


def turns(call: PlacedCall) -> list[dict]:
    """The turns of the truth, in order of start."""
    listed = []
    for placed in call.lines:
        turn = {
            "speaker": placed.line.speaker,
            "start_s": seconds(placed.start),
            "end_s": seconds(placed.end),
            "text": placed.line.text,
            "speech": [[seconds(placed.start + start), seconds(placed.start + end)] for start, end in placed.spoken.speech],
            "language": "ru",
        }
        if placed.line.into_s is not None:
            turn["kind"] = "backchannel"
        listed.append(turn)
    return listed


def events(call: PlacedCall) -> list[dict]:
    """The events of the truth, in order of start."""
    found = _overlaps(call) + _holds(call) + _silences(call) + _farewells(call)
    return sorted(found, key=lambda event: (event["start_s"], event["end_s"], event["kind"]))


def _overlaps(call: PlacedCall) -> list[dict]:
    found = []
    for index, later in enumerate(call.lines):
        for earlier in call.lines[:index]:
            start, end = later.start, min(earlier.end, later.end)
            if earlier.line.speaker == later.line.speaker or start >= end:
                continue
            found.append(
                {
                    "kind": "overlap",
                    "class": _overlap_class(later, end - start, earlier.end > later.end),
                    "interrupter": later.line.speaker,
                    "interrupted": earlier.line.speaker,
                    "start_s": seconds(start),
                    "end_s": seconds(end),
                }
            )
    return found


def _overlap_class(later: PlacedLine, length: int, inside: bool) -> str:
    duration_s = length / RATE_HZ
    if later.line.into_s is not None and inside:
        return "backchannel"
    if later.line.overlap == "floor_taken" and not inside and duration_s >= FLOOR_TAKEN_MIN_S:
        return "floor_taken"
    if later.line.overlap == "terminal" and not inside and duration_s < TERMINAL_MAX_S:
        return "terminal"
    raise ScenarioError(f"{later.line.text!r} overlaps by {duration_s:.2f} s, which is not what its scenario says")


def _holds(call: PlacedCall) -> list[dict]:
    found = []
    for placed in call.holds:
        event = {
            "kind": "hold",
            "start_s": seconds(placed.start),
            "end_s": seconds(placed.end),
            "music": placed.hold.music,
            "announced": placed.hold.announced,
        }
        if placed.hold.music:
            start, end = placed.music
            event |= {"music_start_s": seconds(start), "music_end_s": seconds(end)}
        found.append(event)
    return found


def _silences(call: PlacedCall) -> list[dict]:
    found = []
    last_end = call.lines[0].end
    for placed in call.lines[1:]:
        if placed.start - last_end >= SILENCE_MIN_S * RATE_HZ:
            in_hold = any(hold.start <= last_end and placed.start <= hold.end for hold in call.holds)
            found.append(
                {"kind": "silence", "start_s": seconds(last_end), "end_s": seconds(placed.start), "in_hold": in_hold}
            )
        last_end = max(last_end, placed.end)
    return found


def _farewells(call: PlacedCall) -> list[dict]:
    found = []
    for placed in call.lines:
        if placed.spoken.farewell is None:
            continue
        start, end = placed.spoken.farewell
        found.append(
            {
                "kind": "farewell",
                "speaker": placed.line.speaker,
                "start_s": seconds(placed.start + start),
                "end_s": seconds(placed.start + end),
                "text": placed.line.farewell,
            }
        )
    return found
