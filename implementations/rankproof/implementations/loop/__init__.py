"""The definitions written out with Python loops, to be read; slow, and differentiated by autograd."""
