"""Result folders with many calls, made of the calls of a small one."""

import datetime
import hashlib
import json


def stored_calls(folder):
    """The calls of a result folder."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("calls/*/*.json"))]


def id_of(number):
    """The id of a copy."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def multiply(templates, count, folder, first_number=0):
    """Writes so many copies with ids, starts, clients, agents and teams of their own; returns their bytes."""
    start = datetime.datetime.fromisoformat("2026-11-16T09:00:00+05:00")
    # The checksum is that of other bytes.
    rests = [{name: value for name, value in call.items() if name not in ("call", "checksum")} for call in templates]
    rests = [compact(rest).removeprefix("{") for rest in rests]
    for first in range(256):
        (folder / "calls" / f"{first:02x}").mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(first_number, first_number + count):
        id = id_of(number)
        facts = compact(
            templates[number % len(templates)]["call"]
            | {
                "id": id,
                "source": f"2026-11-{16 + number % 12}/call-{number:06}.wav",
                "started_at": (start + datetime.timedelta(seconds=20 * number)).isoformat(),
                "client_ref": f"d-{number // 3}",
                "agent_id": f"a{number % 200}",
                "team": f"team {number % 12}",
            }
        )
        document = with_checksum(f'{{"call":{facts},{rests[number % len(rests)]}'.encode())
        (folder / "calls" / id[:2] / f"{id}.json").write_bytes(document)
        size += len(document)
    return size


def with_checksum(document):
    """A call as etalon stores it: without its checksum, every reader would look for one in all of it."""
    return document[:-1] + b',"checksum":"' + hashlib.sha256(document[:-1]).hexdigest().encode() + b'"}\n'


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
