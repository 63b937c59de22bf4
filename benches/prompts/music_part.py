"""Part `music`: hold music that is taken for speech."""

import line
import prompts
import results
from frames import FRAMES_A_SECOND, marks
from make_calls import write
from silero_peer import DETECTORS

LINES = {
    "as it comes": lambda tune: tune,
    "10 dB quieter": lambda tune: tune * 10 ** (-10 / 20),
    "telephone band, µ-law": lambda tune: line.mu_law(line.band_limited(tune)),
    "telephone band, µ-law, 10 dB quieter": lambda tune: line.mu_law(line.band_limited(tune) * 10 ** (-10 / 20)),
}


def measure(options, roots):
    tunes = {path.stem: prompts.samples(path) for path in prompts.music(roots)}
    rows, files = [], []
    for number, (condition, treat) in enumerate(LINES.items()):
        treated = {name: treat(tune) for name, tune in tunes.items()}
        taken = by_detector(options, number, treated)
        lengths = {name: len(tune) / prompts.RATE_HZ for name, tune in tunes.items()}
        for name, length_s in lengths.items():
            files += [[condition, name, f"{length_s:.1f}", detector, f"{spent[name]:.2f}"] for detector, spent in taken.items()]
            rows.append([f"{name}, {condition}", f"{length_s:.0f}", *shares(taken, [name], length_s)])
        rows.append([f"**all, {condition}**", f"{sum(lengths.values()):.0f}", *shares(taken, lengths, sum(lengths.values()))])
    results.write_csv(options.out / "music.csv", ["condition", "tune", "length_s", "detector", "speech_s"], files)
    return results.markdown(["hold music", "s", *taken], rows)


def by_detector(options, number, tunes):
    """Seconds of speech by detector and tune."""
    folder = options.out / "music" / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    for name, tune in tunes.items():
        write(folder / f"{name}.wav", [tune])
    found = {}
    for name, program in options.etalon:
        documents = results.run(program, [folder], options.out / "results" / "music", "en", "--no-asr")
        found[name] = {tune: spoken_s(results.activity(documents[tune]), tunes[tune]) for tune in tunes}
    for name, detect in (DETECTORS if "silero" in options.peers else {}).items():
        found[name] = {tune: spoken_s(detect(signal), signal) for tune, signal in tunes.items()}
    return found


def spoken_s(spans, signal):
    return marks(spans, len(signal) * FRAMES_A_SECOND // prompts.RATE_HZ).sum() / FRAMES_A_SECOND


def shares(taken, names, length_s):
    return [results.percent(sum(spent[name] for name in names) / length_s, 2) for spent in taken.values()]
