"""Where the bridge keeps everything: SQLite or PostgreSQL."""
