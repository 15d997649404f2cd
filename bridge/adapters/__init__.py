"""One folder for each foreign thing; none imports another."""
