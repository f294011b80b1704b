"""Customer archive (客户档案): who we sell to, who looks after them, and what they bought.

`Customer` and `Product` are the master data, `Sale` is what happened, and `Archive` holds them checked together.
"""

from pharmasales.archive.customers import Archive, Customer, Product
from pharmasales.archive.sales import Measured, Sale, by_bucket, by_customer, by_period, by_rep, lines_within, owners

__all__ = [
    "Archive",
    "Customer",
    "Measured",
    "Product",
    "Sale",
    "by_bucket",
    "by_customer",
    "by_period",
    "by_rep",
    "lines_within",
    "owners",
]
