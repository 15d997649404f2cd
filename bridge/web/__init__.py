"""The bridge's web server: OVH's callbacks, health and figures. It is given plain functions."""
