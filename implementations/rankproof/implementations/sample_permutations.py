"""Random orders of the items of a list, more likely the higher their scores."""

from __future__ import annotations

import torch
from torch import Tensor

from rankproof.implementations.checks import check_count, check_generator, check_mask, check_scores
from rankproof.implementations.contents import check_numbers


@torch.no_grad()
def sample_permutations(
    scores: Tensor,
    n: int = 1,
    *,
    mask: Tensor | None = None,
    generator: torch.Generator | None = None,
    validate: bool = True,
) -> Tensor:
    r"""Draw orders by the Plackett-Luce law.

    .. math:: P(\pi) = \prod_t \frac{e^{s_{\pi_t}}}{\sum_{u \ge t} e^{s_{\pi_u}}}

    The items in descending order of :math:`s_i - \log E_i`, with independent exponential variables E, have this law:
    the Gumbel trick. It is done in float64, in which noise is not lost beside scores of 10,000. Items at plus
    infinity come before all others and items at minus infinity after them, among themselves in uniformly random order.
    Nothing is differentiated.

    Example:
        >>> import torch
        >>> generator = torch.Generator().manual_seed(0)
        >>> sample_permutations(torch.tensor([0.0, 100.0, -100.0]), 2, generator=generator)
        tensor([[1, 0, 2],
                [1, 0, 2]])

    Args:
        scores: s, [..., items].
        n: how many orders to draw of each list, at least 1; independently of each other.
        mask: True at a real item, [..., items]; padding comes last, in the order of the list.
        generator: where the random numbers come from, on the device of the scores; None for the global one.
        validate: whether to look for NaN in ``scores``, which on a GPU waits for it; never under torch.compile.

    Returns:
        At each place the position of the item that has it, [..., n, items], int64: what
        :func:`rankproof.implementations.plackett_luce` takes as ``permutation``, for scores repeated n times.

    Raises:
        TypeError: scores that are no floating tensor, a mask that is not boolean, n that is no integer, or a
            generator that is none.
        ValueError: shapes or devices that differ, n below 1, or a NaN among the scores of real items.

    Source: Yellott (1977), The relationship between Luce's choice axiom, Thurstone's theory of comparative judgment,
    and the double exponential distribution.
    """
    check_scores("scores", scores)
    check_count("n", n, minimum=1, nullable=False)
    check_mask(mask, "scores", scores)
    check_generator(generator, "scores", scores)
    if validate:
        check_numbers("scores", scores, mask)
    dtype = torch.float32 if scores.device.type == "mps" else torch.float64
    *batch, items = scores.shape
    worths = scores.to(dtype).unsqueeze(-2)
    noise = torch.empty((*batch, n, items), dtype=dtype, device=scores.device).exponential_(generator=generator)
    # Beyond every other key, and in random order among themselves.
    far = (torch.finfo(dtype).max / 4) * (1 + torch.exp(-noise))
    keys = torch.where(worths.isinf(), far.copysign(worths), worths - noise.log())
    if mask is not None:
        keys = torch.where(mask.unsqueeze(-2), keys, -torch.inf)
    return keys.argsort(dim=-1, descending=True, stable=True)
