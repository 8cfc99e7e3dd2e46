"""Soaking: right implementations under many seeds, to measure how often the suite blames what is right."""
