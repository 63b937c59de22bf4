"""Writes the dialogues of a style as labelled transcripts, with the verdicts that were assigned to them by hand.

STYLE/verdicts.txt lists, under `# N` for the N-th dialogue, one `rule verdict` a line. Times follow from the length of the
text: there is no recording.
"""

import json
from pathlib import Path

from . import corpus

LETTERS_PER_S, GAP_S = 14.0, 0.6


def write(style: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    verdicts = labelled(corpus.ROOT / style / "verdicts.txt")
    for number, dialogue in enumerate(corpus.dialogues(style), 1):
        if number in verdicts:
            path = folder / f"{style}-{number:02}.truth.json"
            path.write_text(json.dumps(truth(dialogue, verdicts[number]), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def labelled(path: Path) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for line in corpus.lines(path):
        if line.startswith("# "):
            rules = found[int(line[2:])] = {}
        else:
            rule, verdict = line.split()
            rules[rule] = verdict
    return found


def truth(dialogue: corpus.Conversation, rules: dict[str, str]) -> dict:
    turns: list[dict] = []
    events: list[dict] = []
    now_s = GAP_S
    for one in dialogue.sentences:
        side = corpus.SIDES[one.side]
        end_s = round(now_s + max(0.4, len(one.text) / LETTERS_PER_S), 3)
        if turns and turns[-1]["speaker"] == side:
            turns[-1].update(end_s=end_s, text=f"{turns[-1]['text']} {one.text}", speech=[[turns[-1]["start_s"], end_s]])
        else:
            turns.append({"speaker": side, "start_s": now_s, "end_s": end_s, "text": one.text, "speech": [[now_s, end_s]]})
        if "says_farewell" in one.acts:
            events.append({"kind": "farewell", "speaker": side, "start_s": now_s, "end_s": end_s})
        now_s = round(end_s + GAP_S, 3)
    return {"schema": "etalon.truth/1", "layout": "agent_left", "call": {}, "turns": turns, "events": events, "rules": rules}
