"""House styles that people made, beside those of the program: kept by revision, and offered to departments."""
