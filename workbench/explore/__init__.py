"""Looking into a column before deciding on it: what stands in it, and which of its values are likely one."""

from .clusters import Clusters, clusters
from .facets import Facets, facets

__all__ = ["Clusters", "Facets", "clusters", "facets"]
