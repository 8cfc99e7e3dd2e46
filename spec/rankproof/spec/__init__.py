"""What each loss is: one YAML file a loss, the schema of these files, the format's README, a reader of arguments."""
