"""Apache Solr as the engine that proposes; docs/solr.md tells how it all hangs together."""
