"""Train a small LightGCN with every ranking loss, compare, draw, and fail where a loss does not train it.

Run it from the top of the repository: ``nox -s examples``, or ``python -m examples.lightgcn --help``.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click
import torch
from rich.console import Console

from examples.lightgcn.criteria import LEAST_GAIN, problems
from examples.lightgcn.evaluate import ceiling
from examples.lightgcn.graph import planted_graph
from examples.lightgcn.objectives import Objective, left_out, objectives

NEEDED = {"torch_geometric": "torch-geometric", "matplotlib": "matplotlib"}
FIGURE = Path("build/examples/lightgcn.png")


def named(context: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> tuple[Objective, ...]:
    """The objectives of these names, all of them when there is none."""
    known = {each.name: each for each in objectives()}
    for name in names:
        if name not in known:
            raise click.BadParameter(f"got {name!r}, expected one of {', '.join(known)}; check the spelling")
    return tuple(known[name] for name in dict.fromkeys(names or known))


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.option("--objective", "chosen", multiple=True, callback=named, metavar="NAME", help="Train with this one only.")
@click.option("--epochs", type=click.IntRange(min=2), default=20, show_default=True, help="How long to train.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of all that is drawn.")
@click.option("--figure", type=click.Path(dir_okay=False, path_type=Path), default=FIGURE, show_default=True)
def main(chosen: tuple[Objective, ...], epochs: int, seed: int, figure: Path) -> None:
    missing = [package for module, package in NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise click.UsageError(f"{' and '.join(missing)} not installed: pip install {' '.join(missing)}")
    from examples.lightgcn.curves import draw
    from examples.lightgcn.table import comparison
    from examples.lightgcn.training import train

    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)  # sums in one order, whatever the machine
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    graph = planted_graph(seed=seed)
    console.print(
        f"{graph.users} users, {graph.items} items, {int(graph.known.sum()):,} known edges, "
        f"{int(graph.held_out.sum())} held out; {epochs} epochs, seed {seed}"
    )
    runs = []
    for objective in chosen:
        runs.append(train(objective, graph, epochs=epochs, seed=seed))
        console.print(f"{objective.name}: NDCG@10 {runs[-1].ndcg[0]:.3f} to {runs[-1].ndcg[-1]:.3f}")
    best = ceiling(graph)
    console.print(comparison(runs, best))
    for each in left_out():
        console.print(f"not trained: {each.loss}, {each.reason}")
    draw(runs, best, figure)
    console.print(f"curves: {figure}")
    failures = [f"{run.objective}: {problem}" for run in runs for problem in problems(run)]
    for failure in failures:
        console.print(failure, style="red", soft_wrap=True)
    if failures:
        raise SystemExit(1)
    console.print(
        f"all {len(runs)}: gradients reach every parameter, the loss falls, "
        f"and NDCG@10 on held-out edges rises by at least {LEAST_GAIN:.2f}"
    )


if __name__ == "__main__":
    main(prog_name="python -m examples.lightgcn")
