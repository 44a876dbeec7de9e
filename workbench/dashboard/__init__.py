"""What runs have published, in a browser: `workbench dashboard`. Only app.py knows Panel."""
