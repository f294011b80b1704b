"""The channel as one: the four flows of every dealer, on the files and the store of a workspace."""
