"""Chinese law on what stands behind a sale (证票账货款): licence, invoice, book, goods and money agree.

The buyer holds a licence for what is sold, the invoice states what went, the buyer's book shows it, and the money comes
from the buyer's own account. Each way in which they disagree is a clause of its own, so that a company can set another
outcome by its id.

>>> sorted({clause.outcome for clause in CLAUSES}), {clause.action for clause in CLAUSES}
(['block', 'warn'], {'close_sale'})

Source: "Read first" 6; practice file P2-F; the law and the notice that each clause names, both older than CN-2020.
"""

from __future__ import annotations

from pharmasales.compliance.clauses import Clause, Outcome
from pharmasales.display import Says
from pharmasales.rules import Field

__all__ = ["CLAUSES"]

_GSP = "药品经营质量管理规范, CFDA order 28 of 2016-07-13, art."
_NOTICE = "CFDA notice 2016 no. 94 of 2016-05-03, item 5"


def _tied(breach: str, outcome: Outcome, why: Says, source: str, cure: Says) -> Clause:
    """Return the clause on one way in which the papers, books, goods and money of a sale disagree."""
    rule = f"sale-{breach.replace('_', '-')}"
    return Clause(rule, "close_sale", Field("breach").equals(breach), outcome, why, source, cure)


CLAUSES = (
    _tied(
        "before_licence",
        "block",
        Says("the licence began after the sale", "交易发生在证照生效之前"),
        "药品管理法 art. 51, 55",
        Says("file the licence that was valid on the day, or take the sale back", "补交当日有效的证照，否则撤销交易"),
    ),
    _tied(
        "outside_scope",
        "block",
        Says("the licence does not cover the product", "证照许可范围不含该产品"),
        f"{_GSP} 90",
        Says("stop the product; file a licence that covers it", "停供该产品，补交涵盖该范围的证照"),
    ),
    _tied(
        "no_invoice",
        "block",
        Says("goods that move are invoiced", "有货必有票"),
        f"{_GSP} 91; {_NOTICE}",
        Says("find or issue the invoice", "查找或补开发票"),
    ),
    _tied(
        "no_goods",
        "block",
        Says("an invoice needs its goods", "有票必有货"),
        f"{_GSP} 91; {_NOTICE}",
        Says("show the delivery note, or take the invoice back with a credit note", "补齐随货同行单，否则红冲发票"),
    ),
    _tied(
        "no_book",
        "block",
        Says("goods that arrived are entered in the stock book", "到货须入库登账"),
        f"{_NOTICE}; 药品管理法 art. 57",
        Says("ask the buyer to enter them, or to say where they are", "请购货方登账，或说明货物去向"),
    ),
    _tied(
        "invoice_differs",
        "block",
        Says("invoice and goods agree in quantity", "票货数量须一致"),
        f"{_GSP} 91; {_NOTICE}",
        Says("correct the invoice, or deliver or take back the rest", "更正发票，或补发、退回差额"),
    ),
    _tied(
        "book_differs",
        "block",
        Says("book and goods agree in quantity", "账货数量须一致"),
        f"{_NOTICE}; 药品管理法 art. 57",
        Says("count with the buyer and correct the entry with its paper", "与购货方对账盘点，凭单更正"),
    ),
    _tied(
        "far_apart",
        "warn",
        Says("papers, goods and books follow each other within the days of transit", "票、货、账应在在途天数内衔接"),
        f"{_GSP} 91",
        Says("look whether they belong together", "核实是否同一笔交易"),
    ),
    _tied(
        "lines_differ",
        "block",
        Says("the lines of an invoice add up to its amount", "发票明细须合计为总额"),
        f"{_GSP} 66, 67",
        Says("get the list of the invoice from who issued it", "向开票方索取发票清单"),
    ),
    _tied(
        "other_payer",
        "block",
        Says("who pays is who is invoiced", "付款方须与发票购货方一致"),
        f"{_GSP} 67; {_NOTICE}",
        Says("send it back and let the buyer pay", "退回款项，由购货方支付"),
    ),
    _tied(
        "person_paid",
        "block",
        Says("no drugs are paid for by natural persons or from private accounts", "药款不得由自然人或个人账户支付"),
        f"{_NOTICE}; {_GSP} 67",
        Says("send it back and let the buyer pay from its own account", "退回款项，由购货方对公账户支付"),
    ),
    _tied(
        "no_sale",
        "warn",
        Says("money that stands on no invoice", "款项未对应发票"),
        f"{_GSP} 67",
        Says("tell which invoice it is for, or keep it as paid in advance", "指定核销发票，或列为预收"),
    ),
    _tied(
        "unpaid",
        "warn",
        Says("an invoice that is due is paid", "到期发票须回款"),
        f"{_GSP} 91; S004-74",
        Says("collect it, or settle the dispute", "催收或解决争议"),
    ),
)
"""All clauses on what stands behind a sale, of CN-2020."""
