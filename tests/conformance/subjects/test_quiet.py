"""Swallowing output and putting random state back."""

from __future__ import annotations

import logging
import random
import sys
import warnings

import numpy as np
import pytest

from rankproof.conformance.subjects.quiet import quiet, seeded


def test_printed_text_and_bytes_vanish(capsys):
    with quiet():
        print("text")
        sys.stderr.write("text")
        sys.stdout.buffer.write(b"bytes")

    assert capsys.readouterr() == ("", "")


def test_the_streams_outlive_the_block():
    with quiet():
        kept = sys.stdout

    assert kept.write("later") == 5


def test_the_streams_come_back_after_an_exception(capsys):
    with pytest.raises(RuntimeError), quiet():
        raise RuntimeError
    print("back")

    assert capsys.readouterr().out == "back\n"


def test_a_warning_does_not_become_an_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with quiet():
            warnings.warn("unimportant", stacklevel=1)

        with pytest.raises(UserWarning):
            warnings.warn("important", stacklevel=1)


def test_the_seed_holds_inside_and_the_old_state_outside():
    random.seed(1)
    np.random.seed(1)
    outside = random.random(), np.random.rand()
    random.seed(1)
    np.random.seed(1)
    with seeded(7):
        inside = random.random(), np.random.rand()
    with seeded(7):
        again = random.random(), np.random.rand()

    assert inside == again != outside
    assert (random.random(), np.random.rand()) == outside


def test_what_is_logged_inside_reaches_no_handler(caplog):
    logger = logging.getLogger("of.the.subject")
    with caplog.at_level(logging.DEBUG):
        with quiet():
            logger.critical("inside")
        logger.debug("outside")

    assert caplog.messages == ["outside"]
