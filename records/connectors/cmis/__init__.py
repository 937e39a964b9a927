"""CMIS 1.1 by its browser binding: the connector, and what of the protocol it speaks; see docs/connectors-cmis.md."""
