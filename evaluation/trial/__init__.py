"""A model on trial: the meetings at hand drafted by it, held against people's words and against the extractive drafts."""
