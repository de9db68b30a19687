"""The demonstration: the two counties of the articles, their history recorded through the decisions people use."""
