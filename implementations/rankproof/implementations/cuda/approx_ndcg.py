"""ApproxNDCG in Triton: tiles of sigmoids, computed forward and again backward, in O(n) memory."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from rankproof.implementations.cuda.approx_ndcg_tiles import approx_ndcg_forward
from rankproof.implementations.cuda.launch import TRITON_DTYPES, as_flags, as_lists, launch, tiling
from rankproof.implementations.cuda.soft_ranks import RankGradient
from rankproof.implementations.declared import Units, as_declared
from rankproof.implementations.gain import relative_gains
from rankproof.implementations.reduction import accumulation_dtype
from rankproof.implementations.saturation import without_infinities
from rankproof.implementations.transforms import batch_axis_first


@as_declared
def approx_ndcg(
    scores: Tensor,
    relevance: Tensor,
    *,
    mask: Tensor | None,
    temperature: float,
    gain: str,
    form: str,
    nothing_relevant: str,
    k: int | None,
    cutoff_temperature: float,
) -> Units:
    r"""As :func:`rankproof.implementations.approx_ndcg`, in O(items^2) time and O(items) memory.

    Ranks are summed over tiles of sigmoids that are never stored. The backward pass computes them again; from the
    forward pass it needs one number an item, the slope of its discounted gain in its rank. Half precision is
    computed and reduced in float32.

    Raises:
        RuntimeError: tensors on a CPU, without Triton's interpreter; or a second derivative, which there is not.
    """
    weights, relevant = ideal_weights(relevance, mask, gain, k)
    cutoff = None if k is None else (k + 0.5, 1 / cutoff_temperature)
    ndcg: Tensor
    ndcg, _ = _ApproxNDCG.apply(scores, weights, mask, 1 / temperature, cutoff)  # type: ignore[no-untyped-call]
    if nothing_relevant == "one":
        # Added, since the NDCG of a list with nothing relevant is 0 or, with a NaN among its scores, NaN.
        ndcg = torch.where(relevant, ndcg, ndcg + 1)
    values = {"negative": -ndcg, "one_minus": 1 - ndcg, "metric": ndcg}[form]
    if nothing_relevant != "skip":
        return values
    values = torch.where(relevant | values.isnan(), values, 0)
    return values, relevant.to(values.dtype)


def ideal_weights(relevance: Tensor, mask: Tensor | None, gain: str, k: int | None) -> tuple[Tensor, Tensor]:
    """Gains over the ideal DCG, 0 where nothing is relevant, [..., items] in float64; and where anything is [...]."""
    grades = relevance.to(torch.float64)
    grades = grades if mask is None else torch.where(mask, grades, 0)
    gains = relative_gains(grades, gain)
    ranked = gains.sort(dim=-1, descending=True).values[..., :k]
    discounts = torch.arange(2, ranked.shape[-1] + 2, dtype=torch.float64, device=relevance.device).log2()
    ideal = (ranked / discounts).sum(-1)
    relevant = ideal > 0
    return gains / torch.where(relevant, ideal, 1).unsqueeze(-1), relevant


class _ApproxNDCG(Function):
    """The NDCG of lists, and the slope of each item's share of it in the item's rank."""

    @staticmethod
    def forward(
        scores: Tensor, weights: Tensor, mask: Tensor | None, sharpness: float, cutoff: tuple[float, float] | None
    ) -> tuple[Tensor, Tensor]:
        lists = as_lists(without_infinities(scores))
        dtype = accumulation_dtype(scores.dtype)
        shares, slopes = (torch.empty(scores.shape, dtype=dtype, device=scores.device) for _ in range(2))
        grid, tiles = tiling(*lists.shape)
        arguments = (lists, as_lists(weights.to(dtype)), as_flags(mask), shares, slopes)
        numbers = (sharpness, *(cutoff or (0.0, 0.0)), *lists.shape)
        options = {"HAS_CUTOFF": cutoff is not None, "ACCUMULATE": TRITON_DTYPES[dtype], **tiles}
        launch(approx_ndcg_forward, grid, *arguments, *numbers, **options)
        return shares.sum(-1), slopes

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        scores, _, mask, ctx.sharpness, _ = inputs
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(scores, output[1], mask)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        gradient = RankGradient.apply(upstream, *ctx.saved_tensors, ctx.sharpness, "approx_ndcg")  # type: ignore[no-untyped-call]
        return gradient, *(None,) * 4

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> tuple[Any, tuple[int, int]]:
        return _ApproxNDCG.apply(*batch_axis_first(info.batch_size, in_dims, inputs)), (0, 0)  # type: ignore[no-untyped-call]
