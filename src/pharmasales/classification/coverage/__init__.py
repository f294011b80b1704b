"""Coverage (覆盖): what of each class is developed, where time goes, known agents, and white cells.

The names of these modules are those of `pharmasales.classification`.
"""
