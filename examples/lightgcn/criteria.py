"""What has to hold of a training, and what to say where it does not."""

from __future__ import annotations

from collections.abc import Iterator

from examples.lightgcn.run import Run

LEAST_GAIN = 0.15  # in NDCG at 10 on the held-out edges, over the untrained model


def problems(run: Run) -> Iterator[str]:
    """What a run did not achieve, one sentence each; nothing where all is well."""
    for parameter, missing in run.gradients.unreached().items():
        yield f"no gradient other than 0 reached {missing:,} entries of {parameter}"
    if not run.gradients.finite:
        yield "a gradient was infinite or NaN"
    first, last = run.losses[0], run.losses[-1]
    # Written so that NaN fails too.
    if not last < first:
        yield f"the loss did not fall: its mean was {first:.4g} in the first epoch and {last:.4g} in the last"
    if not run.gain >= LEAST_GAIN:
        yield (
            f"NDCG@10 on held-out edges went from {run.ndcg[0]:.3f} untrained to {run.ndcg[-1]:.3f}; "
            f"it has to rise by at least {LEAST_GAIN:.2f}"
        )
