"""Pages of the editor, for administrators of the assessing office."""
