"""Chinese law on promotion (学术推广): what a rep may not do, whose usage may be read, how drugs are advertised.

A filed 医药代表 carries information and brings back reactions; selling, collecting and counting prescriptions are
other people's work. Usage of one doctor is off for everybody.

>>> len(CLAUSES) == len({clause.id for clause in CLAUSES})
True

Source: "Read first" 4; E44; S002-18, S002-19, S002-20, S004-12, S004-36; practice files P2-E, P2-I, P2-J, P2-N.
"""

from __future__ import annotations

from pharmasales.compliance.clauses import Clause
from pharmasales.display import Says
from pharmasales.rules import All, AnyOf, Field, Not

__all__ = ["ADVERT_UNREVIEWED", "CLAUSES", "PRESCRIPTION_MEDIUM", "SPECIAL_DRUG"]

_FILING = "医药代表备案管理办法（试行）, NMPA 2020 no. 105"
_ADS = "广告法 art. {}"
_REP = Field("role").equals("medical_rep")
_SALES = Field("measure").one_of(["sales", "share"])
_RECEIPTS = Field("measure").equals("receipts")
_PRESCRIPTIONS = Field("measure").equals("prescriptions")
_DOCTOR = Field("level").equals("doctor")

_OTHER_GOAL = Says(
    "give it to a business rep, or set a goal of activity, quality or knowledge",
    "改由商务代表承担，或改设学术活动、质量、知识类目标",
)
_OTHER_MEASURE = Says(
    "score activity, quality, knowledge or compliance instead", "改为考核学术活动、工作质量、知识或合规"
)
_OTHER_PAY = Says(
    "pay for activity, quality, knowledge or compliance instead", "改按学术活动、工作质量、知识或合规发放奖金"
)
_BY_BUSINESS = Says("let a business rep do it", "改由商务人员办理")
_COARSER = Says("use the usage of the hospital or the department", "改用医院或科室层级的数据")

_GOALS = (
    Clause(
        "goal-rep-sales",
        "assign_goal",
        All([_REP, _SALES]),
        "block",
        Says("a medical rep takes no sales goal", "医药代表不得承担药品销售任务"),
        _FILING,
        _OTHER_GOAL,
    ),
    Clause(
        "goal-rep-receipts",
        "assign_goal",
        All([_REP, _RECEIPTS]),
        "block",
        Says("a medical rep collects no money, so no goal of receipts", "医药代表不得参与收款，不得下达回款目标"),
        _FILING,
        _OTHER_GOAL,
    ),
    Clause(
        "goal-prescriptions",
        "assign_goal",
        AnyOf([_PRESCRIPTIONS, All([_SALES, _DOCTOR])]),
        "block",
        Says("no goal counts what one doctor prescribes", "不得以医生个人处方量作为目标"),
        f"{_FILING}; S004-36",
        Says("set the goal for the hospital or the department", "将目标设到医院或科室"),
    ),
    Clause(
        "goal-doctor-development",
        "assign_goal",
        All([Field("measure").equals("development"), _DOCTOR]),
        "warn",
        Says(
            "winning over one doctor is measured by activity, never by prescriptions",
            "医生开发只能按学术活动衡量，不得按处方量衡量",
        ),
        f"{_FILING}; S004-36",
        Says("count visits, meetings and questions answered", "以拜访、会议和解答问题计量"),
    ),
    Clause(
        "score-rep-sales",
        "score",
        All([_REP, _SALES]),
        "block",
        Says("a medical rep is not scored by sales", "不得以销售业绩考核医药代表"),
        _FILING,
        _OTHER_MEASURE,
    ),
    Clause(
        "score-rep-receipts",
        "score",
        All([_REP, _RECEIPTS]),
        "block",
        Says("a medical rep is not scored by receipts", "不得以回款考核医药代表"),
        _FILING,
        _OTHER_MEASURE,
    ),
    Clause(
        "score-prescriptions",
        "score",
        _PRESCRIPTIONS,
        "block",
        Says("nobody is scored by what doctors prescribe", "不得以医生处方量考核任何人"),
        _FILING,
        _OTHER_MEASURE,
    ),
)

_PAY = (
    Clause(
        "bonus-rep-sales",
        "pay_bonus",
        All([_REP, _SALES]),
        "block",
        Says("a medical rep is not paid by sales", "不得按药品销售业绩向医药代表发放奖金"),
        f"{_FILING}; P2-E",
        _OTHER_PAY,
    ),
    Clause(
        "bonus-rep-receipts",
        "pay_bonus",
        All([_REP, _RECEIPTS]),
        "block",
        Says("a medical rep is not paid by receipts", "不得按回款向医药代表发放奖金"),
        f"{_FILING}; P2-E",
        _OTHER_PAY,
    ),
    Clause(
        "bonus-prescriptions",
        "pay_bonus",
        _PRESCRIPTIONS,
        "block",
        Says("nobody is paid by what doctors prescribe", "不得按医生处方量向任何人发放奖金"),
        f"{_FILING}; P2-E, P2-N",
        _OTHER_PAY,
    ),
)

_SELLING = (
    Clause(
        "money-rep",
        "collect_money",
        _REP,
        "block",
        Says("a medical rep collects no money", "医药代表不得收款"),
        _FILING,
        _BY_BUSINESS,
    ),
    Clause(
        "papers-rep",
        "handle_sales_papers",
        _REP,
        "block",
        Says("a medical rep handles no sales papers", "医药代表不得处理购销票据"),
        _FILING,
        _BY_BUSINESS,
    ),
)

_USAGE = (
    Clause(
        "usage-doctor",
        "read_usage",
        _DOCTOR,
        "block",
        Says("the usage of one doctor is not read", "不得查看医生个人用药量"),
        f"{_FILING}; 药品管理法 art. 88; S002-20, S004-12",
        _COARSER,
    ),
    Clause(
        "count-rep",
        "count_prescriptions",
        _REP,
        "block",
        Says("a medical rep takes no part in counting prescriptions", "医药代表不得参与统计医生处方数量"),
        _FILING,
    ),
    Clause(
        "count-commercial",
        "count_prescriptions",
        Field("commercial").equals(True),
        "block",
        Says("prescriptions are not counted for commerce", "不得为商业目的统方"),
        "治理商业统方的规定; P2-N",
        Says("use flow data of distributors, down to the hospital", "改用商业流向数据，仅到医院层级"),
    ),
    Clause(
        "keep-doctor-usage",
        "keep_field",
        Field("doctor_usage").equals(True),
        "block",
        Says("what one doctor prescribes or uses is not kept", "不得保存医生个人的处方习惯或用药量"),
        f"{_FILING}; S002-19",
        Says("keep a potential estimated from public facts", "改存依据公开信息估计的潜力"),
    ),
)

_VISITING = (
    Clause(
        "promote-unfiled",
        "promote",
        Field("filed").equals(False),
        "block",
        Says("nobody promotes drugs unfiled", "未备案不得开展学术推广"),
        _FILING,
        Says("file the rep on the platform first", "先在备案平台完成备案"),
    ),
    Clause(
        "promote-no-consent",
        "promote",
        Field("institution_consents").equals(False),
        "block",
        Says("no promotion without the institution's consent", "未经医疗机构同意不得开展学术推广"),
        _FILING,
        Says("make an appointment under the hospital's own rules", "按医院规定预约登记"),
    ),
    Clause(
        "promote-clinical",
        "promote",
        Field("clinical_area").equals(True),
        "block",
        Says("no promotion where patients are treated", "不得在诊疗区域推广"),
        "治理商业统方及接待制度的规定; P2-B, P2-N",
        Says("use the place and the hours of the hospital's reception", "在医院规定的接待时间和地点进行"),
    ),
    Clause(
        "promote-material",
        "promote",
        Field("material_approved").equals(False),
        "block",
        Says("nothing misleads about a drug or hides its reactions", "不得误导使用药品或隐匿不良反应"),
        _FILING,
        Says("use approved material that states the risks", "使用经审核并载明风险的资料"),
    ),
    Clause(
        "adr-handed-over",
        "close_report",
        All([Field("report").equals("adr"), Field("handed_over").equals(False)]),
        "block",
        Says(
            "a report of an adverse reaction is never closed before drug safety has it",
            "不良反应未移交药物警戒前不得关闭",
        ),
        f"{_FILING}; 药品管理法 art. 80, 81; S002-18",
        Says("hand it to drug safety", "移交药物警戒部门"),
    ),
)

SPECIAL_DRUG = Field("drug").equals("special")
"""Narcotic and other special drugs, which are never advertised."""

PRESCRIPTION_MEDIUM = All([Field("drug").equals("prescription"), Not(Field("medium").equals("designated_journal"))])
"""A prescription drug outside the designated professional journals."""

ADVERT_UNREVIEWED = Field("reviewed").equals(False)
"""An advertisement that the authorities have not reviewed."""

_ADVERTS = (
    Clause(
        "advert-special",
        "advertise",
        SPECIAL_DRUG,
        "block",
        Says("special drugs are not advertised", "特殊药品不得做广告"),
        _ADS.format(15),
    ),
    Clause(
        "advert-prescription",
        "advertise",
        PRESCRIPTION_MEDIUM,
        "block",
        Says(
            "prescription drugs are advertised in designated professional journals only",
            "处方药只能在国家指定的专业刊物上做广告",
        ),
        _ADS.format(15),
        Says("use a designated medical or pharmaceutical journal", "改在指定的医学、药学专业刊物上发布"),
    ),
    Clause(
        "advert-unreviewed",
        "advertise",
        ADVERT_UNREVIEWED,
        "block",
        Says("a drug advertisement is reviewed before it appears", "药品广告发布前须经审查"),
        _ADS.format(46),
        Says("have it reviewed", "申请广告审查"),
    ),
)

CLAUSES = (*_GOALS, *_PAY, *_SELLING, *_USAGE, *_VISITING, *_ADVERTS)
"""All clauses on promotion, of CN-2020."""
