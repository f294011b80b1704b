"""Which edits changed which number (调整追溯), and how a node's number follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from pharmasales.display import Says, Why, because, percent
from pharmasales.goals.baselines.baseline import plain
from pharmasales.goals.editing.edits import Concentrate, Edit, Resplit, Transfer, edit_nodes, edit_order
from pharmasales.goals.editing.resharing import Reshared
from pharmasales.goals.editing.statements import Held, Statements

__all__ = ["Causes", "Told"]


@frozen(eq=False)
class Causes:
    """What the edits say, and what came of them.

    Args:
        says: the edits.
        held: what each node must have.
        made: the plan with the edits, in grains.
    """

    says: Statements
    held: Mapping[str, Mapping[int | None, Held]] = field(repr=False)
    made: Reshared = field(repr=False)

    @cached_property
    def about(self) -> Mapping[str, tuple[Edit, ...]]:
        """The edits that speak of a family, by the node above it."""
        found: dict[str, dict[Edit, None]] = {}
        org, base = self.says.org, self.says.base
        for node_id, by in self.held.items():
            mine = found.setdefault(org.parent_of(node_id) or "", {})
            mine.update(dict.fromkeys(edit for due in by.values() for edit in due.edits))
        for node_id, edits in self.says.carriers.items():
            found.setdefault(org.parent_of(node_id) or "", {}).update(dict.fromkeys(edits))
        for edit in self.says.edits:
            if isinstance(edit, Resplit | Concentrate):
                found.setdefault(edit.node, {})[edit] = None
            if isinstance(edit, Transfer):
                for above in (edit.to, base.org.parent_of(edit.node) or ""):
                    found.setdefault(above, {})[edit] = None
        return {above: tuple(sorted(edits, key=edit_order)) for above, edits in found.items()}

    def changed(self, node_id: str) -> bool:
        """Whether a node has another amount than before, in all or in a bucket."""
        base, made = self.says.base, self.made
        return made.whole[node_id] != base.whole[node_id] or list(made.cells[node_id]) != list(base.cells[node_id])

    def of(self, node_id: str) -> tuple[Edit, ...]:
        """Return the edits behind a node's change: those of its own family, and of families above that changed it.

        Args:
            node_id: the node; one that did not change has none.
        """
        org = self.says.org
        found: dict[Edit, None] = {}
        here: str | None = node_id
        while here is not None and self.changed(here):
            above = org.parent_of(here)
            known = self.about.get(above or "", ())
            if not known and (above is None or not self.changed(above)):
                known = self._below(above or here)  # bounds further down moved somebody of this family
            found.update(dict.fromkeys(known))
            here = above
        return tuple(sorted(found, key=edit_order))

    def _below(self, node_id: str) -> tuple[Edit, ...]:
        """Return the edits that speak of a node or of what is below it."""
        paths = {
            name: {node.id for node in self.says.org.path(name)} for e in self.says.edits for name in edit_nodes(e)
        }
        return tuple(edit for edit in self.says.edits if any(node_id in paths[name] for name in edit_nodes(edit)))

    def why(self, node_id: str) -> Why:
        """Say what a node had, what it has now, how it came to that, and by which edits."""
        base, grain = self.says.base, self.says.base.grain
        before, now = (grain * had for had in (base.whole[node_id], self.made.whole[node_id]))
        named = self.says.org[node_id].name
        how, edits = self._how(node_id), self.of(node_id)
        parts = [*how, *([_named(edits)] if edits else [])]
        en, zh = "{name}: {before} before, {now} now", "{name}：调整前 {before}，现为 {now}"
        return because(en, zh, *parts, name=named, before=before.value, now=now.value)

    def _how(self, node_id: str) -> list[Why]:
        """Say what is said of the node itself, or how it shares what the others leave."""
        own = dict.fromkeys(edit for due in self.held.get(node_id, {}).values() for edit in due.edits)
        own.update(dict.fromkeys(self.says.carriers.get(node_id, ())))
        said = [_marked(edit) for edit in sorted(own, key=edit_order)]
        if node_id in self.held:
            return said
        base, above = self.says.base, self.says.org.parent_of(node_id) or node_id
        known = self.says.weights.get(above, base.weights)
        free = [child for child in self.says.org.below[above] if None not in self.held.get(child, {})]
        of = sum((known[child] for child in free), Fraction(0))
        share = known[node_id] / of if of else Fraction(0)
        values = {"part": plain(known[node_id]), "of": plain(of), "share": percent(share, 2)}
        flows = {child: sum(self.says.flows.get(child, ())) for child in free}
        change = self.made.whole[node_id] - base.whole[node_id] - flows.get(node_id, 0)
        if self.says.reshared(above):
            en = "shared anew with its family, by weight {part} / {of} ({share})"
            return [*said, because(en, "与同级按权重 {part} / {of}（{share}）重新分配", **values)]
        if not change:
            return said or [because("keeps what it has in all", "全期金额不变")]
        en, zh = "takes {change} of the difference in its family", "承担同级差额 {change}"
        left = sum(self.made.whole[child] - base.whole[child] - flows[child] for child in free)
        if abs(change - left * share) < 1:
            en, zh = f"{en}, by weight {{part}} / {{of}} ({{share}})", f"{zh}，按权重 {{part}} / {{of}}（{{share}}）"
        else:
            en, zh = f"{en}, as far as bounds and roundings allow", f"{zh}，受上下限及取整影响"
        return [*said, because(en, zh, change=(base.grain * change).value, **values)]


def _named(edits: tuple[Edit, ...]) -> Why:
    en, zh = "; ".join(edit.says.en for edit in edits), "；".join(edit.says.zh for edit in edits)
    return because("edits: {names}", "涉及调整：{names}", names=Says(en, zh))


def _marked(edit: Edit) -> Why:
    """Say one edit, with who made it, when and why."""
    mark = edit.mark
    known = [text for text in (mark.by, "" if mark.on is None else mark.on.isoformat(), mark.reason) if text]
    if not known:
        return because("{says}", "{says}", says=edit.says)
    return because("{says} ({mark})", "{says}（{mark}）", says=edit.says, mark=", ".join(known))


@frozen(eq=False)
class Told(Mapping[str, Why]):
    """Why nodes have what they have, for all members of changed families; worked out when somebody reads it.

    Args:
        causes: which edits changed what.
    """

    causes: Causes

    def __getitem__(self, node_id: str) -> Why:
        if self._changed(node_id):
            return self.causes.why(node_id)
        return self.causes.says.base.told[node_id]

    def __contains__(self, node_id: object) -> bool:
        return isinstance(node_id, str) and (self._changed(node_id) or node_id in self.causes.says.base.told)

    def __iter__(self) -> Iterator[str]:
        return (node_id for node_id in self.causes.says.org.nodes if node_id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self.causes.made.families) or bool(self.causes.says.base.told)

    def _changed(self, node_id: str) -> bool:
        return self.causes.says.org.parent_of(node_id) in self.causes.made.families
