"""What is under test: locating it, calling it, finding out what it can be asked, and containing what it does."""
