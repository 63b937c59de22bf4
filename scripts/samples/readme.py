"""The README of the samples: its prose stands in `README.template.md`, its tables come from the scenarios."""

import textwrap
from pathlib import Path

from .scenario import Scenario

COLUMNS = 98
TEMPLATE = Path(__file__).with_name("README.template.md")


def readme_text(scenarios: list[Scenario], truths: list[dict], sizes: list[int]) -> str:
    """The whole README, from what was really made."""
    calls = _calls_table(scenarios, truths, sizes)
    verdicts = _verdicts_table(scenarios)
    template = TEMPLATE.read_text(encoding="utf-8")
    return template.replace("{calls}", calls).replace("{verdicts}", verdicts).replace("{events}", _events(truths))


def _calls_table(scenarios: list[Scenario], truths: list[dict], sizes: list[int]) -> str:
    rows = ["| call | seconds | bytes | layout, codec | what is in it |", "| --- | --- | --- | --- | --- |"]
    for scenario, content, size in zip(scenarios, truths, sizes, strict=True):
        duration_s = content["audio"]["duration_s"]
        features = ", ".join(scenario.features)
        rows.append(
            f"| `{scenario.name}` | {duration_s:.1f} | {size:,} | {scenario.layout}, {scenario.codec} "
            f"| {scenario.title}: {features} |"
        )
    rows.append(f"| all | {sum(t['audio']['duration_s'] for t in truths):.1f} | {sum(sizes):,} | | |")
    return "\n".join(rows)


def _verdicts_table(scenarios: list[Scenario]) -> str:
    rules = sorted({rule for scenario in scenarios for rule in scenario.rules})
    rows = ["| rule | pass | fail | na |", "| --- | --- | --- | --- |"]
    for rule in rules:
        cells = [_calls_with(scenarios, rule, verdict) for verdict in ("pass", "fail", "na")]
        rows.append(f"| `{rule}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def _calls_with(scenarios: list[Scenario], rule: str, verdict: str) -> str:
    return " ".join(scenario.name[:2] for scenario in scenarios if scenario.rules.get(rule) == verdict)


def _events(truths: list[dict]) -> str:
    counts: dict[str, int] = {}
    for event in (event for content in truths for event in content["events"]):
        kind = f"{event['kind']} / {event['class']}" if "class" in event else event["kind"]
        counts[kind] = counts.get(kind, 0) + 1
    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    return textwrap.fill(f"Events in the truth: {listed}.", COLUMNS)
