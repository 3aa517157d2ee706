"""What every API endpoint shares: authentication, problems as JSON, keyset pages, idempotent POSTs."""
