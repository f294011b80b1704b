"""What third parties test their own extensions with (测试套件): conformance suites that ship with the package."""
