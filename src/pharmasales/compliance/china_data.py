"""Chinese law on personal data (个人信息): contacts, fields of a file, sharing, and many records at once.

The thresholds of the criminal interpretation are flagged, not judged: whether records were obtained unlawfully is for a
lawyer, but nobody takes over 5,000 of them unwarned. 以上 includes the number.

>>> len(CLAUSES) == len({clause.id for clause in CLAUSES})
True

Source: table P1-C (S000-9, S000-14); S000-17, S001-16, S002-14, S002-19; practice file P2-N.
"""

from __future__ import annotations

from pharmasales.compliance.clauses import Clause
from pharmasales.display import Says
from pharmasales.rules import All, AnyOf, Field

__all__ = ["CLAUSES", "THRESHOLDS"]

THRESHOLDS = {"ordinary": 5_000, "health_or_trade": 500, "track_or_finance": 50}
"""Records from which obtaining or giving them unlawfully is a serious case (情节严重); half where work-related."""

_GAIN, _PROFIT = 5_000, 50_000
_CRIME = "刑法 art. 253-1; 法释〔2017〕10号 art. 5, 6"
_NO_CONSENT = Field("consent").equals(False)
_AD = All(
    [Field("purpose").equals("marketing"), Field("channel").one_of(["phone", "message", "email"])],
)
_GREETING = Field("purpose").equals("greeting")
_MANNER = Field("manner")

_CONTACTS = (
    Clause(
        "contact-opted-out",
        "contact",
        All([Field("purpose").one_of(["marketing", "greeting", "academic"]), Field("opted_out").equals(True)]),
        "block",
        Says("the person has refused such contacts", "本人已拒绝此类联系"),
        "PIPL art. 15, 24",
        Says("contact only for service or safety", "仅可因服务或药品安全联系"),
    ),
    Clause(
        "contact-no-consent",
        "contact",
        All([AnyOf([_AD, _GREETING]), _NO_CONSENT]),
        "block",
        Says("marketing messages and personal greetings need consent", "营销信息和个人问候须经本人同意"),
        "PIPL art. 13; S000-17, S001-16, S002-14",
        Says("ask for consent first", "先取得同意"),
    ),
)

_FIELDS = (
    Clause(
        "keep-unregistered",
        "keep_field",
        All([Field("sensitivity").one_of(["personal", "sensitive"]), Field("registered").equals(False)]),
        "block",
        Says("a personal field is kept for a stated purpose and period only", "个人信息须有明确目的和期限方可保存"),
        "PIPL art. 6, 17, 19",
        Says("register its purpose and period", "登记其目的和保存期限"),
    ),
    Clause(
        "keep-sensitive",
        "keep_field",
        All([Field("sensitivity").equals("sensitive"), Field("separate_consent").equals(False)]),
        "block",
        Says("sensitive data need a separate consent", "敏感个人信息须取得单独同意"),
        "PIPL art. 28, 29",
        Says("obtain the separate consent, or leave the field empty", "取得单独同意，或不填写该字段"),
    ),
    Clause(
        "keep-care",
        "keep_field",
        All([Field("personal_care").equals(True), _NO_CONSENT]),
        "block",
        Says("birthdays and preferences are kept by consent only", "生日、喜好须经本人同意方可保存"),
        "PIPL art. 13; S002-14",
        Says("ask for consent, or leave the field empty", "取得同意，或不填写该字段"),
    ),
)

_SHARING = (
    Clause(
        "share-given",
        "share_data",
        All([_MANNER.equals("given"), Field("separate_consent").equals(False)]),
        "block",
        Says("personal data go to another firm by separate consent only", "向他人提供个人信息须取得单独同意"),
        "PIPL art. 23",
        Says("tell the persons and obtain their separate consent", "告知本人并取得单独同意"),
    ),
    Clause(
        "share-entrusted",
        "share_data",
        All([_MANNER.equals("entrusted"), Field("processing_contract").equals(False)]),
        "block",
        Says("entrusted processing needs a contract", "委托处理须签订合同"),
        "PIPL art. 21",
        Says("sign a contract on purpose, period, manner and protection", "签订载明目的、期限、方式和保护措施的合同"),
    ),
    Clause(
        "share-abroad",
        "share_data",
        All(
            [
                _MANNER.equals("abroad"),
                AnyOf([Field("separate_consent").equals(False), Field("transfer_basis").equals(False)]),
            ]
        ),
        "block",
        Says(
            "data leave the country by separate consent and on a legal basis only", "个人信息出境须有单独同意和法定条件"
        ),
        "PIPL art. 38, 39",
        Says(
            "obtain the consent, and the assessment, certificate or standard contract",
            "取得单独同意，并完成评估、认证或标准合同",
        ),
    ),
)


def _bulk(kind: str, title: str, title_zh: str) -> Clause:
    most = THRESHOLDS[kind]
    at_work = All([Field("work_related").equals(True), Field("records").at_least(most // 2)])
    return Clause(
        f"batch-{kind.replace('_', '-')}",
        "take_batch",
        All([Field("record_kind").equals(kind), AnyOf([Field("records").at_least(most), at_work])]),
        "warn",
        Says(
            f"{most:,} {title}, or half where work-related, are a serious case if obtained unlawfully",
            f"{title_zh}达 {most:,} 条（履职获得减半），非法获取即属情节严重",
        ),
        _CRIME,
        Says("keep the proof that each record was obtained lawfully", "留存每条信息合法来源的证明"),
    )


_BATCHES = (
    _bulk("ordinary", "ordinary records", "一般个人信息"),
    _bulk("health_or_trade", "records of health, calls, lodging or trade", "健康、通信、住宿、交易信息"),
    _bulk("track_or_finance", "records of whereabouts, messages, credit or property", "行踪、通信内容、征信、财产信息"),
    Clause(
        "batch-gain",
        "take_batch",
        AnyOf(
            [
                Field("gain").at_least(_GAIN),
                All([Field("work_related").equals(True), Field("gain").at_least(_GAIN // 2)]),
            ]
        ),
        "warn",
        Says(
            "a gain of 5,000 yuan, or half where work-related, is a serious case",
            "违法所得达 5,000 元（履职获得减半）即属情节严重",
        ),
        _CRIME,
        Says("do not pass records on for money", "不得有偿转让个人信息"),
    ),
    Clause(
        "batch-profit",
        "take_batch",
        Field("profit").at_least(_PROFIT),
        "warn",
        Says(
            "a profit of 50,000 yuan with bought records is a serious case", "利用购得信息获利达 50,000 元即属情节严重"
        ),
        _CRIME,
        Says("do not use bought records", "不得使用购得的个人信息"),
    ),
)

CLAUSES = (*_CONTACTS, *_FIELDS, *_SHARING, *_BATCHES)
"""All clauses on personal data, of CN-2026."""
