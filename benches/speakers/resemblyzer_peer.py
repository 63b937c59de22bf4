"""Resemblyzer's voices, clustered as its users do.

    resemblyzer_peer.py FOLDER

Resemblyzer is a network only. Every region of speech is listened to alone, four windows of 1.6 s each second, a shorter region
repeated until it fills a window; each moment belongs to the window whose middle is nearest. That is kinder than its
demonstrations, which join all speech and take 16 windows a second: on the samples they err twice as much.
The windows are clustered by `spectralcluster`, written by the authors of the method for such networks, with the settings of
their paper (it finds two to seven speakers), and by average linkage on cosine distance. `given`: the true number of speakers is
given. `own_speech`: in the speech that Resemblyzer's `preprocess_wav` leaves (WebRTC mode 3), not in etalon's.
"""

import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import numpy
import torch
from resemblyzer import VoiceEncoder, audio
from shared import RATE, Recording, Stopwatch, answer, recordings
from sklearn.cluster import AgglomerativeClustering
from spectralcluster import SpectralClusterer, configs

WINDOWS_PER_SECOND = 4
WINDOW = RATE * 8 // 5
BLOCK = RATE * 30 // 1000
"""What `trim_long_silences` decides over."""


def spectral(voices):
    return configs.icassp2018_clusterer.predict(voices)


def spectral_given(voices, speakers):
    refinement = configs.icassp2018_refinement_options
    return SpectralClusterer(min_clusters=speakers, max_clusters=speakers, refinement_options=refinement).predict(voices)


def linkage_given(voices, speakers):
    return AgglomerativeClustering(speakers, metric="cosine", linkage="average").fit_predict(voices)


def own_speech(samples):
    """The spans that Resemblyzer's trimming leaves, seconds: it gives the samples alone."""
    kept = audio.trim_long_silences(samples)
    spans, taken = [], 0
    for start in range(0, len(samples) - BLOCK + 1, BLOCK):
        if numpy.array_equal(samples[start : start + BLOCK], kept[taken : taken + BLOCK]):
            taken += BLOCK
            span = (start / RATE, (start + BLOCK) / RATE)
            if spans and spans[-1][1] == span[0]:
                spans[-1] = (spans[-1][0], span[1])
            else:
                spans.append(span)
    return spans


def embedded(encoder, samples, spans):
    """The windows' voices, and the middle of each, seconds."""
    voices, middles_s = [], []
    for start, end in spans:
        region = samples[round(start * RATE) : round(end * RATE)]
        is_short = len(region) < WINDOW
        heard = numpy.resize(region, WINDOW) if is_short else region
        if heard.any():
            heard = audio.normalize_volume(heard, audio.audio_norm_target_dBFS, increase_only=True)
        _, own, windows = encoder.embed_utterance(heard, return_partials=True, rate=WINDOWS_PER_SECOND)
        voices.extend(own)
        middles = [start + (window.start + window.stop) / 2 / RATE for window in windows]
        middles_s.extend([(start + end) / 2] * len(own) if is_short else middles)
    return numpy.array(voices), numpy.array(middles_s)


def segments(spans, middles_s, labels):
    """Every stretch of speech with the label of the window whose middle is nearest."""
    found = []
    cuts_s = (middles_s[1:] + middles_s[:-1]) / 2
    for start, end in spans:
        times_s = [start, *cuts_s[(start < cuts_s) & (cuts_s < end)], end]
        for first, last in zip(times_s, times_s[1:]):
            nearest = numpy.abs(middles_s - (first + last) / 2).argmin()
            found.append((first, last, f"voice_{labels[nearest] + 1}"))
    return found


SYSTEMS = [
    ("resemblyzer_spectral", Recording.speech, lambda voices, _: spectral(voices)),
    ("resemblyzer_spectral_given", Recording.speech, spectral_given),
    ("resemblyzer_linkage_given", Recording.speech, linkage_given),
    ("resemblyzer_spectral_given_own_speech", lambda recording: own_speech(recording.samples), spectral_given),
]


def tell_apart(encoder, recording, speech, cluster):
    spans = speech(recording)
    voices, middles_s = embedded(encoder, recording.samples, spans)
    return segments(spans, middles_s, cluster(voices, recording.true_speakers()))


def main():
    torch.set_num_threads(1)
    encoder = VoiceEncoder("cpu", verbose=False)
    given = recordings(Path(sys.argv[1]))
    tell_apart(encoder, given[0], *SYSTEMS[0][1:])  # what is loaded and compiled once is not counted
    for recording in given:
        for system, speech, cluster in SYSTEMS:
            watch = Stopwatch()
            found = tell_apart(encoder, recording, speech, cluster)
            answer(recording, system, found, watch.worked_s())


if __name__ == "__main__":
    main()
