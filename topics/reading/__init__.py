"""Files -> pages -> lines -> articles kept -> paragraphs."""
