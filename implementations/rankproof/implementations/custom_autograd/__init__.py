"""Ranking losses as torch.autograd.Function: the fastest algorithm known for each, with a hand-written backward."""
