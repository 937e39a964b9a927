"""The way of an approved meeting into the records: rules of its body, description, packages, and what comes back."""
