"""The codes of everything that can be wrong with a formula.

This table is the one place where a mathematical code gets its severity and its explanation; `sitegen explain`
prints the latter. Nothing here imports anything of the program.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
"""`error` marks the formula; `warning` counts under `--strict`; `note` is said once and never counts."""


class CodeInfo(NamedTuple):
    """What is known of one code."""

    severity: Severity
    explanation: str
    """A paragraph for the author: what it means, why it matters, what to do."""


CODES: dict[str, CodeInfo] = {
    "math/unknown-command": CodeInfo(
        "error",
        "The formula uses a command that is neither known to sitegen nor defined as a macro. It would "
        "otherwise have to be shown as letters, so the formula is shown as its source. Correct the spelling, "
        "or define the macro with \\newcommand in the post, under `macros` in its front matter, or under "
        "[math.macros] in sitegen.toml.",
    ),
    "math/unknown-environment": CodeInfo(
        "error",
        "\\begin names an environment that is neither known to sitegen nor defined with \\newenvironment. "
        "Correct the spelling, or define it.",
    ),
    "math/unclosed-group": CodeInfo(
        "error",
        "A brace, bracket or dollar sign opens something that the formula never closes. The range is that of "
        "the opening sign.",
    ),
    "math/unclosed-environment": CodeInfo(
        "error",
        "A \\begin has no \\end in the same formula. Often a dollar sign or an empty line ended the formula too early.",
    ),
    "math/unclosed-fence": CodeInfo(
        "error",
        "A \\left has no \\right in the same group or table cell. TeX wants both in one cell; \\left. and "
        "\\right. stand for an invisible one.",
    ),
    "math/mismatched-end": CodeInfo(
        "error",
        "An \\end names another environment than the innermost \\begin that is open.",
    ),
    "math/unexpected-end": CodeInfo(
        "error",
        "An \\end, a closing brace, a \\right or a \\middle closes something that was never opened.",
    ),
    "math/misplaced-ampersand": CodeInfo(
        "error",
        "& separates the cells of a table, so it has a meaning only inside an environment such as align, "
        "cases or matrix. An ampersand that is to be seen is written \\&.",
    ),
    "math/missing-argument": CodeInfo(
        "error",
        "A command needs an argument that is not there: the formula, the group or the cell ends right after it.",
    ),
    "math/bad-argument": CodeInfo(
        "error",
        "An argument is not of the kind that the command takes: a length, a number, a name or a column specification.",
    ),
    "math/bad-color": CodeInfo(
        "error",
        "The colour is none that sitegen knows. Known are the CSS names, the names of xcolor's dvipsnames, "
        "#rgb and #rrggbb, mixes such as red!50, and the models rgb, RGB, HTML, gray and cmyk.",
    ),
    "math/bad-delimiter": CodeInfo(
        "error",
        "\\left, \\right, \\middle and the \\big family take one delimiter, such as a bracket, a bar, \\langle or "
        "a point for none.",
    ),
    "math/double-superscript": CodeInfo(
        "error",
        "Two superscripts follow one symbol, and TeX does not guess which belongs to which. Braces say it: "
        "{x^a}^b or x^{a^b}.",
    ),
    "math/double-subscript": CodeInfo(
        "error",
        "Two subscripts follow one symbol, and TeX does not guess which belongs to which. Braces say it: "
        "{x_a}_b or x_{a_b}.",
    ),
    "math/misplaced-limits": CodeInfo(
        "error",
        "\\limits and \\nolimits follow an operator such as \\sum or \\operatorname*{…}.",
    ),
    "math/misplaced-command": CodeInfo(
        "error",
        "The command has a meaning only in another place, such as inside a table, inside text, or at the "
        "start of a row.",
    ),
    "math/misplaced-dollar": CodeInfo(
        "error",
        "A dollar sign inside a formula would end it. A dollar sign that is to be seen is written \\$.",
    ),
    "math/misplaced-hash": CodeInfo(
        "error",
        "# stands for an argument inside a macro definition only. A hash sign that is to be seen is written \\#.",
    ),
    "math/environment-in-inline": CodeInfo(
        "error",
        "align, gather and their kin are displays of their own with numbered rows; they have no place in an "
        "inline formula. Use $$ for a display, or aligned and gathered inside the line.",
    ),
    "math/bad-definition": CodeInfo(
        "error",
        "A macro definition is not complete: the name, the number of arguments or the replacement text is "
        "missing or wrong.",
    ),
    "math/macro-loop": CodeInfo(
        "error",
        "A macro expands into itself, directly or through others, or expands into more than a formula may hold.",
    ),
    "math/too-deep": CodeInfo(
        "error",
        "Groups, scripts or environments are nested deeper than any readable formula, which points to a "
        "mistake or to generated text.",
    ),
    "math/too-long": CodeInfo(
        "error",
        "The formula is longer than any readable formula, which usually means that a dollar sign is missing "
        "and text was taken for mathematics.",
    ),
    "math/invalid-character": CodeInfo(
        "error",
        "The formula contains a control character, which no HTML page may contain. Delete it in the source; "
        "it is often invisible in an editor.",
    ),
    "math/duplicate-label": CodeInfo(
        "error",
        "Two equations have the same label, so a reference to it would be ambiguous. The first one keeps it.",
    ),
    "math/label-without-number": CodeInfo(
        "warning",
        "The label names something that has no number, so a reference to it has nothing to print. Use the "
        "equation environment, or \\tag.",
    ),
    "math/multiple-tags": CodeInfo(
        "error",
        "One row has two \\tag commands; it can print one only. Keep one of them, or end the row between them.",
    ),
    "math/tag-in-line": CodeInfo(
        "note",
        "\\tag gives a number to a display, where it stands at the margin, and LaTeX refuses it elsewhere. In an "
        "inline formula it is printed right after the formula; references to its label work.",
    ),
    "math/comment-in-line": CodeInfo(
        "warning",
        "In TeX, % begins a comment, which ends with the line. In an inline formula all that follows is left out, "
        "which is hardly ever meant. A percent sign is written \\%.",
    ),
    "math/multiple-labels": CodeInfo(
        "error",
        "One row has two \\label commands, of which amsmath would lose one. Keep one of them, or end the row "
        "between them.",
    ),
    "math/nested-display": CodeInfo(
        "error",
        "equation, align, gather and their kin number their rows, so none of them may stand inside another one. Inside "
        "an equation the rows go into aligned, gathered or split, which are numbered as one.",
    ),
    "math/bad-chemistry": CodeInfo(
        "error",
        "The text in \\ce or \\pu cannot be read in the notation of the mhchem package: a bracket or a dollar sign is "
        "never closed, a script is empty, or the bond is none of the package's. Mathematics inside of \\ce stands "
        "between dollar signs, words stand in braces.",
    ),
    "math/bad-number": CodeInfo(
        "error",
        "A command of the siunitx package takes a number: digits with a decimal marker, a sign, an uncertainty such as "
        "(5) or +- 0.1, and an exponent after e. Anything else can be set with the option parse-numbers=false.",
    ),
    "math/unknown-unit": CodeInfo(
        "error",
        "A command inside a unit is no unit, prefix or power of the siunitx package, or a unit is missing. Units of "
        "your own are defined with \\DeclareSIUnit{\\name}{symbol}.",
    ),
    "math/unknown-option": CodeInfo(
        "error",
        "An option in brackets or in \\sisetup is none of the siunitx package. An option that is misspelt would "
        "silently change nothing, so the formula is shown as its source.",
    ),
    "math/missing-bracket": CodeInfo(
        "warning",
        "A command of the physics package takes what is in the bracket right after it, and there is none. The "
        "package prints an empty pair of brackets then. Put the content into (…), […], {…} or |…|.",
    ),
    "math/unknown-package": CodeInfo(
        "warning",
        "\\require or \\usepackage names a package that sitegen does not know. Nothing has to be loaded for the "
        "commands that sitegen knows, so the line can be deleted when the formulas are shown as meant.",
    ),
    "math/bad-diagram": CodeInfo(
        "error",
        "In \\begin{CD} each arrow is an @ with signs after it: @>f>> and @<<g< between two objects, @VfVV and @AAgA "
        "between two rows, @= and @| for equality, @. where no arrow is. The sign stands three times, and labels "
        "stand between; a label that contains the sign goes into braces.",
    ),
    "math/bad-proof": CodeInfo(
        "error",
        "A proof tree is written from its leaves: each \\AxiomC puts a tree aside, and an inference such as "
        "\\BinaryInfC takes as many of them as its name says. At the end exactly one tree must be left.",
    ),
    "math/unsafe-link": CodeInfo(
        "error",
        "The address of \\href or \\url has a scheme that could run a program in the reader's browser. Allowed are "
        "http, https, mailto, ftp, tel, and addresses within the site.",
    ),
    "math/partial-link": CodeInfo(
        "note",
        "A link on a part of a formula cannot be reached by keyboard in every browser, so the part is shown unlinked. "
        "\\href around the whole formula becomes a link.",
    ),
    "math/no-tip": CodeInfo(
        "note",
        "\\mathtip and \\texttip show their tip to a pointer only, so a reader with a keyboard, a phone or on paper "
        "never sees it. The formula is shown without it; the text around is the place to say it.",
    ),
    "math/unsupported": CodeInfo(
        "error",
        "TeX knows the command, but it has no meaning on a web page or sitegen does not support it.",
    ),
}
"""Code to what is known of it. Codes read `math/what`."""
