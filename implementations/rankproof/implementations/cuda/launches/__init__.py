"""The launches of each loss's kernels, one file a loss: what has to compile for each GPU and dtype of scores."""
