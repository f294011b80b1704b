"""Flow (流向): what many distributors sold on, out of files of many layouts, cleaned, matched, closed.

`suggest_columns` reads a header and a person confirms a `ColumnMap`; `read_flow` reads rows exactly; a `Matcher` knows
customers and products by name, code and confirmed `Alias`; `clean_flow` makes sales of lines or holds them, and loses
none; `questions` asks once for each name. On the sales stand `cross_region` (窜货), `close_chain`, `primary_secondary`,
`stock_counts`, `unfounded_returns`, and months that are closed and restated.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.channel.flow.aliases import Alias, AliasBook, MasterKind, alias_data, alias_from
    from pharmasales.channel.flow.asking import Question, Questions, questions
    from pharmasales.channel.flow.balance import FlowBalance, Tally
    from pharmasales.channel.flow.chain import CHAIN_DIFFERENCES, ChainDifference, ChainMove, ChainStock
    from pharmasales.channel.flow.cleaning import CleanFlow, CleaningPolicy, clean_flow
    from pharmasales.channel.flow.closure import ChainClosure, ChainDifferences, chain_moves, close_chain
    from pharmasales.channel.flow.columns import (
        ColumnGuess,
        ColumnGuesses,
        ColumnMap,
        DayOrder,
        column_data,
        column_from,
        suggest_columns,
    )
    from pharmasales.channel.flow.comparing import (
        LOADING,
        LoadingPolicy,
        PrimarySecondary,
        SoldOn,
        StockistCount,
        primary_secondary,
        stock_counts,
        stock_table,
    )
    from pharmasales.channel.flow.crossing import CROSSING_KINDS, CrossRegion, CrossSale, FlowTerritory, cross_region
    from pharmasales.channel.flow.fields import FLOW_FIELDS, FlowField
    from pharmasales.channel.flow.held import HELD_REASONS, FlowSale, HeldLine, HeldReason
    from pharmasales.channel.flow.masters import Likely, Master, MasterNames, customer_masters, product_masters
    from pharmasales.channel.flow.matching import ANSWER_WAYS, PRODUCT_POLICY, AnswerWay, Matched, Matcher, MatchPolicy
    from pharmasales.channel.flow.month_data import flow_month_data, flow_month_from
    from pharmasales.channel.flow.month_diff import FLOW_CHANGES, FlowChange, FlowDiff, FlowDiffSum, FlowFact
    from pharmasales.channel.flow.months import FlowMonth, close_month, flow_facts
    from pharmasales.channel.flow.packing import Packing, packing_data, packing_from
    from pharmasales.channel.flow.reading import FlowFile, FlowLine, ReadFlow, read_flow
    from pharmasales.channel.flow.returning import UnfoundedReturn, unfounded_returns
    from pharmasales.channel.flow.telling import MARKS, customer_name, product_name, tells_apart

__all__ = [
    "ANSWER_WAYS",
    "CHAIN_DIFFERENCES",
    "CROSSING_KINDS",
    "FLOW_CHANGES",
    "FLOW_FIELDS",
    "HELD_REASONS",
    "LOADING",
    "MARKS",
    "PRODUCT_POLICY",
    "Alias",
    "AliasBook",
    "AnswerWay",
    "ChainClosure",
    "ChainDifference",
    "ChainDifferences",
    "ChainMove",
    "ChainStock",
    "CleanFlow",
    "CleaningPolicy",
    "ColumnGuess",
    "ColumnGuesses",
    "ColumnMap",
    "CrossRegion",
    "CrossSale",
    "DayOrder",
    "FlowBalance",
    "FlowChange",
    "FlowDiff",
    "FlowDiffSum",
    "FlowFact",
    "FlowField",
    "FlowFile",
    "FlowLine",
    "FlowMonth",
    "FlowSale",
    "FlowTerritory",
    "HeldLine",
    "HeldReason",
    "Likely",
    "LoadingPolicy",
    "Master",
    "MasterKind",
    "MasterNames",
    "MatchPolicy",
    "Matched",
    "Matcher",
    "Packing",
    "PrimarySecondary",
    "Question",
    "Questions",
    "ReadFlow",
    "SoldOn",
    "StockistCount",
    "Tally",
    "UnfoundedReturn",
    "alias_data",
    "alias_from",
    "chain_moves",
    "clean_flow",
    "close_chain",
    "close_month",
    "column_data",
    "column_from",
    "cross_region",
    "customer_masters",
    "customer_name",
    "flow_facts",
    "flow_month_data",
    "flow_month_from",
    "packing_data",
    "packing_from",
    "primary_secondary",
    "product_masters",
    "product_name",
    "questions",
    "read_flow",
    "stock_counts",
    "stock_table",
    "suggest_columns",
    "tells_apart",
    "unfounded_returns",
]

_MODULES = {
    "aliases": "Alias AliasBook MasterKind alias_data alias_from",
    "asking": "Question Questions questions",
    "balance": "FlowBalance Tally",
    "chain": "CHAIN_DIFFERENCES ChainDifference ChainMove ChainStock",
    "cleaning": "CleanFlow CleaningPolicy clean_flow",
    "closure": "ChainClosure ChainDifferences chain_moves close_chain",
    "columns": "ColumnGuess ColumnGuesses ColumnMap DayOrder column_data column_from suggest_columns",
    "fields": "FLOW_FIELDS FlowField",
    "comparing": (
        "LOADING LoadingPolicy PrimarySecondary SoldOn StockistCount primary_secondary stock_counts stock_table"
    ),
    "crossing": "CROSSING_KINDS CrossRegion CrossSale FlowTerritory cross_region",
    "held": "FlowSale HELD_REASONS HeldLine HeldReason",
    "masters": "Likely Master MasterNames customer_masters product_masters",
    "matching": "ANSWER_WAYS PRODUCT_POLICY AnswerWay MatchPolicy Matched Matcher",
    "month_data": "flow_month_data flow_month_from",
    "month_diff": "FLOW_CHANGES FlowChange FlowDiff FlowDiffSum FlowFact",
    "months": "FlowMonth close_month flow_facts",
    "packing": "Packing packing_data packing_from",
    "reading": "FlowFile FlowLine ReadFlow read_flow",
    "returning": "UnfoundedReturn unfounded_returns",
    "telling": "MARKS customer_name product_name tells_apart",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
