"""LaTeX to MathML Core: TeX and options in; markup, numbers and located problems out.

This package stands alone: it knows nothing of posts, files or Markdown, and imports nothing else of sitegen.
"""
