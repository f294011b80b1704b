"""The desk of credit on the files and the store of a workspace."""
