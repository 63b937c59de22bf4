"""Recordings of people with one, two, three and five speakers, made of clips that Debian packages bring.

    people.py FOLDER UNPACKED [SEED]

Prompts of eight recordings for telephone systems (seven people: one speaks English and Spanish) and the dialogues of a game that
two actors speak in Czech and two in Dutch. Every speaker gets a telephone of his own (band, slope, level), a recording a floor of
noise and, mostly, the steps of mu-law. FOLDER gets `tuned/` and `apart/`, of different people, and in each of them the sets of
`SETS`, as NAME.wav (8 kHz) and NAME.rttm. What etalon counts speakers by was chosen on `tuned/`; `apart/` is for looking.
"""

import re
import sys
from math import gcd
from pathlib import Path

import numpy
import soundfile
from scipy.signal import butter, resample_poly, sosfilt

sys.path.append(str(Path(__file__).resolve().parent.parent))
from debian import unpack

RATE = 8_000
PEOPLE = {
    "tuned": {
        "en": ("asterisk-core-sounds-en-wav", "asterisk/sounds/en_US_f_Allison/**/*.wav"),
        "es": ("asterisk-core-sounds-es-wav", "asterisk/sounds/es_MX_f_Allison/**/*.wav"),
        "it": ("asterisk-core-sounds-it-wav", "asterisk/sounds/it_IT_m_Carlo/**/*.wav"),
        "es_co": ("asterisk-prompt-es-co", "asterisk/sounds/es/**/*.gsm"),
        "cs_small": ("fillets-ng-data-cs", "games/fillets-ng/sound/*/cs/*-m-*.ogg"),
        "cs_big": ("fillets-ng-data-cs", "games/fillets-ng/sound/*/cs/*-v-*.ogg"),
    },
    "apart": {
        "ru": ("asterisk-core-sounds-ru-wav", "asterisk/sounds/ru_RU_f_IvrvoiceRU/**/*.wav"),
        "fr": ("asterisk-core-sounds-fr-wav", "asterisk/sounds/fr_CA_f_June/**/*.wav"),
        "fr_armelle": ("asterisk-prompt-fr-armelle", "asterisk/sounds/fr/**/*.gsm"),
        "it_menardi": ("asterisk-prompt-it-menardi-wav", "asterisk/sounds/it_IT_f_Menardi/**/*.wav"),
        "nl_small": ("fillets-ng-data-nl", "games/fillets-ng/sound/*/nl/*-m-*.ogg"),
        "nl_big": ("fillets-ng-data-nl", "games/fillets-ng/sound/*/nl/*-v-*.ogg"),
    },
}
ONE_PERSON = {"en", "es"}
NO_SPEECH = re.compile("silence|beep|tone")
CLIP_S = (0.35, 14.0)
LEVEL_DBFS = -24.0
LENGTHS_S = (6, 12, 30, 80)


def clips(package, pattern, unpacked):
    """The clips of a person at one level, without the silence around them."""
    paths = sorted(path for path in (unpack(package, unpacked / package) / "usr/share").glob(pattern) if not NO_SPEECH.search(path.name))
    found = [trimmed(samples(path)) for path in paths if path.is_file()]
    return [clip for clip in found if CLIP_S[0] * RATE <= len(clip) <= CLIP_S[1] * RATE]


def samples(path):
    as_gsm = {"format": "RAW", "subtype": "GSM610", "samplerate": RATE, "channels": 1} if path.suffix == ".gsm" else {}
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True, **as_gsm)
    common = gcd(rate, RATE)
    return resample_poly(sound.mean(axis=1), RATE // common, rate // common).astype(numpy.float32)


def trimmed(sound):
    frames = (sound[: len(sound) // 160 * 160].reshape(-1, 160).astype(float) ** 2).mean(axis=1)
    if len(frames) < 5 or frames.max() < 1e-7:
        return sound[:0]
    heard = numpy.flatnonzero(frames > frames.max() * 10**-3.5)
    level = numpy.sqrt(frames[frames > frames.max() / 100].mean())
    cut = sound[max(0, heard[0] * 160 - 400) : (heard[-1] + 1) * 160 + 400]
    return (cut * 10 ** (LEVEL_DBFS / 20) / level).astype(numpy.float32)


class Telephone:
    """The band, the slope and the level of one line."""

    def __init__(self, random):
        band = numpy.array([random.uniform(150, 350), random.uniform(3_000, 3_800)]) / (RATE / 2)
        self.band = butter(2, band, "bandpass", output="sos")
        self.slope, self.gain = random.uniform(-0.35, 0.35), 10 ** (random.uniform(-8, 4) / 20)

    def carries(self, sound):
        heard = sosfilt(self.band, sound)
        return self.gain * (heard + self.slope * numpy.concatenate([[0.0], heard[:-1]]))


class Recording:
    def __init__(self, random):
        self.random, self.parts, self.spans, self.at = random, [], [], 0

    def turn(self, who, supply, length_s, pause_s, changed):
        """Clips of somebody until so much was said; what was said, seconds."""
        self.silence(pause_s)
        said = 0
        while said < length_s * RATE:
            clip = next(supply)
            self.spans.append((self.at / RATE + 0.05, (self.at + len(clip)) / RATE - 0.05, who))
            self.parts.append(changed(clip))
            self.at += len(clip)
            said += len(clip)
            self.silence(self.random.uniform(0.12, 0.6))
        return said / RATE

    def silence(self, length_s):
        self.parts.append(numpy.zeros(int(length_s * RATE)))
        self.at += int(length_s * RATE)

    def write(self, folder, name):
        folder.mkdir(parents=True, exist_ok=True)
        sound = numpy.concatenate(self.parts)
        sound = sound + 10 ** (self.random.uniform(-72, -50) / 20) * self.random.standard_normal(len(sound))
        sound = mu_law(sound) if self.random.random() < 0.7 else numpy.clip(sound, -1, 1)
        soundfile.write(folder / f"{name}.wav", sound, RATE, subtype="PCM_16")
        lines = (f"SPEAKER {name} 1 {start:.3f} {end - start:.3f} <NA> <NA> {who} <NA> <NA>\n" for start, end, who in self.spans)
        (folder / f"{name}.rttm").write_text("".join(lines))


def mu_law(sound):
    sound = numpy.clip(sound, -1, 1)
    steps = numpy.round(127 * numpy.log1p(255 * abs(sound)) / numpy.log(256)) / 127
    return numpy.sign(sound) * (256**steps - 1) / 255


def supply(own, random):
    while True:
        for place in random.permutation(len(own)):
            yield own[place]


def one(own, who, length_s, pause_s, random, handsets=1, gains_db=(0.0,)):
    recording, telephones, clips_left, said_s = Recording(random), [Telephone(random) for _ in range(handsets)], supply(own, random), 0.0
    for telephone in telephones[1:]:
        telephone.gain = telephones[0].gain
    while said_s < length_s:
        telephone = telephones[min(handsets - 1, int(handsets * said_s / length_s))]
        gain = 10 ** (random.choice(gains_db) / 20)
        turn_s = random.uniform(1, min(8, length_s))
        said_s += recording.turn(who, clips_left, turn_s, random.uniform(*pause_s), lambda clip: gain * telephone.carries(clip))
    return recording


def several(people, length_s, random, share=1.0):
    """People in turns; `share` shortens the turns of all but the first."""
    recording, names, said_s, turns, now = Recording(random), list(people), 0.0, 0, 0
    telephones = {who: Telephone(random) for who in names}
    clips_left = {who: supply(own, random) for who, own in people.items()}
    while said_s < length_s or turns < 2 * len(names):
        who = names[now]
        turn_s = random.uniform(0.8, 7) * (share if now else 1.0)
        said_s += recording.turn(who, clips_left[who], turn_s, random.uniform(0.15, 1.3), telephones[who].carries)
        turns += 1
        others = [place for place in range(len(names)) if place != now]
        now = turns if turns < len(names) else int(random.choice(others))
    return recording


def write_all(folder, people, random):
    for who, own in people.items():
        there_is_s = sum(map(len, own)) / RATE
        for length_s in LENGTHS_S:
            for number, pause_s in enumerate([(0.3, 2), (0.5, 8), (0.5, 8)]):
                one(own, who, min(length_s, there_is_s), pause_s, random).write(folder / "one", f"{who}_{length_s}_{number}")
        for length_s in (15, 30, 50):
            one(own, who, length_s, (0.3, 2), random, gains_db=(-18, -9, 0)).write(folder / "one_loud_and_quiet", f"{who}_{length_s}")
            one(own, who, length_s, (0.3, 2), random, handsets=2).write(folder / "one_on_two_handsets", f"{who}_{length_s}")
    names = list(people)
    pairs = [{one, two} for place, one in enumerate(names) for two in names[place + 1 :] if {one, two} != ONE_PERSON]
    for number, pair in enumerate(pair for pair in pairs for _ in range(2)):
        chosen = chosen_people(people, sorted(pair), random)
        length_s = (8, 15, 30, 80)[number % 4]
        name = f"{number}_{'+'.join(chosen)}_{length_s}"
        several(chosen, length_s, random).write(folder / "two", name)
        several(chosen, max(length_s, 15), random, 0.3).write(folder / "two_uneven", name)
    different = [who for who in names if who != "es"]
    for number in range(16):
        for count, lengths_s in ((3, (30, 60, 120)), (5, (60, 120))):
            chosen = chosen_people(people, different, random, count)
            name = f"{number}_{'+'.join(chosen)}"
            several(chosen, lengths_s[number % len(lengths_s)], random).write(folder / ("three" if count == 3 else "five"), name)


def chosen_people(people, names, random, count=None):
    return {names[place]: people[names[place]] for place in random.permutation(len(names))[:count]}


def main():
    folder, unpacked = map(Path, sys.argv[1:3])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    for number, (part, people) in enumerate(PEOPLE.items()):
        found = {who: clips(package, pattern, unpacked) for who, (package, pattern) in people.items()}
        write_all(folder / part, found, numpy.random.default_rng([seed, number]))
        print(part, ", ".join(f"{who} {sum(map(len, own)) / RATE:.0f} s" for who, own in found.items()), flush=True)


if __name__ == "__main__":
    main()
