"""Part `calls`: the words of made calls, where they stand, and the speech that is found."""

import json
import wave
from dataclasses import replace

import make_calls
import numpy
import results
from frames import FRAMES_A_SECOND, Found, marks
from peers import NAMES
from results import percent
from scoring import Errors, Places, Said
from spelling import words

HEADER = [
    "calls, candidate",
    "words",
    "WER",
    "deleted",
    "inserted",
    "found",
    "in a wrong turn",
    "moved over 1 s",
    "on the wrong side",
    "sides lost",
    "speech P",
    "R",
    "F1",
    "music, s",
    "of it speech, s",
]


def measure(options, roots, peers):
    folder = options.calls_in or options.out / "calls"
    if not options.calls_in:
        make_calls.make(folder, options.seed, options.calls, roots)
    rows, files, moved = [], [], []
    for layout in ("stereo", "mono"):
        calls = load(folder / layout)
        for name, program in options.etalon:
            tally = of_etalon(calls, documents(options, program, calls))
            rows.append(row(f"{layout}, {name}", tally))
            files += [[layout, name, *line] for line in tally.lines]
            moved += [[layout, name, *example] for example in tally.places.examples]
        for peer in peers if layout == "stereo" else []:
            tally = of_peer(calls, peer, options.out / "channels")
            rows.append(row(f"{layout}, {NAMES[peer.kind]}", tally))
            files += [[layout, NAMES[peer.kind], *line] for line in tally.lines]
    header = ["layout", "candidate", "call", "languages", "words", "errors", "deleted", "inserted", "wrong_turn", "moved", "wrong_side"]
    results.write_csv(options.out / "calls.csv", [*header, "music_s", "music_as_speech_s"], files)
    header = ["layout", "candidate", "call", "speaker", "word", "said_from_s", "said_to_s", "word_at_s", "turn"]
    results.write_csv(options.out / "moved.csv", header, moved)
    return results.markdown(HEADER, rows)


class Made:
    """A call with its truth."""

    def __init__(self, path):
        self.truth = json.loads(path.with_suffix(".truth.json").read_text())
        self.path, self.name = path, path.stem
        self.languages = self.truth["language"].split("+")
        self.sides = {} if self.truth["layout"] == "mono" else {"agent": 0, "client": 1}

    def said(self, side=None):
        """Words in order of time."""
        found = []
        for one in self.truth["utterances"]:
            if side in (None, one["speaker"]):
                for word in words(one["text"], one["language"]):
                    found.append(Said(word, one["start_s"], one["end_s"], one["speaker"]))
        return found

    def language(self, side):
        return next(one["language"] for one in self.truth["utterances"] if one["speaker"] == side)

    def speech(self, side=None):
        return [span for one in self.truth["utterances"] if side in (None, one["speaker"]) for span in one["speech"]]

    def music(self, side=None):
        return [(one["start_s"], one["end_s"]) for one in self.truth["music"] if side in (None, one["speaker"])]


class Tally:
    """Sums over calls, and a line for each."""

    def __init__(self):
        self.errors, self.places, self.lines = Errors(), Places(), []
        self.speech = Found()
        self.music_s = self.music_as_speech_s = 0.0

    def add_speech(self, call, side, found):
        length = int(call.truth["audio"]["duration_s"] * FRAMES_A_SECOND)
        true, now = marks(call.speech(side), length), marks(found, length)
        self.speech.add(true, now)
        music = marks(call.music(side), length) & ~true
        self.music_s += music.sum() / FRAMES_A_SECOND
        self.music_as_speech_s += (music & now).sum() / FRAMES_A_SECOND

    def add_line(self, call, before):
        now = self.counts()
        self.lines.append([call.name, "+".join(call.languages), *(round(a - b, 2) for a, b in zip(now, before))])

    def counts(self):
        errors, places = self.errors, self.places
        wrong = errors.substitutions + errors.deletions + errors.insertions
        moves = (places.wrong_turn, places.moved, places.wrong_side)
        return errors.words, wrong, errors.deletions, errors.insertions, *moves, self.music_s, self.music_as_speech_s


def load(folder):
    return [Made(path) for path in sorted(folder.glob("*.wav"))]


def documents(options, program, calls):
    """Those of all calls; calls of the same languages are listened to together."""
    found = {}
    for languages in sorted({tuple(call.languages) for call in calls}):
        together = [call for call in calls if tuple(call.languages) == languages]
        out = options.out / "results" / "-".join(["calls", *languages])
        layout = ["--layout", together[0].truth["layout"]]
        found |= results.run(program, [call.path for call in together], out, ",".join(languages), *layout)
    return found


def of_etalon(calls, found):
    tally = Tally()
    for call in calls:
        before, document = tally.counts(), found[call.name]
        heard = results.heard(document, call.languages)
        if call.sides:
            for side in call.sides:
                own, said = [word for word in heard if word.speaker == side], call.said(side)
                tally.errors.add([word.word for word in said], [word.word for word in own])
                tally.places.add(said, own, call.name)
                tally.add_speech(call, side, results.activity(document, side))
            tally.places.wrong_side += strangers(call, heard)
        else:
            said, heard = call.said(), with_likelier_sides(call.said(), heard)
            tally.errors.add([word.word for word in said], [word.word for word in heard])
            tally.places.add(said, heard, call.name)
            tally.add_speech(call, None, results.activity(document))
        tally.add_line(call, before)
    return tally


def strangers(call, heard):
    """Words on one channel that only the other side said at that time."""
    said, found = call.said(), 0
    for word in heard:
        near = [one for one in said if one.start_s - 1 <= word.start_s and word.end_s <= one.end_s + 1 and one.word == word.word]
        found += bool(near) and all(one.speaker != word.speaker for one in near)
    return found


def with_likelier_sides(said, heard):
    """On one channel, which voice is called the agent is not measured here: the better of both ways."""
    other = {"agent": "client", "client": "agent"}
    swapped = [replace(word, speaker=other.get(word.speaker, word.speaker)) for word in heard]
    return min((heard, swapped), key=lambda words: wrong_sides(said, words))


def wrong_sides(said, heard):
    places = Places()
    places.add(said, heard)
    return places.wrong_side


def of_peer(calls, peer, folder):
    """Each channel by itself, which is how a peer can be used on two sides."""
    folder.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    for call in calls:
        before = tally.counts()
        for side, channel in call.sides.items():
            path = folder / f"{call.name}-{side}.wav"
            with wave.open(str(call.path)) as file:
                data = numpy.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
            make_calls.write(path, [data[:, channel] / 32_767])
            language = call.language(side)
            [text] = peer.texts([path], language)
            tally.errors.add([word.word for word in call.said(side)], words(text, language))
        tally.add_line(call, before)
    return tally


def row(name, tally):
    errors, places = tally.errors, tally.places
    cells = [name, errors.words, percent(errors.rate), errors.deletions, errors.insertions]
    if not places.said:
        return [*cells, "–", "–", "–", "–", errors.lost, "–", "–", "–", "–", "–"]
    cells += [places.found, places.wrong_turn, places.moved, places.wrong_side, errors.lost]
    return [*cells, *tally.speech.cells(), f"{tally.music_s:.0f}", f"{tally.music_as_speech_s:.1f}"]
