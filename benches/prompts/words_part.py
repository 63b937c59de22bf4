"""Part `words`: every prompt by itself, and labelled clips of others."""

import csv
import shutil
from hashlib import sha256

import prompts
import results
from peers import NAMES
from results import percent
from scoring import Errors, is_repeated
from spelling import words

HEADER = ["language, candidate", "files", "words", "WER", "substituted", "deleted", "inserted", "lost", "written twice"]


def measure(options, roots, peers):
    """Tables of all prompts and of those of one or two words."""
    rows, short_rows, files = [], [], []
    for language in options.languages:
        chosen = fewer(prompts.readings(language, roots), options.prompts)
        clips = [(prompt.label, prompt.path, prompt.text) for prompt in chosen]
        heard = listen(options, language, clips, peers)
        few = [clip for clip in clips if len(words(clip[2], language)) <= 2]
        rows += table(language, clips, heard)
        short_rows += table(language, few, heard)
        files += listed(language, clips, heard)
    write(options, "words.csv", files)
    return results.markdown(HEADER, rows) + "\nOf these, the prompts of one or two words:\n\n" + results.markdown(HEADER, short_rows)


def measure_clips(options, peers):
    """Clips that others have labelled: a table of tabs with the columns file, transcript and perhaps language."""
    by_language = {}
    with options.clips.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            # A transcript in brackets was made by a model.
            if row.get("transcript") and not row["transcript"].startswith("["):
                path = options.clips.parent / row["file"]
                clip = (row["file"].replace("/", "-").rpartition(".")[0], path, row["transcript"])
                by_language.setdefault(row.get("language") or "ru", []).append(clip)
    rows, files = [], []
    for language, clips in sorted(by_language.items()):
        heard = listen(options, language, clips, peers)
        rows += table(language, clips, heard)
        files += listed(language, clips, heard)
    write(options, "clips.csv", files)
    return results.markdown(HEADER, rows)


def fewer(found, most):
    """An even choice that does not depend on the order: those whose names have the smallest hashes; 0 for all."""
    chosen = sorted(found, key=lambda prompt: sha256(prompt.label.encode()).digest())[: most or None]
    return sorted(chosen, key=lambda prompt: prompt.name)


def listen(options, language, clips, peers):
    """The text of every clip by candidate."""
    folder = options.out / "clips" / language
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for label, path, _ in clips:
        shutil.copy(path, folder / f"{label}{path.suffix}")
    found = {}
    for name, program in options.etalon:
        documents = results.run(program, [folder], options.out / "results" / f"words-{language}", language)
        found[name] = {label: results.text(documents[label]) for label, _, _ in clips if label in documents}
    for peer in peers:
        texts = peer.texts([path for _, path, _ in clips], language)
        found[NAMES[peer.kind]] = {label: text for (label, _, _), text in zip(clips, texts)}
    return found


def table(language, clips, heard):
    rows = []
    for name, texts in heard.items():
        errors = Errors()
        for label, _, said in clips:
            errors.add(words(said, language), words(texts.get(label, ""), language))
        counts = (errors.substitutions, errors.deletions, errors.insertions, errors.lost, errors.repeated)
        rows.append([f"{language}, {name}", errors.files, errors.words, percent(errors.rate), *counts])
    return rows


def listed(language, clips, heard):
    rows = []
    for label, _, said in clips:
        for name, texts in heard.items():
            text, errors = texts.get(label, ""), Errors()
            errors.add(words(said, language), words(text, language))
            wrong = errors.substitutions + errors.deletions + errors.insertions
            twice = is_repeated(words(said, language), words(text, language))
            rows.append([language, label, name, errors.words, wrong, int(twice), said, text])
    return rows


def write(options, name, rows):
    header = ["language", "file", "candidate", "words", "errors", "written_twice", "said", "heard"]
    results.write_csv(options.out / name, header, rows)
