"""The comparison of all runs as a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from examples.lightgcn.criteria import problems
from examples.lightgcn.run import Run

BARS = "▁▂▃▄▅▆▇█"


def comparison(runs: Sequence[Run], best: float) -> Table:
    """One row for each run, in the order given; ``best`` is the NDCG of a ranking that knows the planted clusters."""
    title = f"LightGCN trained with each loss; a ranking by the planted clusters has an NDCG@10 of {best:.3f}"
    table = Table(title=title, title_justify="left")
    table.add_column("objective", no_wrap=True)
    for heading in ("first loss", "last loss", "untrained", "trained", "gain"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("NDCG@10 by epoch", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("holds", no_wrap=True)
    for run in runs:
        table.add_row(
            run.objective,
            *(f"{loss:.4g}" for loss in (run.losses[0], run.losses[-1])),
            *(f"{value:.3f}" for value in (run.ndcg[0], run.ndcg[-1])),
            f"{run.gain:+.3f}",
            sparkline(run.ndcg, largest=best),
            f"{run.seconds:.1f}",
            "no" if any(problems(run)) else "yes",
        )
    return table


def sparkline(values: Sequence[float], *, largest: float, width: int = 16) -> str:
    """Values from 0 to ``largest`` as a row of at most ``width`` bars, evenly chosen with the first and the last."""
    count = min(width, len(values))
    chosen = [values[round(place * (len(values) - 1) / max(1, count - 1))] for place in range(count)]
    return "".join(BARS[round(min(max(value / largest, 0), 1) * (len(BARS) - 1))] for value in chosen)
