"""The made-up world of the demo project and the extracts its three systems deliver."""
