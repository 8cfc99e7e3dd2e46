"""Miniature WARP losses that draw: one right, the others each with one thing wrong with its draws."""

import torch


def _loss(scores, positives, tried, margin, max_trials, *, trials_of=None, negatives=None):
    """The loss of item i over ``tried[..., i, :]``, in the default convention."""
    items = scores.shape[-1]
    along = scores.unsqueeze(-2).expand(*scores.shape, items)
    negatives = ~positives if negatives is None else negatives
    negative = negatives.unsqueeze(-2).expand(*scores.shape, items).gather(-1, tried)
    shortfall = margin - scores.unsqueeze(-1) + along.gather(-1, tried)
    violates = negative & (shortfall > 0)
    first = violates & (violates.cumsum(-1) == 1)
    trials = ((negative.cumsum(-1) if trials_of is None else trials_of(negative)) * first).sum(-1)
    found = first.any(-1) & positives
    if max_trials is not None:
        found = found & (trials <= max_trials)
    rank = (items - 1) // trials.clamp(min=1)
    harmonic = torch.cat([scores.new_zeros(1), (1 / torch.arange(1, items + 1, dtype=scores.dtype)).cumsum(0)])
    values = (harmonic[rank.clamp(min=0)] * (shortfall * first).sum(-1) * found).sum(-1)
    return values


def _permutations(scores, generator):
    return torch.rand((*scores.shape, scores.shape[-1]), generator=generator).argsort(-1)


def _independent(scores, generator):
    items = scores.shape[-1]
    return torch.randint(items, (*scores.shape, 16 * items), generator=generator)


def _draw(scores, replacement, generator):
    return _independent(scores, generator) if replacement else _permutations(scores, generator)


def _reduced(values, reduction):
    return values if reduction == "none" else getattr(values, reduction)() if values.numel() else values.sum()


def right(scores, positives, margin=1.0, max_trials=None, replacement=False, reduction="mean", generator=None):
    tried = _draw(scores, replacement, generator)
    return _reduced(_loss(scores, positives, tried, margin, max_trials), reduction)


def one_list_only(scores, positives, margin=1.0, max_trials=None, replacement=False):
    if scores.dim() != 1:
        raise ValueError("scores: expected one list")
    return right(scores, positives, margin, max_trials, replacement)


def uniform_over_all_items(scores, positives, margin=1.0, reduction="mean", generator=None):
    tried = _permutations(scores, generator)
    return _reduced(_loss(scores, positives, tried, margin, None, negatives=positives | True), reduction)


def counts_what_it_skips(scores, positives, margin=1.0, reduction="mean", generator=None):
    def every_item_counts(negative):
        return torch.ones_like(negative).cumsum(-1)

    tried = _permutations(scores, generator)
    return _reduced(_loss(scores, positives, tried, margin, None, trials_of=every_item_counts), reduction)


def always_with_replacement(scores, positives, margin=1.0, reduction="mean", generator=None):
    return right(scores, positives, margin, None, True, reduction, generator)


def repeats_items(scores, positives, margin=1.0, max_trials=None, replacement=False, reduction="mean", generator=None):
    return right(scores, positives, margin, max_trials, True, reduction, generator)


def takes_no_null(scores, positives, margin=1.0, max_trials=10, replacement=False, reduction="mean", generator=None):
    if not isinstance(max_trials, int):
        raise TypeError(f"max_trials: expected an int, got {max_trials!r}")
    return right(scores, positives, margin, max_trials, replacement, reduction, generator)


def never_with_replacement(scores, positives, margin=1.0, replacement=False, reduction="mean", generator=None):
    return right(scores, positives, margin, None, False, reduction, generator)


def one_trial_too_many(scores, positives, margin=1.0, reduction="mean", generator=None):
    tried = _permutations(scores, generator)
    values = _loss(scores, positives, tried, margin, None, trials_of=lambda negative: negative.cumsum(-1) + 1)
    return _reduced(values, reduction)


def cap_is_one_too_low(scores, positives, margin=1.0, max_trials=None, reduction="mean", generator=None):
    lower = None if max_trials is None else max_trials - 1
    return right(scores, positives, margin, lower, False, reduction, generator)


def seed_fixed_inside(scores, positives, margin=1.0, reduction="mean", generator=None):
    return right(scores, positives, margin, None, False, reduction, torch.Generator().manual_seed(0))


def one_order_for_all_positives(scores, positives, margin=1.0, reduction="mean", generator=None):
    keys = torch.rand(scores.shape, generator=generator).unsqueeze(-2).expand(*scores.shape, scores.shape[-1])
    return _reduced(_loss(scores, positives, keys.argsort(-1), margin, None), reduction)


def one_order_for_the_batch(scores, positives, margin=1.0, reduction="mean", generator=None):
    keys = torch.rand((scores.shape[-1], scores.shape[-1]), generator=generator).expand(*scores.shape, -1)
    return _reduced(_loss(scores, positives, keys.argsort(-1), margin, None), reduction)


def given_the_order(scores, positives, order, margin=1.0):
    tried = order.unsqueeze(-2).expand(*scores.shape, order.shape[-1])
    values = _loss(scores, positives, tried, margin, None)
    return values.mean() if values.numel() else values.sum()


class _SecondPushesElsewhere(torch.autograd.Function):
    """The identity, whose gradient sends what the last item gets to the one before it where two positives are."""

    @staticmethod
    def forward(ctx, scores, positives):
        ctx.several = positives.sum(-1, keepdim=True) > 1
        return scores.clone()

    @staticmethod
    def backward(ctx, gradient):
        moved = gradient.clone()
        moved[..., -2] += gradient[..., -1]
        moved[..., -1] = 0
        return torch.where(ctx.several, moved, gradient), None


def second_positive_pushes_down_another_item(scores, positives, margin=1.0, reduction="mean", generator=None):
    return right(_SecondPushesElsewhere.apply(scores, positives), positives, margin, None, False, reduction, generator)
