"""Records management: what the records office keeps of an approved 議事要旨, and in which form it takes it over."""
