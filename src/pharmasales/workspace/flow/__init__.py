"""The desk of flow on the files and the store of a workspace."""
