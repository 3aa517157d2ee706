"""Reading pages and filling their forms."""

from django.test import Client


def as_(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    """The page's HTML as a browser reads it: white space of any length is one space."""
    answer = client.get(address)
    html = " ".join(answer.content.decode().split())
    assert answer.status_code == status, html[:2000]
    return html


def rows_data(*rows: dict, initial: int) -> dict:
    data = {"rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data
