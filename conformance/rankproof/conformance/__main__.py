"""``python -m rankproof.conformance`` is ``rankproof``, where no console script is installed."""

from rankproof.conformance.cli import main

if __name__ == "__main__":
    main(prog_name="rankproof")
