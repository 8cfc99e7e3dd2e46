"""Miniature losses that are right when they are called, and right or wrong when torch transforms them."""

import torch


def margin_ranking(input1, input2, target, margin=0.0, reduction="mean"):
    """Right in every way."""
    return reduced(shortfalls(input1, input2, target, margin).relu(), reduction)


def shortfalls(input1, input2, target, margin):
    return margin - target.to(input1.dtype) * (input1 - input2)


def reduced(values, reduction):
    if reduction == "mean":
        return values.sum() / max(1, values.numel())
    return values if reduction == "none" else values.sum()


class MarginRanking(torch.nn.Module):
    """Right, reduced to the mean alone."""

    def __init__(self, margin=0.0):
        super().__init__()
        self.margin = margin

    def forward(self, input1, input2, target):
        return margin_ranking(input1, input2, target, self.margin)


def indexed(input1, input2, target, margin=0.0, reduction="mean"):
    """Pairs that meet the margin are set to 0 by a boolean index."""
    values = shortfalls(input1, input2, target, margin)
    values[values <= 0] = 0
    return reduced(values, reduction)


def branching(input1, input2, target, margin=0.0, reduction="mean"):
    """A Python branch on a number."""
    values = shortfalls(input1, input2, target, margin).relu()
    return reduced(values if values.sum() > 1e9 else values.clone(), reduction)


def unrolled(input1, input2, target, margin=0.0, reduction="mean"):
    """A loop over the pairs."""
    values = shortfalls(input1, input2, target, margin).relu()
    pairs = [values[..., i] for i in range(values.shape[-1])]
    return reduced(torch.stack(pairs, -1) if pairs else values, reduction)


def on_the_default_device(input1, input2, target, margin=0.0, reduction="mean"):
    """The zeros to compare with are made on the default device."""
    values = shortfalls(input1, input2, target, margin)
    return reduced(torch.where(values > 0, values, torch.zeros(values.shape, dtype=values.dtype)), reduction)


def multiplied(input1, input2, target, margin=0.0, reduction="mean"):
    """A product of matrices, which autocast rounds to bfloat16, and the cast that hides it."""
    identity = torch.eye(input1.shape[-1], dtype=input1.dtype, device=input1.device)
    first = (input1.unsqueeze(-2) @ identity).squeeze(-2).to(input1.dtype)
    return margin_ranking(first, input2, target, margin, reduction)


def half_returned(input1, input2, target, margin=0.0, reduction="mean"):
    """Under autocast the result is bfloat16, right to that."""
    values = margin_ranking(input1, input2, target, margin, reduction)
    return values.bfloat16() if torch.is_autocast_enabled("cpu") else values


class OldStyle(torch.autograd.Function):
    """A Function that torch.func refuses, for it has no setup_context."""

    @staticmethod
    def forward(ctx, values):
        ctx.save_for_backward(values > 0)
        return values.relu()

    @staticmethod
    def backward(ctx, upstream):
        (active,) = ctx.saved_tensors
        return upstream * active


def old_style(input1, input2, target, margin=0.0, reduction="mean"):
    """By a hand-written Function of the old style."""
    return reduced(OldStyle.apply(shortfalls(input1, input2, target, margin)), reduction)


class Detached(OldStyle):
    """The gradient is computed from the upstream gradient's data."""

    @staticmethod
    def backward(ctx, upstream):
        return OldStyle.backward(ctx, upstream).detach()


class Once(OldStyle):
    """Refuses to be differentiated twice."""

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, upstream):
        (active,) = ctx.saved_tensors
        return upstream * active


def detached(input1, input2, target, margin=0.0, reduction="mean"):
    """The gradient's own graph is lost."""
    return reduced(Detached.apply(shortfalls(input1, input2, target, margin)), reduction)


def once(input1, input2, target, margin=0.0, reduction="mean"):
    """The gradient says that it has no graph."""
    return reduced(Once.apply(shortfalls(input1, input2, target, margin)), reduction)


class Squashed(torch.autograd.Function):
    """A sigmoid whose backward takes the output for a constant."""

    @staticmethod
    def forward(ctx, lead):
        ctx.output = torch.sigmoid(lead)
        return ctx.output.clone()

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.output * (1 - ctx.output)


def approx_ndcg(scores, relevance, sigmoid=Squashed.apply):
    """ApproxNDCG of one list, or the mean of several, whose second derivative lacks what the sigmoid adds to it."""
    items = scores.shape[-1]
    above = sigmoid(scores.unsqueeze(-2) - scores.unsqueeze(-1))
    ranks = 1 + above.sum(-1) - above.diagonal(dim1=-2, dim2=-1)
    gains = 2**relevance - 1
    best = gains.sort(-1, descending=True).values
    discounts = torch.log2(torch.arange(2, items + 2, dtype=scores.dtype, device=scores.device))
    ideal = (best / discounts).sum(-1)
    dcg = (gains / torch.log2(1 + ranks)).sum(-1)
    return torch.where(ideal > 0, -dcg / torch.where(ideal > 0, ideal, 1), 0).mean()


def smooth(scores, relevance):
    """The same by autograd, right."""
    return approx_ndcg(scores, relevance, torch.sigmoid)
