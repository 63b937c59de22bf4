"""Part `activity`: speech found in prompts with noise behind them.

A recording holds a minute of prompts of one voice with pauses between; truth is the energy of the clean prompts.
"""

import line
import numpy
import prompts
import results
from frames import FRAMES_A_SECOND, Found, marks
from make_calls import write
from silero_peer import DETECTORS

LENGTH_S = 60.0
PAUSE_S = (0.5, 3.0)
LEVEL_DBFS = -26.0
FLOOR_DBFS = -75.0
EXPONENTS = {"white": 0.0, "pink": 0.5, "brown": 1.0}
SNRS_DB = (20, 10, 5)
VOICES = 6
HEADER = ["noise", "detector", "precision", "recall", "F1"]


def measure(options, roots):
    readings = {language: prompts.readings(language, roots) for language in options.languages}
    clean = {language: monologue(found, numpy.random.default_rng([options.seed, len(found)])) for language, found in readings.items()}
    rows, files = [], []
    for condition, add_noise in conditions(clean):
        made = {}
        for number, (language, (signal, spans)) in enumerate(clean.items()):
            made[language] = (add_noise(language, signal, spans, numpy.random.default_rng([options.seed, 1, number])), spans)
        for detector, found in by_detector(options, condition, made).items():
            rows.append([condition, detector, *total(made, found).cells()])
            files += [[condition, language, detector, *total({language: made[language]}, found).cells()] for language in made]
    results.write_csv(options.out / "activity.csv", ["noise", "language", "detector", "precision", "recall", "f1"], files)
    return results.markdown(HEADER, rows)


def monologue(readings, random):
    """Prompts in a random order with pauses, and when exactly somebody speaks."""
    parts, spans, at_s = [numpy.zeros(prompts.RATE_HZ)], [], 1.0
    for index in random.permutation(len(readings)):
        if at_s > LENGTH_S:
            break
        signal = prompts.samples(readings[index].path)
        found = prompts.speech_spans(signal)
        first_s, last_s = found[0][0], found[-1][1]
        speech = line.at_level(signal[round(first_s * prompts.RATE_HZ) : round(last_s * prompts.RATE_HZ)], LEVEL_DBFS)
        pause = numpy.zeros(round(random.uniform(*PAUSE_S) * FRAMES_A_SECOND) * prompts.RATE_HZ // FRAMES_A_SECOND)
        spans += [(at_s + start_s - first_s, at_s + end_s - first_s) for start_s, end_s in found]
        parts += [speech, pause]
        at_s += (len(speech) + len(pause)) / prompts.RATE_HZ
    return numpy.concatenate(parts), spans


def conditions(clean):
    """Names of conditions and how each changes a recording."""
    yield "none", lambda _language, signal, _spans, random: signal + line.noise(len(signal), 0.5, random) * 10 ** (FLOOR_DBFS / 20)
    for kind in (*EXPONENTS, "voices"):
        for snr_db in SNRS_DB:
            yield f"{kind}, {snr_db} dB", lambda *recording, kind=kind, snr_db=snr_db: noisy(*recording, clean, kind, snr_db)


def noisy(language, signal, spans, random, clean, kind, snr_db):
    """With noise so many dB below the mean level of the speech."""
    noise = voices(clean, language, len(signal), random) if kind == "voices" else line.noise(len(signal), EXPONENTS[kind], random)
    speech = signal[marks(spans, len(signal) * FRAMES_A_SECOND // prompts.RATE_HZ).repeat(prompts.RATE_HZ // FRAMES_A_SECOND).nonzero()]
    return signal + line.at_level(noise, line.level_dbfs(speech) - snr_db)


def voices(clean, language, length, random):
    """Six voices at once, each of them a reading in another language without its pauses."""
    others = [one for one in clean if one != language] or list(clean)
    mixed = numpy.zeros(length)
    for number in range(VOICES):
        signal, spans = clean[others[number % len(others)]]
        speech = numpy.concatenate([signal[int(start * prompts.RATE_HZ) : int(end * prompts.RATE_HZ)] for start, end in spans])
        speech = line.shifted(speech, int(random.integers(80, 125)))
        mixed += numpy.roll(numpy.resize(speech, length), int(random.integers(length)))
    return mixed


def by_detector(options, condition, made):
    """Spans by detector and language."""
    folder = options.out / "activity" / condition.replace(", ", "-").replace(" ", "")
    folder.mkdir(parents=True, exist_ok=True)
    for language, (signal, _) in made.items():
        write(folder / f"{language}.wav", [signal])
    found = {}
    for name, program in options.etalon:
        documents = results.run(program, [folder], options.out / "results" / "activity", "en", "--no-asr")
        found[name] = {language: results.activity(documents[language]) for language in made}
    for name, detect in (DETECTORS if "silero" in options.peers else {}).items():
        found[name] = {language: detect(signal) for language, (signal, _) in made.items()}
    return found


def total(made, found):
    sum_of_all = Found()
    for language, (signal, spans) in made.items():
        frames = len(signal) * FRAMES_A_SECOND // prompts.RATE_HZ
        sum_of_all.add(marks(spans, frames), marks(found[language], frames))
    return sum_of_all
