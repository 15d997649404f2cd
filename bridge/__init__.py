"""A self-hosted bridge between chat rooms and SMS."""
