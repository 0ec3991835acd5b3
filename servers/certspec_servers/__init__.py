"""certspec_servers - a TLS server that plays a script (see servers/README.md)."""
