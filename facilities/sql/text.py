"""Values as text made by PostgreSQL, the same as Python would write them."""


def instant(expression: str, around: str = "") -> str:
    """To the second, `2027-03-28T22:00:00Z`, for Django's connections are in UTC; with a mark around it where asked."""
    quoted = around and f"\\{around}"
    return f"""to_char({expression}, '{quoted}YYYY-MM-DD"T"HH24:MI:SS"Z"{quoted}')"""


def reference(number: str) -> str:
    """`B-000123`; a number of more than six digits keeps them all, which lpad to six would not."""
    return f"'B-' || lpad({number}::text, greatest(6, length({number}::text)), '0')"
