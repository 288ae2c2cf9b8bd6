"""Running the program."""
