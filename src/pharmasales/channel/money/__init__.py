"""Money (回款): what customers owe, since when, and what came in, as of any day, from dated documents.

A `Ledger` holds contracts, invoices, receipts, credit notes, reversals and disputes. `match_money` says which receipt
pays which invoice, `age_ledger` how old the rest is, `statement_of` and `reconcile` whether the customer sees it
likewise, `overdue_interest`, `ledger_dso` and `period_money` what it costs and how fast it comes in, `best_customers`
and `worst_customers` who deserves more of it.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.channel.money.ageing import AgedInvoice, LedgerAgeing, age_ledger
    from pharmasales.channel.money.best import BestCustomers, best_customers
    from pharmasales.channel.money.contracts import ContractMoney, contract_money, contract_table
    from pharmasales.channel.money.documents import (
        Contract,
        Credit,
        CreditNote,
        Dispute,
        Document,
        Invoice,
        Receipt,
        Reversal,
        Told,
    )
    from pharmasales.channel.money.facts import CustomerMoney, customer_money
    from pharmasales.channel.money.in_period import PeriodMoney, net_sales, period_money, period_money_table
    from pharmasales.channel.money.interest import (
        DAY_COUNTS,
        DayCount,
        InterestLine,
        InterestStretch,
        OverdueInterest,
        overdue_interest,
    )
    from pharmasales.channel.money.ledger import Account, Ledger
    from pharmasales.channel.money.matching import MatchedInvoice, MatchedMoney, MatchedPart, OnAccount, match_money
    from pharmasales.channel.money.reconciled import (
        RECONCILED,
        ReconciledKind,
        ReconciledLine,
        Reconciliation,
        TheirLine,
        TheirStatement,
    )
    from pharmasales.channel.money.reconciling import reconcile
    from pharmasales.channel.money.records import ledger_data, ledger_from
    from pharmasales.channel.money.settling import MATCHINGS, MatchingWay
    from pharmasales.channel.money.statement import (
        STATEMENT_KINDS,
        Statement,
        StatementKind,
        StatementLine,
        statement_of,
    )
    from pharmasales.channel.money.turnover import (
        DSO_FORMULAS,
        Dso,
        DsoFormula,
        dso_count_back,
        dso_simple,
        ledger_dso,
        receivables_at_dso,
    )
    from pharmasales.channel.money.verdicts import CustomerVerdict
    from pharmasales.channel.money.worst import WorstCustomers, worst_customers

__all__ = [
    "DAY_COUNTS",
    "DSO_FORMULAS",
    "MATCHINGS",
    "RECONCILED",
    "STATEMENT_KINDS",
    "Account",
    "AgedInvoice",
    "BestCustomers",
    "Contract",
    "ContractMoney",
    "Credit",
    "CreditNote",
    "CustomerMoney",
    "CustomerVerdict",
    "DayCount",
    "Dispute",
    "Document",
    "Dso",
    "DsoFormula",
    "InterestLine",
    "InterestStretch",
    "Invoice",
    "Ledger",
    "LedgerAgeing",
    "MatchedInvoice",
    "MatchedMoney",
    "MatchedPart",
    "MatchingWay",
    "OnAccount",
    "OverdueInterest",
    "PeriodMoney",
    "Receipt",
    "ReconciledKind",
    "ReconciledLine",
    "Reconciliation",
    "Reversal",
    "Statement",
    "StatementKind",
    "StatementLine",
    "TheirLine",
    "TheirStatement",
    "Told",
    "WorstCustomers",
    "age_ledger",
    "best_customers",
    "contract_money",
    "contract_table",
    "customer_money",
    "dso_count_back",
    "dso_simple",
    "ledger_data",
    "ledger_dso",
    "ledger_from",
    "match_money",
    "net_sales",
    "overdue_interest",
    "period_money",
    "period_money_table",
    "receivables_at_dso",
    "reconcile",
    "statement_of",
    "worst_customers",
]

_MODULES = {
    "documents": "Contract Credit CreditNote Dispute Document Invoice Receipt Reversal Told",
    "ledger": "Account Ledger",
    "settling": "MATCHINGS MatchingWay",
    "matching": "MatchedInvoice MatchedMoney MatchedPart OnAccount match_money",
    "ageing": "AgedInvoice LedgerAgeing age_ledger",
    "statement": "STATEMENT_KINDS Statement StatementKind StatementLine statement_of",
    "reconciled": "RECONCILED ReconciledKind ReconciledLine Reconciliation TheirLine TheirStatement",
    "reconciling": "reconcile",
    "interest": "DAY_COUNTS DayCount InterestLine InterestStretch OverdueInterest overdue_interest",
    "in_period": "PeriodMoney net_sales period_money period_money_table",
    "turnover": "DSO_FORMULAS Dso DsoFormula dso_count_back dso_simple ledger_dso receivables_at_dso",
    "facts": "CustomerMoney customer_money",
    "verdicts": "CustomerVerdict",
    "best": "BestCustomers best_customers",
    "worst": "WorstCustomers worst_customers",
    "contracts": "ContractMoney contract_money contract_table",
    "records": "ledger_data ledger_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
