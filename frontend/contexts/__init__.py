"""What pages show: a frozen dataclass per page, built from queries, so that templates neither query nor decide."""
