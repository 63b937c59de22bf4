"""How well acts are recognised: calibration, precision and recall, reliability, confusions."""

from collections import Counter

import numpy as np

from . import corpus

POSITIVES_AT_LEAST = 12
"""An act with fewer sentences keeps its logits as they are."""
LARGEST_LOGIT = 12.0
PRIOR, PRIOR_WEIGHT = np.array([1.0, 0.0]), 2.0
"""No change, and how much that weighs."""


def calibration(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Slope and offset of a sigmoid (Platt 1999), by Newton's method with his targets and a weak prior on no change."""
    positive, negative = labels.sum(), len(labels) - labels.sum()
    if positive < POSITIVES_AT_LEAST:
        return 1.0, 0.0
    target = np.where(labels > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))
    x = np.stack([np.clip(logits, -LARGEST_LOGIT, LARGEST_LOGIT), np.ones_like(logits)], 1)
    parameters = PRIOR.copy()
    best = penalised_loss(x, target, parameters)
    for _ in range(100):
        p = 1 / (1 + np.exp(-x @ parameters))
        gradient = x.T @ (p - target) + PRIOR_WEIGHT * (parameters - PRIOR)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + PRIOR_WEIGHT * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        # Half a step, a quarter …: a whole one may overshoot.
        for _ in range(30):
            loss = penalised_loss(x, target, parameters - step)
            if loss <= best:
                break
            step /= 2
        else:
            break
        parameters, best = parameters - step, loss
        if np.abs(step).max() < 1e-6:
            break
    slope, offset = parameters
    return float(slope), float(offset)


def penalised_loss(x: np.ndarray, target: np.ndarray, parameters: np.ndarray) -> float:
    scores = x @ parameters
    likelihood = (np.logaddexp(0, scores) - target * scores).sum()
    return float(likelihood + PRIOR_WEIGHT / 2 * ((parameters - PRIOR) ** 2).sum())


def average_precision(probabilities: np.ndarray, labels: np.ndarray) -> float:
    ranked = labels[np.argsort(-probabilities, kind="stable")]
    precision = np.cumsum(ranked) / (np.arange(len(ranked)) + 1)
    return float((precision * ranked).sum() / max(1.0, ranked.sum()))


def table(written: tuple[np.ndarray, np.ndarray], heard: tuple[np.ndarray, np.ndarray]) -> str:
    """Each act on probabilities and labels of sentences as they are written, and as they were heard."""
    rows = ["| act | sentences | precision | recall | average precision | heard | precision | recall | average precision |"]
    rows.append("| --- " * 9 + "|")
    for number, act in enumerate(corpus.NAMES):
        columns = [column for p, y in (written, heard) for column in figures(p[:, number], y[:, number])]
        rows.append(f"| `{act}` | {' | '.join(columns)} |")
    means = [f"{mean_average_precision(*part):.3f}" for part in (written, heard)]
    return "\n".join([*rows, f"| mean | | | | {means[0]} | | | | {means[1]} |"])


def figures(p: np.ndarray, y: np.ndarray) -> list[str]:
    if y.sum() == 0:
        return ["0", "–", "–", "–"]
    found = p >= 0.5
    hits = (found & (y > 0)).sum()
    precision = f"{hits / found.sum():.2f}" if found.any() else "–"
    return [str(int(y.sum())), precision, f"{hits / y.sum():.2f}", f"{average_precision(p, y):.2f}"]


def mean_average_precision(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Over the acts that the sentences perform."""
    return float(np.mean([average_precision(p, y) for p, y in zip(probabilities.T, labels.T) if y.any()]))


def reliability(probabilities: np.ndarray, labels: np.ndarray) -> str:
    rows = ["| probability told | acts | of these right |", "| --- | --- | --- |"]
    for low in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        high = 1.01 if low == 0.95 else 0.95 if low == 0.9 else low + 0.1
        inside = (probabilities >= low) & (probabilities < high)
        if inside.any():
            rows.append(f"| {low:.2f} to {min(high, 1):.2f} | {inside.sum()} | {labels[inside].mean():.2f} |")
    return "\n".join(rows)


def confusions(probabilities: np.ndarray, labels: np.ndarray, texts: list[str]) -> str:
    """The ten commonest pairs of an act that was missed and one that was found in its place."""
    pairs: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for p, y, text in zip(probabilities, labels, texts):
        missed = [act for act, is_true, value in zip(corpus.NAMES, y, p) if is_true and value < 0.5]
        wrong = [act for act, is_true, value in zip(corpus.NAMES, y, p) if not is_true and value >= 0.5]
        for one in missed:
            for other in wrong:
                pairs[one, other] += 1
                examples.setdefault((one, other), text)
    rows = ["| was | taken for | times | for instance |", "| --- | --- | --- | --- |"]
    for (one, other), times in pairs.most_common(10):
        rows.append(f"| `{one}` | `{other}` | {times} | {examples[one, other]} |")
    return "\n".join(rows)
