"""Ready-made estimators (潜力测算方法): department, ward, doctor, patients, sales, target hospitals (目标医院推算法).

Each is a value of `Estimator` with its source, its unit and its limits; a company writes its own in the same few lines.

>>> record = {"hospitals": 23, "beds": 500, "turnover": "2.5", "share_using": "0.1", "use_per_patient": 2}
>>> HOSPITALS_BY_BEDS.estimate(record).amount
Amount('5750 BOX')
>>> doctors = Input("doctors", Says("doctors", "医生数"), Says("doctors", "位"))
>>> each = Input("boxes_each", Says("boxes a doctor", "每位医生用量"), Says("boxes a month", "盒/月"))
>>> by_doctors = Estimator(
...     name="by_doctors",
...     says=Says("by doctors", "医生数推算"),
...     rule=Times([doctors.term, each.term]),
...     inputs=[doctors, each],
...     unit=BOX,
...     per="month",
... )
>>> by_doctors.estimate({"doctors": 6, "boxes_each": 250}).value
1500

Source: S004-16 to S004-18, P2-A.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve

from pharmasales.classification.potential.estimating import Estimator, Per
from pharmasales.classification.potential.inputs import Input
from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.rules import Sum, Times
from pharmasales.units import BOX, CNY, Unit

__all__ = [
    "DEPARTMENT_OWN",
    "DEPARTMENT_TOTAL",
    "DOCTOR_MONTH",
    "ESTIMATORS",
    "HOSPITALS_BY_BEDS",
    "HOSPITALS_BY_OUTPATIENTS",
    "HOSPITALS_BY_PURCHASES",
    "PATIENTS_TOTAL",
    "SALES_TOTAL",
    "WARD",
    "expected_sales",
    "priced",
]

_PART = Says("a part of 1", "占比（0 至 1）")
_A_DAY = Says("patients a day", "人次/日")
_DAYS = Says("days a month", "天/月")

_PATIENTS_A_DAY = Input("patients_a_day", Says("patients a day", "日均门诊人次"), _A_DAY)
_SHARE_USING = Input("share_using", Says("share using the drug", "用药比例"), _PART, most=1)
_RX = Input("rx_per_patient", Says("average prescription per patient", "人均处方量"), Says("boxes", "盒"))
_WORKING_DAYS = Input("working_days", Says("working days", "工作日"), _DAYS, most=31)
_OWN_PATIENTS = Input("own_patients_a_day", Says("patients a day on the own product", "日均本品处方人次"), _A_DAY)
_BEDS = Input("beds", Says("beds", "床位数"), Says("beds", "张"))
_TURNOVER = Input(
    "turnover", Says("monthly turnover of a bed", "床位月周转"), Says("patients a bed a month", "人次/床/月")
)
_USE = Input("use_per_patient", Says("monthly use per patient", "人均月用量"), Says("boxes a month", "盒/月"))
_CLINIC_DAYS = Input("clinic_days", Says("clinic days", "出诊天数"), _DAYS, most=31)
_PATIENTS = Input("patients_a_clinic_day", Says("patients a clinic day", "每出诊日人次"), _A_DAY)
_SUITABLE = Input("share_suitable", Says("share suitable", "适用比例"), _PART, most=1)
_UNIT_RX = Input("unit_rx", Says("unit prescription", "单次处方量"), Says("boxes", "盒"))
_HOSPITALS = Input("hospitals", Says("target hospitals", "目标医院数"), Says("hospitals", "家"))
_OUTPATIENTS = Input("outpatients_a_day", Says("outpatients a day", "日均门诊量"), _A_DAY)
_PURCHASE = Input(
    "monthly_purchase", Says("monthly purchase of a hospital", "单院月采购量"), Says("boxes a month", "盒/月")
)
_ALL_PATIENTS = Input("patients", Says("patients", "患者总数"), Says("patients", "人"))
_OWN_SALES = Input("own_sales", Says("own sales", "本品销量"), BOX)
_RIVAL_SALES = Input("rival_sales", Says("rivals' sales", "竞品销量"), BOX)

DEPARTMENT_TOTAL = Estimator(
    name="department_total",
    says=Says("department total", "科室处方总量"),
    rule=Times([_PATIENTS_A_DAY.term, _SHARE_USING.term, _RX.term, _WORKING_DAYS.term]),
    inputs=[_PATIENTS_A_DAY, _SHARE_USING, _RX, _WORKING_DAYS],
    unit=BOX,
    per="month",
    source="S004-17, E1",
    limits=Says("outpatients only: a ward comes on top", "仅计门诊，病区另计"),
)
"""Department total Rx = patients a day x share using the drug x average Rx per patient x working days."""

DEPARTMENT_OWN = Estimator(
    name="department_own",
    says=Says("own product in the department", "科室本品处方量"),
    rule=Times([_OWN_PATIENTS.term, _RX.term, _WORKING_DAYS.term]),
    inputs=[_OWN_PATIENTS, _RX, _WORKING_DAYS],
    unit=BOX,
    per="month",
    of="own sales",
    source="S004-18, E1",
    limits=Says(
        "of a whole department, never counted doctor by doctor (统方)", "以科室整体估计，不得按医生统计处方（统方）"
    ),
)
"""Own Rx = patients a day who are prescribed the own product x average Rx per patient x working days."""

WARD = Estimator(
    name="ward",
    says=Says("ward", "病区用量"),
    rule=Times([_BEDS.term, _TURNOVER.term, _SHARE_USING.term, _USE.term]),
    inputs=[_BEDS, _TURNOVER, _SHARE_USING, _USE],
    unit=BOX,
    per="month",
    source="P2-A",
    limits=Says("inpatients only; beds that stand empty are in the turnover", "仅计住院，空床已含于周转率"),
)
"""Ward = beds x monthly turnover x share using the drug x monthly use per patient."""

DOCTOR_MONTH = Estimator(
    name="doctor_month",
    says=Says("doctor's month", "医生月潜力"),
    rule=Times([_CLINIC_DAYS.term, _PATIENTS.term, _SUITABLE.term, _UNIT_RX.term]),
    inputs=[_CLINIC_DAYS, _PATIENTS, _SUITABLE, _UNIT_RX],
    unit=BOX,
    per="month",
    source="P2-A",
    limits=Says(
        "a potential from public clinic hours and assumed shares; what a doctor prescribed must not be read (统方)",
        "以公开出诊信息与假定比例推算，不得读取医生实际处方（统方）",
    ),
)
"""Doctor's month = clinic days x patients a clinic day x share suitable x unit Rx."""

HOSPITALS_BY_BEDS = Estimator(
    name="hospitals_by_beds",
    says=Says("target hospitals by beds", "目标医院推算法（床位）"),
    rule=Times([_HOSPITALS.term, _BEDS.term, _TURNOVER.term, _SHARE_USING.term, _USE.term]),
    inputs=[_HOSPITALS, _BEDS, _TURNOVER, _SHARE_USING, _USE],
    unit=BOX,
    per="month",
    source="S004-16",
    limits=Says("`beds` is the mean of the target hospitals; inpatients only", "床位取目标医院均值，仅计住院"),
)
"""Target hospitals x beds of one x monthly turnover x share using the drug x monthly use per patient."""

HOSPITALS_BY_OUTPATIENTS = Estimator(
    name="hospitals_by_outpatients",
    says=Says("target hospitals by outpatients", "目标医院推算法（门诊量）"),
    rule=Times([_HOSPITALS.term, _OUTPATIENTS.term, _SHARE_USING.term, _RX.term, _WORKING_DAYS.term]),
    inputs=[_HOSPITALS, _OUTPATIENTS, _SHARE_USING, _RX, _WORKING_DAYS],
    unit=BOX,
    per="month",
    source="S004-16",
    limits=Says("the mean of the target hospitals; outpatients only", "取目标医院均值，仅计门诊"),
)
"""Target hospitals x outpatients a day of one x share using the drug x average Rx per patient x working days."""

HOSPITALS_BY_PURCHASES = Estimator(
    name="hospitals_by_purchases",
    says=Says("target hospitals by purchases", "目标医院推算法（月采购量）"),
    rule=Times([_HOSPITALS.term, _PURCHASE.term]),
    inputs=[_HOSPITALS, _PURCHASE],
    unit=BOX,
    per="month",
    source="S004-16",
    limits=Says("what is bought now of all makers, in and out of the ward", "现有各厂家采购量，含门诊与住院"),
)
"""Target hospitals x monthly purchase of one, of all makers; `priced` makes it a value."""

PATIENTS_TOTAL = Estimator(
    name="patients_total",
    says=Says("from all patients", "患者总量法"),
    rule=Times([_ALL_PATIENTS.term, _SHARE_USING.term, _USE.term]),
    inputs=[_ALL_PATIENTS, _SHARE_USING, _USE],
    unit=BOX,
    per="month",
    source="S004-16",
    limits=Says(
        "who is not diagnosed counts as a patient, too, unless the share allows for it", "比例须已扣除未就诊患者"
    ),
)
"""All patients x share using the drug x monthly use per patient."""

SALES_TOTAL = Estimator(
    name="sales_total",
    says=Says("from all sales", "销售总量法"),
    rule=Sum([_OWN_SALES.term, _RIVAL_SALES.term]),
    inputs=[_OWN_SALES, _RIVAL_SALES],
    unit=BOX,
    per="month",
    source="S004-16",
    limits=Says("what is sold now, not what could be", "现有销量，非可达销量"),
)
"""Own sales + rivals' sales of a month."""


def priced(estimator: Estimator, unit: Unit = CNY) -> Estimator:
    """Turn an estimator of boxes into one of value (金额): its rule times the price, read from the field `price`.

    Args:
        estimator: an estimator that counts in whole pieces.
        unit: the money that the price is in.

    >>> by_value = priced(HOSPITALS_BY_PURCHASES)
    >>> by_value.name, by_value.estimate({"hospitals": 20, "monthly_purchase": 300, "price": "25.80"}).amount
    ('hospitals_by_purchases_value', Amount('154800.00 CNY'))

    Source: S004-16. Raises:
        BadRule: an estimator that reads a price already.
    """
    if any(one.name == "price" for one in estimator.inputs):
        raise BadRule("it reads a price already", where=estimator.name, code="potential.price")
    price = Input("price", Says("price", "单价"), unit)
    return evolve(
        estimator,
        name=f"{estimator.name}_value",
        says=Says(f"{estimator.says.en}, value", f"{estimator.says.zh}（金额）"),
        rule=Times([estimator.rule, price.term]),
        inputs=[*estimator.inputs, price],
        unit=unit,
    )


def expected_sales(unit: Unit = BOX, per: Per = "month") -> Estimator:
    """Expected sales = potential x expected share x success rate (预期销量), for a potential in a unit and a period.

    Args:
        unit: what the potential is counted in, and the answer.
        per: the period that it is of.

    >>> plan = {"potential": 1584, "expected_share": "0.5", "success_rate": "0.6"}
    >>> expected_sales().estimate(plan).value
    Fraction(2376, 5)

    Source: P2-A.
    """
    potential = Input("potential", Says("potential", "潜力"), unit)
    share = Input("expected_share", Says("expected share", "预期份额"), _PART, most=1)
    success = Input("success_rate", Says("success rate", "成功率"), _PART, most=1)
    return Estimator(
        name="expected_sales",
        says=Says("expected sales", "预期销量"),
        rule=Times([potential.term, share.term, success.term]),
        inputs=[potential, share, success],
        unit=unit,
        per=per,
        of="expected sales",
        source="P2-A",
        limits=Says("no better than the potential that goes into it", "准确度取决于所用潜力"),
    )


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {
        estimator.name: estimator
        for estimator in (
            DEPARTMENT_TOTAL,
            DEPARTMENT_OWN,
            WARD,
            DOCTOR_MONTH,
            HOSPITALS_BY_BEDS,
            HOSPITALS_BY_OUTPATIENTS,
            HOSPITALS_BY_PURCHASES,
            PATIENTS_TOTAL,
            SALES_TOTAL,
            expected_sales(),
        )
    }
)
"""Every ready-made estimator by its name."""
