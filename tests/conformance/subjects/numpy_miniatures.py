"""Numpy losses as strangers write them."""

from __future__ import annotations

import ctypes
import os

import numpy as np


def separate(positive, negative, margin=0.0):
    return np.maximum(0, margin - positive + negative).mean()


def separate_gradient(positive, negative, margin=0.0):
    active = (margin - positive + negative > 0) / positive.size
    return {"input1": -active, "input2": active}


def beside(input1, input2, target, margin=0.0, reduction="mean"):
    shortfall = margin - target * (input1 - input2)
    count = input1.size if reduction == "mean" else 1
    slope = target * (shortfall > 0) / count
    losses = np.maximum(0, shortfall)
    value = losses if reduction == "none" else losses.sum() / count
    return value, {"input1": -slope, "input2": slope}


def value_only(input1, input2, target):
    return float(np.maximum(0, -target * (input1 - input2)).mean())


def half_a_gradient(input1, input2, target):
    return value_only(input1, input2, target), {"input1": np.zeros_like(input1)}


def modifies(input1, input2, target):
    input1.sort()
    return 0.0


def returns_list(input1, input2, target):
    return [1.0]


def exits(input1, input2, target):
    raise SystemExit(2)


def hangs(input1, input2, target):
    while True:
        pass


def crashes(input1, input2, target):
    ctypes.string_at(0)


def leaves(input1, input2, target):
    os._exit(7)


class Loss:
    def __init__(self, margin=0.0):
        self.margin = margin

    def __call__(self, input1, input2, target):
        return np.maximum(0, self.margin - target * (input1 - input2)).mean()
