"""Pictures of strokes, from data: SVG without scripts and inline style, and the rules that hold their directions.

`pictures.diagram` draws one stroke, `drawings.sprite` lays the drawings of the doll once in a page, `check.findings`
says what is wrong with a stroke's data, `standalone` draws a stroke as a file of its own for paper. Head at the top as
the carer at baby's feet sees it: on a lying doll baby's left is on the right of the page. Pictures are never mirrored.
No model, no request, no query here.
"""

from curriculum.diagrams.paper import standalone

__all__ = ["standalone"]
