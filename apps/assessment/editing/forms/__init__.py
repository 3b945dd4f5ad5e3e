"""Forms of the editor: what people type into values of a document, and back. What it means, `schemefile.check` says."""
