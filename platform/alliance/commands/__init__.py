"""Everything that writes in an alliance: its record, membership, governance, votes, documents, events and news."""
