"""sitegen: a static site and blog generator for math-heavy technical posts."""
