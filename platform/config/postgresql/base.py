"""The connection as Django wants it of a backend."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Sees by its socket whether the server is still there: a round trip in front of every request is a twentieth of
    asking for time."""

    def is_usable(self) -> bool:
        """A server that ended, or ended this connection, has closed it or said so; where nothing has come since the
        last answer, and nothing went wrong, the connection is good. Else the server is asked."""
        return self._is_quiet() or bool(super().is_usable())

    def _is_quiet(self) -> bool:
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0)
