"""The losses as Triton kernels, interpreted on a machine without a GPU."""
