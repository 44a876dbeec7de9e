"""What workbench.yml says of who gets to the dashboard."""

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from .base import Model


class DashboardConfig(Model):
    """How people sign in to the dashboard."""

    sign_in: Literal["password", "header", "oauth"] | None = Field(
        default=None, description="how people sign in; without it the dashboard is for its own computer alone"
    )
    header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] = Field(
        default="X-Remote-User", description="the header in which a reverse proxy says who somebody is"
    )
    proxies: list[IPv4Address] = Field(
        default=[IPv4Address("127.0.0.1")], min_length=1, description="addresses of the proxies that may say it"
    )
