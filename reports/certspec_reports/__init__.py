"""What certspec's results say, for people and for other programs."""

__version__ = "0.1.0"

# The one version of the results contract (schema/results.schema.json) that this package reads.
SCHEMA_VERSION = 1
