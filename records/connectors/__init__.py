"""Ways out: what brings a package to another system. One small file for each, behind one protocol; see docs/connectors.md."""
