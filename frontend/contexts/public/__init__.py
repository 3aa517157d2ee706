"""What the public pages show; nothing here depends on who reads."""
