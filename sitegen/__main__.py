"""`python -m sitegen`."""

from sitegen.cli import main

# Worker processes import the main module once more.
if __name__ == "__main__":
    main()
