"""A small world of agents whose figures are worked out by hand: five leads, two prefectures, two products."""

from collections.abc import Mapping

AGENT_FILES: Mapping[str, str] = {
    "org.csv": "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One,rep,C\nR2,Rep Two,rep,C\n",
    "customers.csv": "id,name,kind,owner\nH1,Example Hospital 1,hospital,R1\nH2,Example Hospital 2,hospital,R2\n"
    "A1,Example Agent 1,distributor,R1\nA8,Example Agent 8,distributor,R1\n",
    "products.csv": "id,name\nP1,Example 10 mg\nP2,Example 20 mg\n",
    "areas.csv": "id,name,parent,kind\n33,Example Province,,\n3301,Example Prefecture 1,33,\n3302,Two,33,\n"
    "330101,County,3301,\nH1,,330101,医院\nH2,,3302,hospital\n",
    "leads.csv": "id,date,source,region,campaign,cost,owner,facts,hospitals,people,sales\n"
    "A1,2026-01-05,招标目录,3301,K1,,R1,about=company,,,\n"
    "A2,2026-01-06,tender,3301,K1,,R1,信息对象=企业,,,\n"
    "A3,2026-02-02,referral,3302,,100,R2,referrer_recorded=yes; person_told=是; paid=no,30,6,300000\n"
    "A4,2026-02-03,bought_list,3302,,30,R2,about=person,,,\n"
    "A5,2026-03-16,客户、朋友介绍,3302,,100,,referrer_recorded=yes; person_told=yes; paid=no,6,,\n",
    "campaigns.csv": "id,source,since,until,cost,rank,effort\nK1,tender,2026-01-01,2026-03-31,1000,1,100\n",
    "media.csv": "id,reach,insiders,price,facts\n"
    'journal,40000,60%,30000,"drug=prescription, medium=designated_journal, reviewed=yes"\n'
    'daily,400000,2%,20000,"drug=prescription, medium=mass_media, reviewed=yes"\n',
    "recruiting.csv": "date,agent,what,by,evidence,reason,due,amount,channel,count\n"
    "2026-01-06,A1,触达,R1,CALL-1,,,,电话,\n"
    "2026-01-12,A1,key,R1,FORM-1,,,,,\n"
    "2026-01-20,A1,visited,R1,VISIT-1,,,,,\n"
    "2026-02-02,A1,signed,R1,C-1,,,50000,,\n"
    "2026-02-20,A1,执行,R1,ORDER-1,,,,,\n"
    "2026-01-09,A2,touched,R1,CALL-2,,,,phone,\n"
    "2026-01-20,A2,key,R1,FORM-2,,,,,\n"
    "2026-02-10,A2,visited,R1,VISIT-2,,,,,\n"
    "2026-02-16,A2,signed,R1,C-2,,,30000,,\n"
    "2026-02-03,A3,touched,R2,CALL-3,,,,phone,\n"
    "2026-02-10,A3,expect,R2,,,2026-04-10,20000,,\n"
    "2026-03-12,A3,next,R2,call the director,,2026-03-18,,,\n"
    "2026-02-05,A4,contact,R2,,,,,sms,\n"
    "2026-03-17,,visits,R2,,,,,,0\n"
    "2026-03-18,,visits,R2,,,,,,4\n",
    "agent_targets.csv": "kind,owner,agent,due,amount,since,count\n"
    "执行,R1,A2,2026-03-18,,,\n"
    "money,R1,A1,2026-03-20,700,2026-03-01,\n"
    "sign,R2,A3,2026-04-30,,,\n"
    "visit,R2,,,,,3\n",
    "receivables.csv": "customer,invoice,invoiced,due,amount,paid,paid_on\n"
    "A1,INV-1,2026-02-20,2026-03-22,800,800,2026-03-19\n",
    "market_agents.csv": "agent,area,sales\nA1,3301,90\nM1,3301,80\nA3,3302,70\n",
    "agent_rights.csv": "id,agent,product,area,level,kind,since,until,exclusive,signed,by,evidence\n"
    "AG-1,A1,P1,3301,区域代理,授权,2026-02-10,2026-06-15,是,2026-02-02,R1,C-1\n",
    "commitments.csv": "right,period,amount,done,reported\n"
    "AG-1,2026-Q1,90000,60000,2026-03-19\nAG-1,2026-Q2,100000,,\n",
    "supplier_agreements.csv": "supplier,id,since,until,clauses\nS1,SA-1,2026-01-01,2028-12-31,exclusivity\n",
    "agent_marks.csv": "agent,item,value,date,by,evidence\n"
    "A1,合同,90,2026-03-10,R1,f\nA1,receipts,80,2026-03-10,R1,f\nA1,keenness,70,2026-03-10,R1,f\n"
    "A1,loyalty,60,2026-03-10,R1,f\n"
    "A1,sales,500,2026-03-10,R1,f\nA1,credit,80,2026-03-10,R1,f\n"
    "A2,sales,250,2026-03-10,R1,f\nA2,credit,100,2026-03-10,R1,f\n"
    "A3,staff,80,2026-03-10,R1,f\nA3,management,70,2026-03-10,R1,f\nA3,service,80,2026-03-10,R1,f\n"
    "A3,cooperation,90,2026-03-10,R1,f\nA3,buyer,1,2026-03-10,R1,LIC\nA3,证照有效,0,2026-03-10,R1,ended\n",
    "agent_steps.csv": "agent,date,what,by,evidence\nA1,2026-01-20,招商,R1,wants it\nA1,2026-01-06,known,R1,FILE\n"
    "A1,2026-01-20,已面谈,R1,VISIT-1\n",
    "agent_issues.csv": "id,agent,kind,date,what,owner,due,closed,done\n"
    "I1,A1,产品知识,2026-03-02,questions,R1,2026-03-10,,\nI2,A1,goods,2026-03-02,late,R1,2026-03-20,2026-03-09,came\n",
    "agent_trainings.csv": "id,agent,topic,date,by,people,issues,measure,before,after,measured\n"
    "T1,A1,product,2026-03-12,R2,s1,I1,boxes,40,55,2026-03-19\n",
}
AGENT_TOML = "".join(f'[tables.{name.partition(".")[0]}]\nfile = "{name}"\n' for name in AGENT_FILES) + (
    '[agents]\nodds = { touched = "50%" }\nends_soon = 30\nrenewal_notice = [90]\nage_limits = { touched = 30 }\n'
    'takers = { R2 = { areas = ["3302"], capacity = 3 } }\n'
)

BAD_ROWS: Mapping[str, tuple[list[str], list[str]]] = {
    "areas": (
        [
            "33,Example,,",
            "3301,One,39,",
        ],
        [
            "areas.csv row 3 column parent: unknown area above",
        ],
    ),
    "campaigns": (
        [
            "K1,tender,2026-03-01,2026-01-01,5,1,100",
            "K2,advert,2026-01-01,2026-03-31,-5,,",
            "K3,advert,2026-01-01,2026-03-31,5,2,101",
        ],
        [
            "campaigns.csv row 2 column until: ends before it begins",
            "campaigns.csv row 3 column cost: a price below zero",
            "campaigns.csv row 4 column effort: no effort",
        ],
    ),
    "media": (
        [
            "m,-4,60%,5,",
            "n,4,160%,5,",
            "o,4,60%,5,reviewed=perhaps",
        ],
        [
            "media.csv row 2 column reach: a reach is a whole number",
            "media.csv row 3 column insiders: a part of the readers",
            "media.csv row 4 column facts: unknown facts",
        ],
    ),
    "recruiting": (
        [
            "2026-01-06,A1,signed,R1,C-1,,,,,",
            "2026-01-01,A2,touched,R1,C,,,,,",
            "2026-01-07,A2,lost,R1,late,gone,,,,",
            "2026-01-07,A9,touched,R1,C,,,,,",
            "2026-01-08,A2,next,R1,,,,,,",
            "2026-01-08,A2,expect,R1,,,,,,",
            "2026-01-08,,visits,R1,,,,,,1.5",
            "2026-01-08,A2,done,R1,,,,,,",
            "2026-01-08,,contact,R1,,,,,,",
        ],
        [
            "recruiting.csv row 2 column what: no move from filed to signed",
            "recruiting.csv row 3 column date: before the lead came",
            "recruiting.csv row 4 column reason: unknown reason",
            "recruiting.csv row 5 column agent: no such lead",
            "recruiting.csv row 6 column due: empty",
            "recruiting.csv row 6 column evidence: empty",
            "recruiting.csv row 7 column amount: empty",
            "recruiting.csv row 8 column count: a whole number from 1 is due",
            "recruiting.csv row 9 column what: no action is open",
            "recruiting.csv row 10 column agent: empty",
        ],
    ),
    "agent_targets": (
        [
            "sing,R1,A1,2026-03-20,,,",
            "sign,R7,A1,2026-03-20,,,",
            "money,R1,A1,2026-03-20,5,,",
            "sign,R1,,,,,",
            "visit,R1,,,,,",
            "visit,R1,,,,,2",
            "visit,R1,,,,,3",
            "money,R1,A1,2026-03-20,0,2026-03-01,",
            "sign,R1,A8,2026-03-20,,,",
        ],
        [
            "agent_targets.csv row 2 column kind: unknown kind",
            "agent_targets.csv row 3 column owner: nobody of the organisation",
            "agent_targets.csv row 4 column since: empty",
            "agent_targets.csv row 5 column agent: empty",
            "agent_targets.csv row 5 column due: empty",
            "agent_targets.csv row 6 column count: empty",
            "agent_targets.csv row 8 column kind: a second target",
            "agent_targets.csv row 9 column amount: how much?",
            "agent_targets.csv row 10 column agent: no such prospect",
        ],
    ),
    "market_agents": (
        [
            "A1,33,5",
            "A1,3301,5",
            "A1,3301,6",
            "A2,9,1",
        ],
        [
            "market_agents.csv row 4 column agent: a second row of the agent",
            "market_agents.csv row 5 column area: no such area",
        ],
    ),
    "agent_rights": (
        [
            "AG-1,A1,P1,3301,king,granted,2026-02-10,2026-06-15,no,2026-02-02,R1,C",
            "AG-1,A1,P1,3301,region,granted,2026-02-10,2026-01-15,no,2026-02-02,R1,C",
            "AG-1,A7,P1,3301,region,granted,2026-02-10,2026-06-15,no,2026-02-02,R1,C",
            "AG-1,A1,P7,3301,region,granted,2026-02-10,2026-06-15,no,2026-02-02,R1,C",
            "AG-1,A1,P1,3301,region,granted,2026-02-10,2026-06-15,maybe,2026-02-02,R1,C",
            "AG-2,A1,P1,3301,region,renewed,2026-02-10,2026-06-15,no,2026-02-02,R1,C",
            "AG-1,A1,P1,3301,region,granted,2026-02-10,2026-06-15,no,2026-02-02,R1,C",
            "AG-1,A2,P1,3301,region,renewed,2026-06-16,2026-09-15,no,2026-06-02,R1,C",
        ],
        [
            "agent_rights.csv row 2 column level: unknown level",
            "agent_rights.csv row 3 column until: the last day is before the first",
            "agent_rights.csv row 4 column agent: no such agent",
            "agent_rights.csv row 5 column product: unknown product",
            "agent_rights.csv row 6 column exclusive: unknown exclusive",
            "agent_rights.csv row 7 column kind: the first version grants",
            "agent_rights.csv row 9 column id: another agent, product, territory or level than its first row",
        ],
    ),
    "commitments": (
        [
            "AG-9,2026-Q1,5,,",
            "AG-1,2026-Q1,,,",
            "AG-1,2026-Q1,-5,,",
            "AG-1,2026-Q1,5,3,2025-12-01",
            "AG-1,2026-01-05,5,,",
            "AG-1,2026-Q2,5,,",
            "AG-1,2026-Q2,6,,",
        ],
        [
            "commitments.csv row 2 column right: no such right",
            "commitments.csv row 3 column amount: neither amount nor quantity",
            "commitments.csv row 4 column amount: how much?",
            "commitments.csv row 5 column reported: counted before the period begins",
            "commitments.csv row 6 column period: a day where a period is due",
            "commitments.csv row 8 column period: a second promise for the period",
        ],
    ),
    "supplier_agreements": (
        [
            "S1,SA-1,2026-01-01,2025-12-31,",
        ],
        [
            "supplier_agreements.csv row 2 column until: the last day is before the first",
        ],
    ),
    "agent_marks": (
        [
            "A1,beauty,5,2026-03-10,R1,f",
            "A1,loyalty,105,2026-03-10,R1,f",
            "A1,licence,2,2026-03-10,R1,f",
            "A1,loyalty,5,2026-03-10,R1,f",
            "A1,loyalty,6,2026-03-10,R1,f",
            "A1,staff,6,2026-03-10,R1,f",
            "A1,staff,7,2026-03-10,R1,f",
        ],
        [
            "agent_marks.csv row 2 column item: unknown item",
            "agent_marks.csv row 3 column value: a mark out of range",
            "agent_marks.csv row 4 column value: met or not",
            "agent_marks.csv row 6 column item: a second mark of the day",
            "agent_marks.csv row 8 column item: a second mark of the day",
        ],
    ),
    "agent_steps": (
        [
            "A1,2026-01-20,招商,R1,wants it",
            "A1,2026-01-06,dance,R1,F",
        ],
        [
            "agent_steps.csv row 2 column what: not shown yet: known, met",
            "agent_steps.csv row 3 column what: unknown what",
        ],
    ),
    "agent_issues": (
        [
            "I1,A1,product,2026-03-02,q,R1,2026-03-01,,",
            "I2,A1,product,2026-03-02,q,R1,2026-03-10,2026-03-09,",
            "I3,A1,product,2026-03-02,q,R1,2026-03-10,2026-03-01,x",
            "i3,A1,product,2026-03-02,q,R1,2026-03-10,,",
        ],
        [
            "agent_issues.csv row 2 column due: due before it is set",
            "agent_issues.csv row 3 column done: empty",
            "agent_issues.csv row 4 column closed: a step before the last one",
        ],
    ),
    "agent_trainings": (
        [
            "T1,A1,dance,2026-03-12,R2,s1,I1,,,,",
            "T2,A1,product,2026-03-12,R2,s1,I1,boxes,1,2,",
            "T3,A1,product,2026-03-12,R2,s1,I1,boxes,1,2,2026-03-01",
        ],
        [
            "agent_trainings.csv row 2 column topic: unknown topic",
            "agent_trainings.csv row 3 column measured: empty",
            "agent_trainings.csv row 4 column measured: measured too early",
        ],
    ),
    "leads": (
        [
            "A1,2026-01-05,advert,3301,K1,-5,R1,about=company,,,",
            "A2,2026-01-06,tender,3309,K1,,R1,about=company,,,",
            "A3,2026-02-02,tender,3302,,100,R9,about=company,,,",
            "A4,2026-02-03,tender,3302,,30,R2,about=cat,,,",
            "A5,2026-03-16,tender,3302,,100,,colour=red,,,",
            "A6,2026-01-05,referral,3302,K1,,R1,referrer_recorded=yes; person_told=yes; paid=no,,,",
        ],
        [
            "leads.csv row 2 column cost: a cost below zero",
            "leads.csv row 3 column region: no such area",
            "leads.csv row 4 column owner: nobody of the organisation",
            "leads.csv row 5 column facts: not a word of this fact",
            "leads.csv row 6 column facts: no such fact",
            "leads.csv row 7 column source: another source than its campaign",
        ],
    ),
}
"""For each table its rows, and how those that are wrong are told."""
