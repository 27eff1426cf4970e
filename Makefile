# Short names for dev.py, which needs nothing but Python and does the work.
PYTHON ?= python3

.PHONY: site test lint types package all

site test lint types package all:
	$(PYTHON) dev.py $@
