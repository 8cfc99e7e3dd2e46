"""From a spec to cases: Hypothesis strategies derived from what the YAML file says of inputs and parameters."""
