"""What a user of the soak run can mend."""


class RecordError(Exception):
    """A file that is no record of a soak run; the message names it and says what to do."""


class SoakError(Exception):
    """A run that cannot go on; the message says why and what to do."""
