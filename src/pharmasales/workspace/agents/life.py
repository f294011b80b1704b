"""The life of one agent (代理商历程), in order of days: from the lead to the renewal, with evidence and why.

A step says who did it and what shows it; what nobody wrote down is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import field, frozen

from pharmasales.archive.leads import source_name
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import NotFound
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.names import nearest
from pharmasales.recruitment.agents import AGENT_TRAININGS, DEVELOPMENT, EFFECTS, ISSUE_KINDS
from pharmasales.recruitment.pipeline import IDLE_REASONS, LOST_REASONS, STAGES, Prospect
from pharmasales.recruitment.rights import NETWORK_LEVELS
from pharmasales.workspace.agents.agent_results import AgentFigures
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.cover_results import CoverResults
from pharmasales.workspace.agents.words import NOTES

__all__ = ["AgentLife", "LifeStep", "agent_life"]


@frozen
class LifeStep:
    """One step of an agent's life.

    Args:
        on: the day.
        what: what happened.
        evidence: what shows it: a paper, a form, a few words; "" where nothing does.
        by: who did or says it.
        why: the reason, or what followed of it.
    """

    on: date
    what: Says
    evidence: str = field(repr=False)
    by: str
    why: Why | None = field(default=None, repr=False)


@frozen
class AgentLife:
    """The life of one agent up to a day (代理商历程). Made by `agent_life`.

    Args:
        agent: its id.
        as_of: the day.
        steps: the steps by day; those of one day from the lead to the renewal.
    """

    agent: str
    as_of: date
    steps: tuple[LifeStep, ...] = field(repr=lambda steps: f"<{len(steps)} steps>")

    def table(self) -> Table:
        """Return day, what, evidence, by whom, why."""
        rows: list[tuple[Cell, ...]] = [(one.on, one.what, one.evidence, one.by, one.why) for one in self.steps]
        title = Says(f"Life of {self.agent}", f"{self.agent} 历程")
        return Table("agent_life", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("on", "Day", "日期", "date"),
    Column("what", "What", "事项"),
    Column("evidence", "Evidence", "依据"),
    Column("by", "By", "经办人"),
    Column("why", "Why", "原因", "why"),
)


def agent_life(agent: str, book: AgentBook, agents: AgentFigures, cover: CoverResults) -> AgentLife:
    """Tell the life of one agent up to the day of the book (代理商历程).

    Args:
        agent: its id: that of its lead.
        book: what the tables say.
        agents: the results of the agents, for its grade.
        cover: the results of the rights, for its fulfilment, renewals and the term proposed.

    Raises:
        NotFound: nobody knows this agent.
    """
    known = {*book.agents, *(one.lead.id for one in book.admission.judged)}
    if agent not in known:
        raise NotFound("no such agent", where=f"agent {agent!r}", hint=nearest(agent, known), code="agents.agent")
    parts = (
        _lead(agent, book),
        _pipeline(agent, book),
        _rights(agent, book),
        _money(agent, book),
        _help(agent, book),
        _graded(agent, book, agents),
        _kept(agent, book, cover),
    )
    steps = [one for part in parts for one in part if one.on <= book.as_of]
    return AgentLife(agent, book.as_of, tuple(sorted(steps, key=lambda one: one.on)))


def _lead(agent: str, book: AgentBook) -> Iterator[LifeStep]:
    for judged in book.admission.judged:
        if judged.lead.id == agent:
            source, lead = source_name(judged.lead.source), judged.lead
            en, zh = ("came as a lead", "获得线索") if judged.verdict.allowed else ("in quarantine", "线索被隔离")
            why = because("{source}: {why}", "{source}：{why}", source=source, why=judged.verdict.why)
            yield LifeStep(lead.on, Says(en, zh), lead.campaign, "", why)
    for touch in book.touches:
        if touch.lead == agent:
            told = because("over {channel}", "方式：{channel}", channel=CONTACT_CHANNELS[touch.channel])
            yield LifeStep(_day(touch.at), NOTES["contact"], "", touch.by, told)


def _day(at: date) -> date:
    return date(at.year, at.month, at.day)


def _pipeline(agent: str, book: AgentBook) -> Iterator[LifeStep]:
    one = book.prospect(agent)
    if one is None:
        return
    stays = one.stays(book.as_of)
    for move, before in zip(one.path, (None, *stays), strict=False):
        if move.on > book.as_of:
            return
        why = None
        if move.reason:
            why = because("{reason}", "{reason}", reason=LOST_REASONS[move.reason].says)
        elif before is not None:
            days = "a day" if before.days == 1 else "{days} days"
            says = f"after {days} as {{stage}}", "{stage}停留 {days} 天"
            why = because(*says, days=before.days, stage=STAGES[before.stage])
        yield LifeStep(move.on, STAGES[move.to], move.evidence, move.by, why)
    yield from _notes(one)


def _notes(one: Prospect) -> Iterator[LifeStep]:
    for outlook in one.outlooks:
        value = None if outlook.value is None else str(outlook.value)
        if any(move.to == "signed" and move.on == outlook.on for move in one.path):
            yield LifeStep(outlook.on, _SIZE, "", outlook.by, because("{value}", "{value}", value=value))
            continue
        why = because("{value} on {day}", "{day} 预计 {value}", value=value, day=outlook.sign_on)
        yield LifeStep(outlook.on, NOTES["expect"], "", outlook.by, why)
    for act in one.actions:
        yield LifeStep(act.on, NOTES["next"], act.what, act.by, because("due {due}", "期限 {due}", due=act.due))
        if act.done_on is not None:
            yield LifeStep(act.done_on, NOTES["done"], act.what, act.who)
    for answer in one.idle:
        reason = IDLE_REASONS[answer.reason]
        why = because("{reason}: {do}", "{reason}：{do}", reason=reason.says, do=reason.answer)
        yield LifeStep(answer.on, NOTES["idle"], answer.evidence, answer.by, why)


_ASKS = {key: ask for stage in DEVELOPMENT.values() for key, ask in stage.asks.items()}
_SIZE = Says("size of the contract", "合同额")
_VERSIONS = {
    "granted": Says("right granted", "授予代理权"),
    "renewed": Says("right renewed", "代理权续签"),
    "amended": Says("right amended", "代理权变更"),
    "ended": Says("right ended", "代理权终止"),
}


def _rights(agent: str, book: AgentBook) -> Iterator[LifeStep]:
    for right in book.rights:
        if right.agent == agent:
            for version in right.versions:
                why = because(
                    "{right}: {product} in {area}, {level}, {since} to {until}",
                    "{right}：{product}，{area}，{level}，{since} 至 {until}",
                    right=right.id,
                    product=right.product,
                    area=right.area,
                    level=NETWORK_LEVELS[right.level],
                    since=version.since,
                    until=version.until,
                )
                yield LifeStep(version.signed, _VERSIONS[version.kind], version.evidence, version.by, why)


def _money(agent: str, book: AgentBook) -> Iterator[LifeStep]:
    for one in book.invoices:
        if one.agent == agent:
            told = because("{amount}", "{amount}", amount=str(one.amount))
            yield LifeStep(one.on, Says("invoiced", "开票"), one.invoice, "", told)
    for paid in book.receipts:
        if paid.prospect == agent:
            told = because("{amount}", "{amount}", amount=str(paid.amount))
            yield LifeStep(paid.on, Says("paid", "回款"), "", "", told)


def _help(agent: str, book: AgentBook) -> Iterator[LifeStep]:
    for path in book.paths:
        if path.agent == agent:
            for proof in path.proofs:
                shown = because("{ask}", "{ask}", ask=_ASKS[proof.ask].says)
                yield LifeStep(proof.on, Says("shown", "提供依据"), proof.evidence, proof.by, shown)
            for move in path.path:
                says = DEVELOPMENT[move.to].says
                what = Says(f"development: {says.en}", f"发展阶段：{says.zh}")
                aim = because("{aim}", "{aim}", aim=DEVELOPMENT[move.to].aim)
                yield LifeStep(move.on, what, move.reason, move.by, aim)
    for issue in book.issues:
        if issue.agent == agent:
            for step in issue.steps:
                kind = issue.terms_on(step.on).kind
                opened = step.do != "close"
                what = Says("issue opened", "提出问题") if opened else Says("issue solved", "解决问题")
                why = because("{id}: {kind}", "{id}：{kind}", id=issue.id, kind=ISSUE_KINDS[kind].says)
                yield LifeStep(step.on, what, step.says, step.by, why)
    for given in book.trainings:
        if given.agent == agent:
            told = EFFECTS[given.effect_on(book.as_of)]
            topic = AGENT_TRAININGS[given.topic]
            why = because("{topic}; effect: {effect}", "{topic}；效果：{effect}", topic=topic, effect=told)
            yield LifeStep(given.on, Says("trained", "培训"), given.id, given.by, why)


def _graded(agent: str, book: AgentBook, agents: AgentFigures) -> Iterator[LifeStep]:
    rows = () if agents.grades is None else agents.grades.rows
    days = [mark.on for mark in book.marks if mark.agent == agent and mark.on <= book.as_of]
    for row in rows:
        if row.agent == agent and row.grade is not None and days:
            says = "{grade}, {points} points", "{grade} 级，{points} 分"
            why = because(*says, row.why, grade=row.grade.letter, points=row.points)
            yield LifeStep(max(days), Says("graded", "分级"), "", "", why)


def _kept(agent: str, book: AgentBook, cover: CoverResults) -> Iterator[LifeStep]:
    mine = {right.id for right in book.rights if right.agent == agent}
    for line in () if cover.fulfilment is None else cover.fulfilment.lines:
        if line.agreement in mine and line.period.start <= book.as_of:
            what = Says(f"agreement {line.period}", f"协议 {line.period}")
            yield LifeStep(min(line.period.end, book.as_of), what, line.agreement, "", line.why)
    rows = () if cover.renewals is None else cover.renewals.rows
    due = [row for row in rows if row.right.agent == agent and row.state != "later"]
    for row in due:
        day = max((day for day in row.days if day <= book.as_of), default=book.as_of)
        yield LifeStep(day, Says("renewal due", "应续签"), row.right.id, "", row.why)
    yield from _proposed((one.why for one in cover.proposals if one.agent == agent), book.as_of)


def _proposed(whys: Iterable[Why], day: date) -> Iterator[LifeStep]:
    for why in whys:
        yield LifeStep(day, Says("term proposed", "建议合作期限"), "", "", why)
