"""Readers of published records and their human summaries. The data lies outside the project."""
