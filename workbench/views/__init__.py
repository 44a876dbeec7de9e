"""What people look at in a notebook."""
