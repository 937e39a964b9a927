"""How long the transcript of a meeting and what was made of it on the way are kept, apart from the record itself."""
