"""Losses as strangers write them: other names, one list only, batches only, and everything that can go wrong."""

from __future__ import annotations

import logging
import random
import sys
import warnings

import torch

print("an import that prints")
handler = logging.StreamHandler(sys.stdout)


def positional(x1, x2, y, margin=0.0):
    return torch.relu(margin - y * (x1 - x2)).mean()


def positive_negative(positive, negative, margin=1.0):
    return torch.relu(margin - positive + negative).mean()


def unreduced(input1, input2, target):
    return torch.relu(-target * (input1 - input2))


def summed(input1, input2, target):
    return torch.relu(-target * (input1 - input2)).sum()


def any_arguments(*arguments):
    return positional(*arguments)


def returns_float(input1, input2, target, margin=0.0):
    return positional(input1, input2, target, margin).item()


def detached(input1, input2, target, margin=0.0):
    return positional(input1, input2, target, margin).detach()


def returns_tuple(input1, input2, target, margin=0.0):
    return positional(input1, input2, target, margin), None


def modifies(input1, input2, target, margin=0.0):
    value = positional(input1, input2, target, margin)
    input1 += 1
    return value


def raises(input1, input2, target, margin=0.0):
    raise ValueError("target: nothing is good enough")


def exits(input1, input2, target, margin=0.0):
    sys.exit(3)


def noisy(input1, input2, target, margin=0.0):
    print("computing")
    print("still computing", file=sys.stderr)
    sys.stdout.buffer.write(b"\xff")
    handler.emit(logging.makeLogRecord({"msg": "logged"}))
    warnings.warn("a warning", stacklevel=1)
    return positional(input1, input2, target, margin)


def changes_the_state(input1, input2, target, margin=0.0):
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(99)
    random.seed(99)
    torch.set_grad_enabled(False)
    return positional(input1, input2, target, margin)


def ignores_second(input1, input2, target, margin=0.0):
    return torch.relu(margin - target * input1).sum()


def fails_backward(input1, input2, target, margin=0.0):
    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(ctx, scores):
            return scores.sum()

        @staticmethod
        def backward(ctx, upstream):
            raise RuntimeError("no backward here")

    return Broken.apply(input1)


def wants_integer_labels(scores, relevance):
    return (scores * torch.nn.functional.one_hot(relevance.long(), 5).sum(-1)).sum() + 0 * (relevance << 1).sum()


def one_list(scores, relevance):
    if scores.dim() != 1:
        raise ValueError("one list, please")
    differences = scores[:, None] - scores[None, :]
    return torch.relu(1 - differences)[relevance[:, None] > relevance[None, :]].sum()


def labels_first(y_true, y_pred):
    differences = y_pred[..., :, None] - y_pred[..., None, :]
    ordered = y_true[..., :, None] > y_true[..., None, :]
    return (torch.relu(1 - differences) * ordered).sum((-1, -2)).mean()


def with_padding_mask(scores, relevance, padding_mask=None):
    return labels_first(relevance, scores)


def batches_only(scores, relevance):
    assert scores.dim() == 2
    differences = scores[:, :, None] - scores[:, None, :]
    ordered = relevance[:, :, None] > relevance[:, None, :]
    return (torch.relu(1 - differences) * ordered).sum((1, 2)).mean()


def batches_unreduced(scores, relevance):
    assert scores.dim() == 2
    differences = scores[:, :, None] - scores[:, None, :]
    return (torch.relu(1 - differences) * (relevance[:, :, None] > relevance[:, None, :])).sum((1, 2))


def one_list_reduced(scores, relevance, reduction="mean"):
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction: got {reduction}, expected mean or sum")
    differences = scores[..., :, None] - scores[..., None, :]
    losses = (torch.relu(1 - differences) * (relevance[..., :, None] > relevance[..., None, :])).sum((-1, -2))
    return losses.mean() if reduction == "mean" else losses.sum()


def linear_gain(scores, relevance):
    """ApproxNDCG as 1 - NDCG with linear gain and TF-Ranking's temperature."""
    above = torch.sigmoid((scores[..., None, :] - scores[..., :, None]) / 0.1)
    ranks = 0.5 + above.sum(-1)
    places = torch.arange(scores.shape[-1], dtype=scores.dtype) + 2
    ideal = (relevance.sort(-1, descending=True).values / torch.log2(places)).sum(-1)
    metric = (relevance / torch.log2(1 + ranks)).sum(-1) / ideal.clamp(min=1e-9)
    return (1 - metric).mean()


def draws(scores, positives):
    """WARP with a random order of its own and the logarithmic weight."""
    total = scores.sum() * 0
    for positive in positives.nonzero()[:, 0].tolist():
        negatives = (~positives).nonzero()[:, 0]
        for trial, j in enumerate(negatives[torch.randperm(len(negatives))].tolist(), start=1):
            shortfall = 1 - scores[positive] + scores[j]
            if shortfall > 0:
                rank = (len(scores) - 1) // trial
                total = total + torch.log(torch.tensor(float(max(1, rank)))) * shortfall
                break
    return total


def takes_a_generator(scores, positives, order=None, *, generator=None):
    return scores.sum() * torch.rand((), generator=generator)


def requires_more(scores, relevance, schedule):
    return scores.sum() * schedule


def keyword_only(*, relevance, scores):
    return (scores * relevance).sum()


class PairLoss(torch.nn.Module):
    made = 0

    def __init__(self, margin=0.0, reduction="mean"):
        super().__init__()
        PairLoss.made += 1
        self.margin, self.reduction = margin, reduction

    def forward(self, positive, negative):
        losses = torch.relu(self.margin - positive + negative)
        return losses if self.reduction == "none" else getattr(losses, self.reduction)()


class Demanding(torch.nn.Module):
    def __init__(self, width, margin=0.0):
        super().__init__()
        self.width, self.margin = width, margin

    def forward(self, input1, input2, target):
        return self.width * positional(input1, input2, target, self.margin)


class Nested:
    @staticmethod
    def loss(input1, input2, target):
        return summed(input1, input2, target)


instance = PairLoss(margin=1.0, reduction="sum")
not_a_loss = 3.0


def minus_one_is_padding(scores, relevance):
    """A pairwise hinge loss that knows padding by its label."""
    real = relevance >= 0
    pairs = (relevance[..., :, None] > relevance[..., None, :]) & real[..., None, :]
    costs = torch.relu(1 - scores[..., :, None] + scores[..., None, :])
    total = torch.where(pairs, costs, 0.0).sum((-2, -1))
    return (total / pairs.sum((-2, -1)).clamp_min(1)).mean()


def minus_one_is_the_worst(scores, relevance):
    """The same, and padding is the least relevant item."""
    return minus_one_is_padding(scores, relevance + 1)
