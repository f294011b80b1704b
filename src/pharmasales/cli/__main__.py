"""`python -m pharmasales.cli`: the same as `pharmasales`."""

from pharmasales.cli import main

if __name__ == "__main__":
    main()
