"""Ranking losses in PyTorch, for use in training."""
