"""Findings, and every form in which a person or a program reads them."""
