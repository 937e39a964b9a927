"""Meetings on their way from upload to approval: intake, queries, editing, transitions and exports."""
