"""What this process counts of its searches, for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

# Seconds: a question takes about 10 ms, and two seconds at the very most.
BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

SEARCHES = Histogram(
    "helpdesk_search_seconds",
    "From the question's text to judged hits, by the engine that proposed and the band.",
    ["engine", "band"],
    buckets=BUCKETS,
)
SOLR = Histogram(
    "helpdesk_solr_seconds",
    "Both queries of a question to Solr, by how they ended.",
    ["outcome"],
    buckets=BUCKETS,
)
FALLBACKS = Counter(
    "helpdesk_search_fallbacks",
    "Questions that the embedded engine answered because the chosen one was away.",
    ["engine"],
)
AWAY = Gauge(
    "helpdesk_engine_away",
    "How many processes do not ask an engine because it is away.",
    ["engine"],
    multiprocess_mode="livesum",
)
