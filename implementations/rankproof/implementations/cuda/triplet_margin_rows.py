"""Kernels of the triplet margin loss: a program takes some triplets, and runs over their features in blocks."""

from __future__ import annotations

import triton
import triton.language as tl

from rankproof.implementations.cuda.arithmetic import divide


@triton.jit
def root(x: tl.tensor) -> tl.tensor:
    """The square root as IEEE rounds it."""
    if x.dtype == tl.float64:
        return tl.sqrt(x)
    else:
        return tl.sqrt_rn(x)


@triton.jit
def magnitude(largest: tl.tensor) -> tl.tensor:
    """The power of two of a number that is not negative, from its exponent's bits; the smallest normal one for 0."""
    if largest.dtype == tl.float64:
        exponent = tl.minimum(tl.maximum(largest.to(tl.int64, bitcast=True) >> 52, 1), 2046)
        return (exponent << 52).to(tl.float64, bitcast=True)
    else:
        exponent = tl.minimum(tl.maximum(largest.to(tl.int32, bitcast=True) >> 23, 1), 254)
        return (exponent << 23).to(tl.float32, bitcast=True)


@triton.jit
def powers(x: tl.tensor, p: tl.tensor) -> tl.tensor:
    """|x| to a power above 0."""
    size = tl.abs(x)
    return tl.where(size == 0, 0.0, tl.exp2(p * tl.log2(tl.where(size == 0, 1.0, size))))


@triton.jit
def block_of(
    pointer: tl.tensor, rows: tl.tensor, start: tl.tensor, lists: tl.tensor, n: tl.tensor, like: tl.tensor
) -> tl.tensor:
    """A block of the features of some rows, 0 past their end, in the dtype of ``like`` [ROWS, COLUMNS]."""
    features = start + tl.arange(0, like.shape[1])[None, :]
    inside = (rows < lists) & (features < n)
    return tl.load(pointer + rows * n + features, mask=inside, other=0).to(like.dtype)


@triton.jit
def difference(
    x_ptr: tl.tensor,
    y_ptr: tl.tensor,
    rows: tl.tensor,
    start: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    eps: tl.tensor,
    like: tl.tensor,
) -> tl.tensor:
    """A block of x - y + eps, 0 past the end of the rows."""
    u = block_of(x_ptr, rows, start, lists, n, like) - block_of(y_ptr, rows, start, lists, n, like) + eps
    return tl.where(start + tl.arange(0, like.shape[1])[None, :] < n, u, 0.0)


@triton.jit
def distances(
    x_ptr: tl.tensor,
    y_ptr: tl.tensor,
    rows: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    p: tl.tensor,
    eps: tl.tensor,
    like: tl.tensor,
    KIND: tl.constexpr,
) -> tl.tensor:
    """The distances of some rows, [ROWS]."""
    COLUMNS: tl.constexpr = like.shape[1]
    if KIND == "cosine":
        cosine, _, _ = cosines(x_ptr, y_ptr, rows, lists, n, like)
        return 1.0 - cosine
    elif KIND == "manhattan":
        total = like
        for start in range(0, n, COLUMNS):
            total += tl.abs(difference(x_ptr, y_ptr, rows, start, lists, n, eps, like))
        return tl.sum(total, axis=1)
    elif KIND == "squared":
        total = like
        for start in range(0, n, COLUMNS):
            u = difference(x_ptr, y_ptr, rows, start, lists, n, eps, like)
            total += u * u
        return tl.sum(total, axis=1)
    else:
        return norms(x_ptr, y_ptr, rows, lists, n, p, eps, like, KIND)


@triton.jit
def norms(
    x_ptr: tl.tensor,
    y_ptr: tl.tensor,
    rows: tl.tensor,
    lists: tl.tensor,
    n: tl.tensor,
    p: tl.tensor,
    eps: tl.tensor,
    like: tl.tensor,
    KIND: tl.constexpr,
) -> tl.tensor:
    """The Euclidean or the p-norms of differences, [ROWS], whose powers are taken in units near the largest."""
    COLUMNS: tl.constexpr = like.shape[1]
    largest, total = like, like
    for start in range(0, n, COLUMNS):
        largest = tl.maximum(largest, tl.abs(difference(x_ptr, y_ptr, rows, start, lists, n, eps, like)))
    scale = magnitude(tl.max(largest, axis=1))
    for start in range(0, n, COLUMNS):
        u = divide(difference(x_ptr, y_ptr, rows, start, lists, n, eps, like), scale[:, None])
        if KIND == "euclidean":
            total += u * u
        else:
            total += powers(u, p)
    summed = tl.sum(total, axis=1)
    if KIND == "euclidean":
        return scale * root(summed)
    else:
        return scale * powers(summed, divide(1.0 + 0.0 * p, p))


@triton.jit
def cosines(
    x_ptr: tl.tensor, y_ptr: tl.tensor, rows: tl.tensor, lists: tl.tensor, n: tl.tensor, like: tl.tensor
) -> tuple[tl.tensor, tl.tensor, tl.tensor]:
    """The cosines of some rows, 0 for a vector without direction, and the lengths of both, [ROWS] each."""
    COLUMNS: tl.constexpr = like.shape[1]
    largest_x, largest_y, squares_x, squares_y, products = like, like, like, like, like
    for start in range(0, n, COLUMNS):
        largest_x = tl.maximum(largest_x, tl.abs(block_of(x_ptr, rows, start, lists, n, like)))
        largest_y = tl.maximum(largest_y, tl.abs(block_of(y_ptr, rows, start, lists, n, like)))
    scale_x, scale_y = magnitude(tl.max(largest_x, axis=1)), magnitude(tl.max(largest_y, axis=1))
    for start in range(0, n, COLUMNS):
        x = divide(block_of(x_ptr, rows, start, lists, n, like), scale_x[:, None])
        y = divide(block_of(y_ptr, rows, start, lists, n, like), scale_y[:, None])
        squares_x += x * x
        squares_y += y * y
        products += x * y
    length_x, length_y = root(tl.sum(squares_x, axis=1)), root(tl.sum(squares_y, axis=1))
    both = length_x * length_y
    cosine = divide(tl.sum(products, axis=1), tl.where(both == 0, 1.0, both))
    return cosine, length_x * scale_x, length_y * scale_y


@triton.jit
def triplet_margin_forward(
    a_ptr: tl.tensor,
    b_ptr: tl.tensor,
    c_ptr: tl.tensor,
    values_ptr: tl.tensor,
    near_ptr: tl.tensor,
    far_ptr: tl.tensor,
    swapped_ptr: tl.tensor,
    margin: tl.float64,
    p: tl.float64,
    eps: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    KIND: tl.constexpr,
    SWAP: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """Each triplet's loss, the two distances that it is made of, and whether the second starts from the positive."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    rows = row[:, None]
    like = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    power, added = tl.full([1], p, ACCUMULATE), tl.full([1, 1], eps, ACCUMULATE)
    near = distances(a_ptr, b_ptr, rows, lists, n, power, added, like, KIND)
    far = distances(a_ptr, c_ptr, rows, lists, n, power, added, like, KIND)
    if SWAP:
        other = distances(b_ptr, c_ptr, rows, lists, n, power, added, like, KIND)
        swapped = (other < far) | (other != other)
        far = tl.where(swapped, other, far)
        tl.store(swapped_ptr + row, swapped.to(tl.int8), mask=row < lists)
    shortfall = near - far + tl.full([1], margin, ACCUMULATE)
    # Not `shortfall > 0`: a NaN has to stay one.
    tl.store(values_ptr + row, tl.where(shortfall <= 0, 0.0, shortfall), mask=row < lists)
    tl.store(near_ptr + row, near, mask=row < lists)
    tl.store(far_ptr + row, far, mask=row < lists)


@triton.jit
def norm_slopes(u: tl.tensor, norm: tl.tensor, p: tl.tensor, KIND: tl.constexpr) -> tl.tensor:
    """The gradients of norms [ROWS] of differences u [ROWS, COLUMNS] by these; 0 at a norm of 0."""
    divisor = tl.where(norm == 0, 1.0, norm)[:, None]
    sign = tl.where(u > 0, 1.0, tl.where(u < 0, -1.0, u)).to(u.dtype)
    if KIND == "squared":
        return u + u
    elif KIND == "manhattan":
        return sign
    elif KIND == "euclidean":
        return divide(u, divisor)
    else:
        return sign * powers(divide(u, divisor), p - 1.0)


@triton.jit
def cosine_slopes(x: tl.tensor, y: tl.tensor, cosine: tl.tensor, length_x: tl.tensor, length_y: tl.tensor) -> tl.tensor:
    """The gradient of one less the cosine by x; 0 where a vector has no direction."""
    has_directions = ((length_x != 0) & (length_y != 0))[:, None]
    divisor_x = tl.where(length_x == 0, 1.0, length_x)[:, None]
    divisor_y = tl.where(length_y == 0, 1.0, length_y)[:, None]
    slopes = divide(cosine[:, None] * divide(x, divisor_x) - divide(y, divisor_y), divisor_x)
    return tl.where(has_directions, slopes, 0.0)


@triton.jit
def triplet_margin_backward(
    a_ptr: tl.tensor,
    b_ptr: tl.tensor,
    c_ptr: tl.tensor,
    near_ptr: tl.tensor,
    far_ptr: tl.tensor,
    swapped_ptr: tl.tensor,
    factors_ptr: tl.tensor,
    gradient_a_ptr: tl.tensor,
    gradient_b_ptr: tl.tensor,
    gradient_c_ptr: tl.tensor,
    p: tl.float64,
    eps: tl.float64,
    lists: tl.tensor,
    n: tl.tensor,
    KIND: tl.constexpr,
    ACCUMULATE: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
) -> None:
    """The gradients of each triplet, times its factor, but for one whose pointer is None."""
    row = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)
    rows = row[:, None]
    like = tl.zeros([ROWS, COLUMNS], ACCUMULATE)
    power, added = tl.full([1, 1], p, ACCUMULATE), tl.full([1, 1], eps, ACCUMULATE)
    factor = tl.load(factors_ptr + row, mask=row < lists, other=0)[:, None]
    swapped = tl.zeros([ROWS, 1], tl.int1)
    if swapped_ptr is not None:
        swapped = (tl.load(swapped_ptr + row, mask=row < lists, other=0) != 0)[:, None]
    if KIND == "cosine":
        near, length_a, length_b = cosines(a_ptr, b_ptr, rows, lists, n, like)
        far, first_length, length_c = cosines(a_ptr, c_ptr, rows, lists, n, like)
        if swapped_ptr is not None:
            other, _, _ = cosines(b_ptr, c_ptr, rows, lists, n, like)
            is_swapped = tl.sum(swapped.to(tl.int32), axis=1) != 0
            far = tl.where(is_swapped, other, far)
            first_length = tl.where(is_swapped, length_b, first_length)
    else:
        near = tl.load(near_ptr + row, mask=row < lists, other=0)
        far = tl.load(far_ptr + row, mask=row < lists, other=0)
    for start in range(0, n, COLUMNS):
        a, b = block_of(a_ptr, rows, start, lists, n, like), block_of(b_ptr, rows, start, lists, n, like)
        c = block_of(c_ptr, rows, start, lists, n, like)
        first = tl.where(swapped, b, a)
        if KIND == "cosine":
            near_by_a = cosine_slopes(a, b, near, length_a, length_b)
            near_by_b = cosine_slopes(b, a, near, length_b, length_a)
            far_by_first = cosine_slopes(first, c, far, first_length, length_c)
            far_by_c = cosine_slopes(c, first, far, length_c, first_length)
        else:
            near_by_a = norm_slopes(a - b + added, near, power, KIND)
            near_by_b = -near_by_a
            far_by_first = norm_slopes(first - c + added, far, power, KIND)
            far_by_c = -far_by_first
        features = start + tl.arange(0, COLUMNS)[None, :]
        inside = (rows < lists) & (features < n)
        place = rows * n + features
        # What costs nothing has a gradient of 0, whatever its vectors hold.
        if gradient_a_ptr is not None:
            by_a = factor * (near_by_a - tl.where(swapped, 0.0, far_by_first))
            tl.store(gradient_a_ptr + place, tl.where(factor == 0, 0.0, by_a), mask=inside)
        if gradient_b_ptr is not None:
            by_b = factor * (near_by_b - tl.where(swapped, far_by_first, 0.0))
            tl.store(gradient_b_ptr + place, tl.where(factor == 0, 0.0, by_b), mask=inside)
        if gradient_c_ptr is not None:
            tl.store(gradient_c_ptr + place, tl.where(factor == 0, 0.0, -factor * far_by_c), mask=inside)
