"""Paragraphs + vectors -> topics: the only room that knows BERTopic, UMAP and HDBSCAN."""
