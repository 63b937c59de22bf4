"""Result folders with many calls, made of the calls of a small one."""

import copy
import datetime
import json


def stored_calls(folder):
    """The calls of a result folder."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("calls/*/*.json"))]


def multiply(templates, count, folder):
    """Writes so many copies with ids, starts, clients, agents and teams of their own; returns their bytes."""
    start = datetime.datetime.fromisoformat("2026-11-16T09:00:00+05:00")
    size = 0
    for number in range(count):
        call = copy.deepcopy(templates[number % len(templates)])
        # The checksum is that of other bytes.
        call.pop("checksum", None)
        facts = call["call"]
        facts["id"] = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
        facts["source"] = f"2026-11-{16 + number % 12}/call-{number:06}.wav"
        facts["started_at"] = (start + datetime.timedelta(seconds=20 * number)).isoformat()
        facts["client_ref"] = f"d-{number // 3}"
        facts["agent_id"], facts["team"] = f"a{number % 200}", f"team {number % 12}"
        path = folder / "calls" / facts["id"][:2] / f"{facts['id']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_text(json.dumps(call, ensure_ascii=False, separators=(",", ":")) + "\n")
    return size
