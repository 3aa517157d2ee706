"""Problems handed to OR-tools; what they mean and how they are explained is in `programs.rules`."""
