"""What every feature stands on: words without a domain."""
