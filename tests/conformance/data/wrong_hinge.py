"""A pairwise hinge as someone might write it: right but for pairs of equal relevance, which it counts too."""

import torch


def wrong(scores, relevance, margin=1.0):
    lead = scores.unsqueeze(-1) - scores.unsqueeze(-2)
    pairs = relevance.unsqueeze(-1) >= relevance.unsqueeze(-2)
    pairs = pairs & ~torch.eye(scores.shape[-1], dtype=torch.bool)
    return (torch.relu(margin - lead) * pairs).sum((-1, -2)).mean()
