"""The words that facts take (用语): roles, measures, levels, kinds of things given, parties, media.

>>> ROLES["medical_rep"].text("zh"), MEASURES["receipts"].text()
('医药代表（学术推广）', 'money received')

Source: "Read first" 4 and 6; S004-36, S004-51 (measures); S002-13 (what is given); 广告法 15 (drugs).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pharmasales.compliance.sources import SOURCES
from pharmasales.display import Says

__all__ = [
    "BREAKS",
    "CAPACITIES",
    "CHANNELS",
    "DRUGS",
    "KINDS_GIVEN",
    "LEVELS",
    "MANNERS",
    "MEASURES",
    "MEDIA",
    "PARTIES",
    "PURPOSES",
    "RECIPIENTS",
    "RECORD_KINDS",
    "REPORTS",
    "ROLES",
    "SENSITIVITIES",
    "SOURCE_WORDS",
    "SUBJECTS",
]


def _words(text: str) -> Mapping[str, Says]:
    """Read lines of `word | English | 中文`."""
    lines = (tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines())
    return MappingProxyType({word: Says(en, zh) for word, en, zh in lines})


ROLES: Mapping[str, Says] = MappingProxyType(
    {
        "medical_rep": Says("medical rep", "医药代表（学术推广）"),
        "business_rep": Says("business rep", "商务代表"),
        "agent": Says("agent", "代理商"),
        "manager": Says("manager", "经理"),
    }
)
"""Who somebody is to the law; a filed 医药代表 is a `medical_rep`. The role "" says that none was given."""

SOURCE_WORDS: Mapping[str, Says] = MappingProxyType({key: Says(one.en, one.zh) for key, one in SOURCES.items()})

MEASURES = _words("""
sales         | sales in money or boxes     | 销售额、销售量
share         | market share                | 市场份额
receipts      | money received              | 回款
prescriptions | prescriptions of a doctor   | 医生处方量
distribution  | distribution and stock      | 铺货与库存
development   | opening up customers        | 客户开发
cost          | cost                        | 费用
activity      | academic activity and calls | 学术活动与拜访
service       | service to customers        | 客户服务
quality       | quality of the work         | 工作质量
knowledge     | knowledge                   | 知识
compliance    | compliance                  | 合规
""")

LEVELS = _words("""
organisation | company, region, team or rep | 公司、区域、团队或代表
hospital     | hospital or pharmacy         | 医院或药房
department   | department                   | 科室
doctor       | one doctor                   | 医生个人
""")

PURPOSES = _words("""
service   | service or orders             | 服务与订单
academic  | drug information              | 学术信息
marketing | marketing                     | 营销推广
greeting  | a greeting without value      | 节日或生日问候
safety    | safety of a drug, or a recall | 药品安全或召回
""")

CHANNELS = _words("""
visit   | visit                   | 拜访
phone   | telephone               | 电话
message | text or instant message | 短信或即时消息
email   | e-mail                  | 电子邮件
post    | post                    | 邮寄
""")

KINDS_GIVEN = _words("""
gift        | gift                    | 礼品
meal        | meal                    | 餐饮招待
sponsorship | sponsorship             | 赞助
donation    | donation                | 捐赠
sample      | sample of a drug        | 药品样品
literature  | scientific literature   | 学术资料
equipment   | equipment, free or lent | 免费提供或出借的设备
""")

RECIPIENTS = _words("""
individual  | a person        | 个人
department  | a department    | 科室
institution | the institution | 机构
""")

DRUGS = _words("""
prescription | prescription drug                                | 处方药
otc          | drug without prescription                        | 非处方药
special      | narcotic, psychotropic, toxic, radioactive drugs | 麻醉、精神、毒性、放射性等特殊药品
""")

MEDIA = _words("""
designated_journal | professional journal designated by the authorities | 国家指定的医学、药学专业刊物
mass_media         | paper, magazine, television, outdoors              | 大众媒体
internet           | internet                                           | 互联网
""")

PARTIES = _words("""
company     | licensed company               | 持证企业
institution | hospital or pharmacy           | 医疗机构或药房
individual  | natural person                 | 自然人
lent        | person under another's licence | 挂靠个体
""")

BREAKS = _words("""
before_licence  | sold before the licence began                         | 证照生效前交易
outside_scope   | outside the scope of the licence                      | 超出许可范围
no_invoice      | goods or books without an invoice                     | 有货（账）无票
no_goods        | an invoice or books without goods                     | 有票（账）无货
no_book         | not in the buyer's stock book                         | 货未入账
invoice_differs | the invoice states another quantity than the goods    | 票货数量不符
book_differs    | the book states another quantity than the goods       | 账货数量不符
far_apart       | invoice, goods and book are too many days apart       | 票、账、货日期相隔过久
lines_differ    | the lines of an invoice do not add up to it           | 发票明细与总额不符
other_payer     | paid by another than the buyer                        | 付款方与购货方不一致
person_paid     | paid by a natural person or from a private account    | 个人或私人账户付款
no_sale         | money for which there is no invoice                   | 有款无票（预收）
unpaid          | due and not paid                                      | 到期未回款
""")

CAPACITIES = _words("""
trading_party    | buyer or seller of goods | 购销方
contact          | contact                  | 联系人
service_provider | provider of services     | 服务提供方
""")

RECORD_KINDS = _words("""
ordinary         | ordinary personal records                           | 一般个人信息
health_or_trade  | lodging, calls, health, transactions                | 住宿、通信记录、健康生理、交易信息
track_or_finance | whereabouts, contents of messages, credit, property | 行踪轨迹、通信内容、征信、财产信息
""")

SENSITIVITIES = _words("""
open      | open                           | 公开
personal  | personal                       | 个人信息
sensitive | sensitive, such as whereabouts | 敏感个人信息（如行踪轨迹）
""")

MANNERS = _words("""
given     | given to another firm    | 提供给其他企业
entrusted | entrusted for processing | 委托处理
abroad    | sent abroad              | 出境
""")

SUBJECTS = _words("""
company | a company | 企业
person  | a person  | 个人
""")

REPORTS = _words("""
adr       | adverse drug reaction | 药品不良反应
complaint | complaint             | 投诉
inquiry   | question              | 咨询
""")
