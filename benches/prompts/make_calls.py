"""Two-sided calls made from prompts of two voices, as recordings with exact truth.

    make_calls.py OUT [--seed N] [--calls N] [--unpacked DIR] [--languages ru,en+it,…]

Writes stereo/NAME.wav and mono/NAME.wav (the same call mixed down), each beside NAME.truth.json (docs/schemas/truth.schema.json;
`speech` is exact to 5 ms, `utterances` and `music` are kept beside what the schema names) and a manifest.csv. The same seed
and packages give the same bytes.

A call takes its prompts by chance; what is said makes no sense, the times, the voices and the line do. The agent is on the
left. Where both speak one language, the client is the same voice played faster or slower: another pitch, not another way to speak.
"""

import argparse
import csv
import json
import wave
from dataclasses import asdict, dataclass, field
from pathlib import Path

import line
import numpy
from prompts import RATE_HZ, music, readings, roots, samples, speech_spans
from spelling import words

PAIRS = ("ru", "ru", "en", "en+it", "ru", "es", "fr", "ru", "fr+it", "it")
CLIENT_SPEED_PERCENT = {"ru": 86, "en": 86, "es": 86, "fr": 86, "it": 116}
"""Women are made lower, the man higher."""
SHORTEST_WORDS, LONGEST_S = 2, 14.0
LENGTH_S = (60.0, 180.0)
PAUSE_WITHIN_S, PAUSE_BETWEEN_S, LONG_PAUSE_S = (0.3, 1.0), (0.3, 3.0), (5.0, 12.0)
MUSIC_S = (10.0, 45.0)
TURNS_BEFORE_MUSIC = 4
EDGE_S = 0.8
LAYOUTS = {"agent_left": "stereo", "mono": "mono"}
"""The folder of each layout."""


@dataclass
class Utterance:
    """One prompt in a call."""

    speaker: str
    start_s: float
    end_s: float
    text: str
    speech: list
    language: str
    prompt: str


@dataclass
class Call:
    """A call as it grows: what is on each channel and who says what when."""

    name: str
    languages: dict
    made_of: dict
    utterances: list = field(default_factory=list)
    music: list = field(default_factory=list)
    pieces: list = field(default_factory=list)
    at_s: float = EDGE_S


def main():
    parser = argparse.ArgumentParser(description="two-sided calls of prompts")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--unpacked", type=Path, default=Path("target/bench-prompts/packages"))
    parser.add_argument("--languages", default=",".join(PAIRS), help="one or two (agent+client) for each call in turn")
    options = parser.parse_args()
    make(options.out, options.seed, options.calls, roots(options.unpacked.resolve()), options.languages.split(","))


def make(out, seed, calls, roots, pairs=PAIRS):
    """Calls into the folders `stereo` and `mono` of `out`."""
    languages = sorted({language for pair in pairs for language in pair.split("+")})
    prompts = {language: speakable(readings(language, roots)) for language in languages}
    tunes = {path.stem: samples(path) for path in music(roots)}
    names = []
    for number in range(calls):
        random = numpy.random.default_rng([seed, number])
        agent, client = (pairs[number % len(pairs)].split("+") * 2)[:2]
        call = talk(f"call{number + 1:02d}", {"agent": agent, "client": client}, prompts, tunes, random)
        channels = sound(call, tunes, random)
        for layout, signals in (("agent_left", channels), ("mono", [sum(channels)])):
            folder = out / LAYOUTS[layout]
            folder.mkdir(parents=True, exist_ok=True)
            write(folder / f"{call.name}.wav", signals)
            document = truth(call, layout, len(channels[0]) / RATE_HZ)
            (folder / f"{call.name}.truth.json").write_text(json.dumps(document, ensure_ascii=False, indent=1))
        names.append(f"{call.name}.wav")
    for layout in LAYOUTS:
        with (out / LAYOUTS[layout] / "manifest.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["path", "layout"])
            table.writerows([name, layout] for name in names)


def speakable(prompts):
    """Prompts of two words and more that are no long menus."""
    return [
        prompt
        for prompt in prompts
        if len(words(prompt.text, prompt.language)) >= SHORTEST_WORDS and len(samples(prompt.path)) <= LONGEST_S * RATE_HZ
    ]


def talk(name, languages, prompts, tunes, random):
    """Who says what when."""
    same = languages["agent"] == languages["client"]
    speeds = {"agent": 100, "client": CLIENT_SPEED_PERCENT[languages["client"]] if same else 100}
    call = Call(name, languages, {"client_speed_percent": speeds["client"]})
    left = {language: list(random.permutation(len(prompts[language]))) for language in set(languages.values())}
    length_s = random.uniform(*LENGTH_S)
    musical = random.random() < 0.5
    speaker, turns = "agent", 0
    while call.at_s < length_s:
        for _ in range(turn_length(random)):
            say(call, speaker, prompts[languages[speaker]][left[languages[speaker]].pop()], speeds[speaker])
            call.at_s += random.uniform(*PAUSE_WITHIN_S)
        call.at_s += random.uniform(*PAUSE_BETWEEN_S) - PAUSE_WITHIN_S[0]
        turns += 1
        if speaker == "agent" and musical and turns >= TURNS_BEFORE_MUSIC and len(call.music) < 2 and random.random() < 0.3:
            length_s += hold(call, tunes, random)
        elif random.random() < 0.08:
            call.at_s += random.uniform(*LONG_PAUSE_S)
        speaker = "client" if speaker == "agent" else "agent"
    call.at_s += EDGE_S
    return call


def turn_length(random):
    """Prompts in a turn: mostly few, at times many, while which the other side is silent for long."""
    return int(random.integers(5, 10)) if random.random() < 0.1 else int(random.integers(1, 4))


def say(call, speaker, prompt, speed_percent):
    signal = line.shifted(samples(prompt.path), speed_percent)
    spans = speech_spans(signal)
    # What comes before and after the speech is taken off: pauses are those that the call makes.
    first, last = spans[0][0], spans[-1][1]
    signal = signal[int(first * RATE_HZ) : int(last * RATE_HZ)]
    # On a whole frame of 5 ms, so that the spans are exact.
    call.at_s = round(call.at_s * 200) / 200
    speech = [[round(call.at_s + start - first, 3), round(call.at_s + end - first, 3)] for start, end in spans]
    end_s = speech[-1][1]
    call.utterances.append(Utterance(speaker, call.at_s, end_s, prompt.text, speech, prompt.language, prompt.name))
    call.pieces.append((speaker, call.at_s, signal))
    call.at_s = end_s


def hold(call, tunes, random):
    """The agent is away and the client hears music, on the agent's channel; for how long."""
    name = sorted(tunes)[random.integers(len(tunes))]
    length_s = random.uniform(*MUSIC_S)
    start_s = call.at_s + random.uniform(0.2, 1.5)
    from_s = random.uniform(0, len(tunes[name]) / RATE_HZ - length_s - 1)
    call.music.append({"speaker": "agent", "start_s": start_s, "end_s": start_s + length_s, "tune": name, "from_s": from_s})
    call.at_s = start_s + length_s + random.uniform(0.5, 2.0)
    return length_s


def sound(call, tunes, random):
    """The two channels, agent first, through a line of their own."""
    length = int(call.at_s * RATE_HZ)
    clean = {side: numpy.zeros(length) for side in ("agent", "client")}
    for side in clean:
        level = random.uniform(-30, -20)
        call.made_of[f"{side}_level_dbfs"] = round(level, 1)
        for speaker, at_s, signal in call.pieces:
            if speaker == side:
                lay(clean[side], at_s, line.at_level(signal, level + random.uniform(-2, 2)))
    for part in call.music:
        tune = tunes[part["tune"]][int(part["from_s"] * RATE_HZ) :][: int((part["end_s"] - part["start_s"]) * RATE_HZ)]
        fade = numpy.minimum(1, numpy.minimum(numpy.arange(len(tune)), numpy.arange(len(tune))[::-1]) / (0.05 * RATE_HZ))
        lay(clean["agent"], part["start_s"], line.at_level(tune, random.uniform(-32, -20)) * fade)
    channels = through_line(call, clean, random)
    code = line.mu_law if random.random() < 0.5 else line.a_law
    call.made_of["codec"] = code.__name__
    return [code(numpy.clip(line.band_limited(channel), -1, 1)) for channel in channels]


def lay(channel, at_s, signal):
    start = round(at_s * RATE_HZ)
    channel[start : start + len(signal)] += signal[: len(channel) - start]


def through_line(call, clean, random):
    channels = []
    for side, other in (("agent", "client"), ("client", "agent")):
        channel = clean[side].copy()
        if random.random() < 0.6:
            delay_s, below_db = random.uniform(0.02, 0.2), random.uniform(20, 38)
            channel += line.echo(clean[other], delay_s, below_db)
            call.made_of[f"echo_on_{side}"] = {"delay_s": round(delay_s, 3), "below_db": round(below_db, 1)}
        floor = random.uniform(-75, -48)
        channel += line.noise(len(channel), random.choice([0.0, 0.5, 1.0]), random) * 10 ** (floor / 20)
        call.made_of[f"{side}_noise_dbfs"] = round(floor, 1)
        if random.random() < 0.5:
            channel = with_comfort_noise(channel, [one for one in call.utterances if one.speaker == side], call, side, random)
        channels.append(channel)
    return channels


def with_comfort_noise(channel, utterances, call, side, random):
    """Where this side is silent the line sends nothing but a noise that comes and goes, as discontinuous transmission does."""
    comfort = line.noise(len(channel), 0.5, random) * 10 ** (random.uniform(-62, -45) / 20)
    quiet = numpy.ones(len(channel), bool)
    busy = [(one.start_s, one.end_s) for one in utterances] + [(one["start_s"], one["end_s"]) for one in call.music if side == "agent"]
    for start_s, end_s in busy:
        quiet[max(int((start_s - 0.1) * RATE_HZ), 0) : int((end_s + 0.25) * RATE_HZ)] = False
    at = 0
    while at < len(channel):
        sent, silent = (int(random.uniform(*seconds) * RATE_HZ) for seconds in ((0.5, 6.0), (0.1, 3.0)))
        comfort[at + sent : at + sent + silent] = 0
        at += sent + silent
    call.made_of[f"comfort_noise_on_{side}"] = True
    return numpy.where(quiet, comfort, channel)


def truth(call, layout, duration_s):
    language = "+".join(dict.fromkeys(call.languages.values()))
    return {
        "schema": "etalon.truth/1",
        "layout": layout,
        "audio": {"duration_s": duration_s, "rate_hz": RATE_HZ, "channels": 1 if layout == "mono" else 2, "codec": "pcm16"},
        "turns": turns(call.utterances),
        "events": [{"kind": "hold", "start_s": part["start_s"], "end_s": part["end_s"]} for part in call.music],
        "language": language,
        "utterances": [asdict(one) for one in call.utterances],
        "music": call.music,
        "made_of": call.made_of,
    }


def turns(utterances):
    """What one side says without the other between, less than a second apart, is one turn."""
    made = []
    for one in utterances:
        if made and made[-1]["speaker"] == one.speaker and one.start_s - made[-1]["end_s"] < 1.0:
            made[-1]["end_s"] = one.end_s
            made[-1]["text"] += f" {one.text}"
            made[-1]["speech"] = made[-1]["speech"] + one.speech
        else:
            part = {"speaker": one.speaker, "start_s": one.start_s, "end_s": one.end_s}
            made.append(part | {"text": one.text, "speech": list(one.speech), "language": one.language})
    return made


def write(path, channels):
    data = numpy.stack([numpy.clip(numpy.round(channel * 32_767), -32_768, 32_767) for channel in channels], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(data.astype("<i2").tobytes())


if __name__ == "__main__":
    main()
