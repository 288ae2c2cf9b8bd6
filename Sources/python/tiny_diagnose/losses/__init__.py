"""What users of each framework call a loss, and what it means to the program."""
