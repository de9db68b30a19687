"""By-laws as sentences, tried on the real database and the real cryptography."""
