"""The curves of all runs as one figure: a panel for each objective, its loss and its NDCG over the epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from examples.lightgcn.run import Run

COLUMNS = 4
LOSS, NDCG = "tab:gray", "tab:blue"


def draw(runs: Sequence[Run], best: float, path: Path) -> None:
    """Write the figure to ``path``; ``best`` is the NDCG of a ranking that knows the planted clusters."""
    columns = min(COLUMNS, len(runs))
    rows = math.ceil(len(runs) / columns)
    figure = Figure(figsize=(max(7, 3.2 * columns), 2.4 * rows + 0.8), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).flat
    for run in runs:
        draw_run(next(panels), run, best)
    for empty in panels:
        empty.axis("off")
    figure.suptitle(
        "NDCG@10 on held-out edges (blue; dashed: by the planted clusters; dotted: untrained)\n"
        "and mean training loss of each epoch (gray)",
        fontsize="medium",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def draw_run(panel: Axes, run: Run, best: float) -> None:
    """Draw one run: NDCG on the left axis, the same in every panel, and the loss on the right one, in its own units."""
    panel.set_title(run.objective, fontsize="medium")
    panel.plot(range(len(run.ndcg)), run.ndcg, color=NDCG)
    panel.axhline(best, color=NDCG, linestyle="dashed", linewidth=0.8)
    panel.axhline(run.ndcg[0], color=NDCG, linestyle="dotted", linewidth=0.8)
    panel.set_ylim(0, 1.15 * best)
    panel.set_xlabel("epoch", fontsize="small")
    panel.tick_params(axis="y", colors=NDCG, labelsize="small")
    losses = panel.twinx()
    losses.plot(range(1, len(run.losses) + 1), run.losses, color=LOSS)
    losses.tick_params(axis="y", colors=LOSS, labelsize="small")
