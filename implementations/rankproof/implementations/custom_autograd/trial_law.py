"""The number of trials up to the first violator, drawn from its law."""

from __future__ import annotations

import torch
from torch import Tensor


def trials_without_replacement(
    universe: Tensor, violators: Tensor, uniform: Tensor, largest: int, most: int | None
) -> Tensor:
    r"""The first of K violators in a random order of M items: a negative hypergeometric number.

    .. math:: P(N > t) = \frac{(M - K)!\,(M - t)!}{(M - K - t)!\,M!}

    The law is inverted by bisection: O(log most) steps, after O(largest) for a table of log factorials.

    Args:
        universe: M, integers.
        violators: K, integers from 1 to M.
        uniform: in [0, 1), float64.
        largest: a bound on M.
        most: the number of trials beyond which it does not matter how many there are; None for no such number.

    Returns:
        N where it is at most ``most``, otherwise some number above.
    """
    others = universe - violators
    bits = min(largest, largest if most is None else most).bit_length()
    # Of a negative number of items: infinity, so that P(N > t) comes out as 0.
    below = 1 << bits
    factorials = _log_factorials(largest, below).to(universe.device)
    bound = uniform.log() + factorials[universe + below] - factorials[others + below]
    trials = torch.zeros_like(universe)
    for bit in range(bits - 1, -1, -1):
        further = trials + ((1 << bit) - below)
        exceeds = factorials[universe - further] - factorials[others - further] > bound
        trials += exceeds * (1 << bit)
    return trials + 1


def trials_with_replacement(universe: Tensor, violators: Tensor, uniform: Tensor) -> Tensor:
    r"""The first violator among independent draws: a geometric number, :math:`P(N > t) = (1 - K / M)^t`.

    Args:
        universe: M, integers.
        violators: K, integers from 1 to M.
        uniform: in [0, 1), float64.

    Returns:
        N, at most 2^62.
    """
    failures = (-uniform).log1p() / (-violators / universe.double()).log1p()
    return failures.clamp(max=2.0**62).long() + 1


def _log_factorials(largest: int, below: int) -> Tensor:
    """Of -below, ..., -1, 0, 1, ..., largest. On the CPU, for a cumulative sum on CUDA is not deterministic."""
    numbers = torch.arange(1, largest + 1, dtype=torch.float64, device="cpu")
    return torch.cat([numbers.new_full((below,), torch.inf), numbers.new_zeros(1), numbers.log().cumsum(0)])
