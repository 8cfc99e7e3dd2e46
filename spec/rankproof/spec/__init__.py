"""What each loss is: one YAML file a loss, the schema of these files, and the format's README. No logic."""
