"""Who is who, on data of which it is known: datasets, the workbench and its peers on them, and the scores of both."""
