"""What sounds that are no speech do to calls: false speech, lost speech, interruptions, and whether they are named.

    disturbances.py PATH/TO/etalon FOLDER [KIND…]

FOLDER holds labelled stereo calls. Every call is made once for each kind, run without words, and compared with the run of the
call as it is. "False" is found speech that lies more than 50 ms outside of what is found in the call as it is, "lost" the other
way round, both in per cent of the speech. "Named" counts the calls with a defect of that kind. All random numbers have fixed
seeds. The kinds `alone_…` are recordings of one channel that hold nothing else: there the seconds of speech count.
"""

import json
import random as pure_random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from labelled_calls import load, stereo_names
from noise import coloured, level, speech, write

sys.path.append(str(Path(__file__).resolve().parent.parent))
import line_sounds

RATE_HZ = 8_000
SLACK_FRAMES = 5
ALONE_S = 60


def gated(length, random, noise):
    """On and off every 0.3 to 2 s, as a line with discontinuous transmission switches its comfort noise."""
    gate, place = numpy.zeros(length), 0
    is_on = random.random() < 0.5
    while place < length:
        end = place + int(random.uniform(0.3, 2.0) * RATE_HZ)
        gate[place:end] = is_on
        place, is_on = end, not is_on
    return gate * noise


def comfort_noise(colour, below_db, legs):
    def disturb(channels, loud, random):
        disturbed = channels.copy()
        for leg in legs:
            noise = coloured(colour, channels.shape[1], random)
            noise *= loud[leg] * 10 ** (-below_db / 20) / level(noise)
            disturbed[leg] += gated(channels.shape[1], random, noise)
        return disturbed

    return disturb


def added(sound, leg, below_db):
    """A sound on one leg, so many dB below its speech."""

    def disturb(channels, loud, random):
        disturbed = channels.copy()
        signal = sound(channels.shape[1], random)
        heard = signal[numpy.abs(signal) > 1e-4 * numpy.abs(signal).max()]
        disturbed[leg] += signal / level(heard) * loud[leg] * 10 ** (-below_db / 20)
        return disturbed

    return disturb


def sound_of(name):
    """The pieces of a line's sound, one after the other."""

    def make(length, random):
        generator = pure_random.Random(int(random.integers(1 << 30)))
        pieces = [getattr(line_sounds, name)(generator) for _ in range(-(-length // line_sounds.SAMPLES))]
        return numpy.concatenate([numpy.array(piece) for piece in pieces])[:length]

    return make


def echo(source, delay_s, below_db, random):
    """What a mobile's loudspeaker gives back to its microphone: later, weaker, without the lows, blurred by the room."""
    spectrum = numpy.fft.rfft(source, 2 * len(source))
    frequency = numpy.fft.rfftfreq(2 * len(source), 1 / RATE_HZ)
    room = random.standard_normal(480) * numpy.exp(-numpy.arange(480) / 80)
    room[0] += 4
    spectrum *= numpy.fft.rfft(room, 2 * len(source)) * ((frequency > 400) & (frequency < 3_000))
    back = numpy.fft.irfft(spectrum)[: len(source)]
    back *= level(source) / level(back) * 10 ** (-below_db / 20)
    delay = int(delay_s * RATE_HZ)
    return numpy.concatenate([numpy.zeros(delay), back])[: len(source)]


def echoed(onto, delay_s, below_db):
    def disturb(channels, _loud, random):
        disturbed = channels.copy()
        disturbed[onto] += echo(channels[1 - onto], delay_s, below_db, random)
        return disturbed

    return disturb


def alone(sound, level_dbfs):
    def make(random):
        signal = sound(ALONE_S * RATE_HZ, random)
        heard = signal[numpy.abs(signal) > 1e-4 * numpy.abs(signal).max()]
        return signal / level(heard) * 10 ** (level_dbfs / 20) + random.standard_normal(len(signal)) * 3e-4

    return make


def kinds():
    found = {}
    for colour in ("white", "pink", "brown"):
        for below_db in (15, 20, 25, 30, 35):
            found[f"comfort_{colour}_{below_db}"] = comfort_noise(colour, below_db, (0,))
        found[f"comfort_{colour}_25_both"] = comfort_noise(colour, 25, (0, 1))
    for below_db in (0, 10):
        found[f"dtmf_{below_db}"] = added(sound_of("keys"), 1, below_db)
        found[f"fax_{below_db}"] = added(sound_of("fax"), 1, below_db)
        found[f"modem_{below_db}"] = added(sound_of("modem"), 1, below_db)
        found[f"keyboard_{below_db}"] = added(sound_of("keyboard"), 0, below_db)
        found[f"clicks_{below_db}"] = added(sound_of("clicks"), 0, below_db - 15)
    for delay_s in (0.1, 0.2, 0.3):
        for below_db in (20, 27, 35):
            found[f"echo_{int(1000 * delay_s)}_{below_db}"] = echoed(1, delay_s, below_db)
    return found


SOLO = {f"alone_{name}": sound_of(name) for name in ("keys", "fax", "modem", "keyboard", "clicks", "comfort_noise")}


def run(etalon, inputs, out, options):
    command = [etalon, "run", inputs, "--out", out, "--no-asr", "--no-progress", *options]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    calls = [json.loads(path.read_text()) for path in sorted(Path(out).glob("calls/*/*.json"))]
    return {Path(call["call"]["source"]).stem: call for call in calls}


def marks(call, role):
    frames = numpy.zeros(int(call["audio"]["duration_s"] * 100) + 2, bool)
    for start, end in call["activity"].get(role, []):
        frames[round(100 * start) : round(100 * end)] = True
    return frames


def widened(frames):
    return numpy.convolve(frames, numpy.ones(2 * SLACK_FRAMES + 1), "same") > 0.5


def compared(clean, disturbed):
    false = lost = said = 0
    for role in ("agent", "client"):
        one, two = marks(clean, role), marks(disturbed, role)
        size = min(len(one), len(two))
        one, two = one[:size], two[:size]
        false += int((two & ~widened(one)).sum())
        lost += int((one & ~widened(two)).sum())
        said += int(one.sum())
    return numpy.array([false, lost, said]) / 100


def interruptions(call):
    return sum(call["metrics"]["interruptions"].values())


def main():
    etalon, folder, wanted = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    is_wanted = lambda kind: not wanted or any(kind.startswith(one) for one in wanted)
    calls, names = load(folder), stereo_names(folder)
    made = {kind: disturb for kind, disturb in kinds().items() if is_wanted(kind)}
    with tempfile.TemporaryDirectory() as temporary:
        inputs = Path(temporary) / "in"
        for kind, disturb in {"clean": lambda channels, *_: channels, **made}.items():
            (inputs / kind).mkdir(parents=True)
            for index, (channels, rate, truths) in enumerate(calls):
                channels = channels / 32_768
                loud = [level(numpy.concatenate(speech(channels[leg], rate, truths[leg]))) for leg in range(2)]
                random = numpy.random.default_rng(index)
                write(inputs / kind / f"{kind}-{names[index]}.wav", disturb(channels, loud, random), rate)
        found = run(etalon, inputs, Path(temporary) / "out", ["--layout", "agent_left"])
        print(f"{'kind':<24}{'false %':>9}{'lost %':>9}{'most false s':>14}{'interruptions':>16}  defects")
        for kind in made:
            pairs = [(found[f"clean-{name}"], found[f"{kind}-{name}"]) for name in names]
            each = numpy.array([compared(*pair) for pair in pairs])
            false, lost, said = each.sum(axis=0)
            before, after = (sum(interruptions(pair[which]) for pair in pairs) for which in range(2))
            print(f"{kind:<24}{100 * false / said:>9.2f}{100 * lost / said:>9.2f}{each[:, 0].max():>14.2f}"
                  f"{before:>10} → {after:<3}  {named(pairs)}")
        solo = {kind: sound for kind, sound in SOLO.items() if is_wanted(kind)}
        if not solo:
            return
        inputs = Path(temporary) / "alone"
        inputs.mkdir()
        for kind, sound in solo.items():
            for level_dbfs in (-35, -25, -15):
                signal = alone(sound, level_dbfs)(numpy.random.default_rng(-level_dbfs))
                write(inputs / f"{kind}{level_dbfs}.wav", signal[None, :], RATE_HZ)
        found = run(etalon, inputs, Path(temporary) / "alone-out", [])
        for name, call in found.items():
            talk_s = sum(end - start for regions in call["activity"].values() for start, end in regions)
            kinds_found = [defect["kind"] for defect in call["audio"]["defects"]]
            print(f"{name:<24}{talk_s:>8.2f} s of speech, score {call['evaluation']['score']}  {', '.join(kinds_found)}")


def named(pairs):
    counts = {}
    for clean, disturbed in pairs:
        known = {defect["kind"] for defect in clean["audio"]["defects"]}
        for kind in {defect["kind"] for defect in disturbed["audio"]["defects"]} - known:
            counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(f"{kind} {count}/{len(pairs)}" for kind, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
