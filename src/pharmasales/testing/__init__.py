"""What third parties test their own extensions with (测试套件): sample worlds and conformance suites in the package.

The worlds need nothing but the package itself; `pharmasales.testing.storage`, `strategies` and `laws` need the extra
`testing` and are imported by name.
"""

from pharmasales.testing.worlds import one_rep, quarter_with_gap, two_districts

__all__ = ["one_rep", "quarter_with_gap", "two_districts"]
