"""Page text -> what is article and what is not, each line with a reason."""
