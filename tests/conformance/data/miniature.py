"""Miniature subjects for margin_ranking, each with one thing that a harness has to survive or to catch."""

import os
import sys

import torch


def _mean(values):
    return values.mean() if values.numel() else values.sum()


def right(input1, input2, target, margin=0.0):
    return _mean(torch.relu(margin - target * (input1 - input2)))


def wrong_sign(input1, input2, target, margin=0.0):
    return _mean(torch.relu(margin + target * (input1 - input2)))


def active_at_the_kink(input1, input2, target, margin=0.0):
    return _mean((margin - target * (input1 - input2)).clamp(min=0))


def positive_negative(positive, negative, margin=0.0):
    return _mean(torch.relu(margin - (positive - negative)))


def detached(input1, input2, target, margin=0.0):
    return right(input1, input2, target, margin).detach()


def raises(input1, input2, target, margin=0.0):
    raise RuntimeError("out of luck")


def returns_nan(input1, input2, target, margin=0.0):
    return right(input1, input2, target, margin) * float("nan")


def spins_on_big_inputs(input1, input2, target, margin=0.0):
    value = right(input1, input2, target, margin)
    # Probing calls are let through; then a number is computed in C that takes hours and never looks at signals.
    return value + 0 * (7 ** (7**10) % 2) if input1.dim() == 1 and len(input1) > 6 else value


def exits(input1, input2, target, margin=0.0):
    os._exit(3)


def prints(input1, input2, target, margin=0.0):
    print("chatter")
    print("more chatter", file=sys.stderr)
    return right(input1, input2, target, margin)


def changes_its_input(input1, input2, target, margin=0.0):
    value = right(input1, input2, target, margin)
    target.neg_()
    return value


_calls = 0


def forgets(input1, input2, target, margin=0.0):
    global _calls
    _calls += 1
    return right(input1, input2, target, margin) * (1 + _calls % 2)
