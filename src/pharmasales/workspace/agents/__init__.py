"""The desk of agents on the files and the store of a workspace."""
