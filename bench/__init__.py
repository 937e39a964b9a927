"""Speed of the parts that a user waits for, measured side by side in one run."""
