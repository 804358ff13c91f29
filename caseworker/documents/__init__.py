"""Paper out: page grid, type faces, seal, one module a document. Plain data in, PDF bytes out."""
