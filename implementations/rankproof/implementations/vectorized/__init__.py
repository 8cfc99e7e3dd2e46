"""The losses as idiomatic tensor operations on all pairs of items, with gradients from autograd."""
