"""单位×指标表: what judges, reviewers and offices enter, as a workbook of offices and items, out and back in."""
