"""The models: which are known, where each one is, how it is fetched."""

from __future__ import annotations

from tinyagent_cli.models.hub import Hub
from tinyagent_cli.models.names import EndpointName, HubFile, Learned, LocalFile, Source, Starter, source_of
from tinyagent_cli.models.places import locate

__all__ = ["EndpointName", "Hub", "HubFile", "Learned", "LocalFile", "Source", "Starter", "locate", "source_of"]
