"""What people look at, in notebooks and dashboard alike: each view is a file, its data apart from its drawing."""

from .amounts import amounts
from .blocking import blocking
from .burn_down import burn_down
from .changes import changes
from .cluster_graph import cluster_graph
from .completeness import completeness
from .consequences import consequences
from .failures import failures, quality_matrix
from .filled import filled
from .flow import flow
from .issues import issues
from .listed import listed
from .ownership import ownership
from .pairs import clusters, pairs
from .plan import plan
from .profile_cards import profile_cards
from .provenance import provenance
from .relations import relations
from .review import review
from .scores import scores
from .side_by_side import side_by_side
from .trend import check_trend, matching_trend, trend
from .view import View
from .waterfall import waterfall

__all__ = [
    "View",
    "amounts",
    "blocking",
    "burn_down",
    "changes",
    "check_trend",
    "cluster_graph",
    "clusters",
    "completeness",
    "consequences",
    "failures",
    "filled",
    "flow",
    "issues",
    "listed",
    "matching_trend",
    "ownership",
    "pairs",
    "plan",
    "profile_cards",
    "provenance",
    "quality_matrix",
    "relations",
    "review",
    "scores",
    "side_by_side",
    "trend",
    "waterfall",
]
