"""A program that grades frames: each comes back as the type that it came as."""

from __future__ import annotations

from typing import assert_type

import polars as pl

from pharmasales import frames
from pharmasales.rules import Bands, Evidence, Field, Fitted, Pareto, Ranked, Split

size = Bands(Field("beds"), ((500, "small"),), top="large")
abc = Pareto(Field("sales"), (("80%", "A"),), rest="B")
table = pl.DataFrame({"beds": [499, 500], "sales": [8, 2]})

assert_type(frames.apply(size, table, into="size"), pl.DataFrame)
assert_type(frames.apply(size, table.lazy(), into="size", why="why", lang="zh"), pl.LazyFrame)
assert_type(frames.apply(Ranked(Field("sales")), table, into="rank"), pl.DataFrame)
assert_type(frames.apply(Split(Field("sales"), 7), table, into="part", order="beds"), pl.DataFrame)

fitted = frames.fit(abc, table, all_zero="lowest")
assert_type(fitted, Fitted)
assert_type(fitted.evidence, tuple[Evidence, ...])
assert frames.apply(fitted.bands, table, into="class")["class"].to_list() == ["A", "B"]
