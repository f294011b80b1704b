"""The desk of stock on the files and the store of a workspace."""
