"""Reporting (报表): what people see of an evaluation, as plain values.

- `person_card`: one person's scorecard (个人考核卡);
- `league`: the league table (排行榜) that a manager sees;
- `district_view`: what is known of a district, joined (区域360);
- `control_sheets`: the year-to-date control sheets (年度累计控制表) of a year.

Their pages and workbooks are made in `pharmasales.exchange`.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.reporting.control_sheet import (
        ByMonth,
        ControlFigures,
        ControlLine,
        ControlSheet,
        control_sheets,
    )
    from pharmasales.evaluation.reporting.district import DistrictView, district_view
    from pharmasales.evaluation.reporting.inverting import Need, needed
    from pharmasales.evaluation.reporting.peers import LEAST_PEERS, BandKind, PeerBand, PeerBands, peer_bands
    from pharmasales.evaluation.reporting.personal import CardItem, PersonCard, TrendPoint, person_card, person_cards
    from pharmasales.evaluation.reporting.ranking import POINTS, League, LeagueRow, Values, league
    from pharmasales.evaluation.reporting.reasons import (
        Against,
        Reason,
        Reasons,
        reasons_against_full,
        reasons_against_nothing,
        reasons_against_peers,
        reasons_since,
    )
    from pharmasales.evaluation.reporting.stepping import NextStep, StepKind, Win, next_steps, steps_table

__all__ = [
    "LEAST_PEERS",
    "POINTS",
    "Against",
    "BandKind",
    "ByMonth",
    "CardItem",
    "ControlFigures",
    "ControlLine",
    "ControlSheet",
    "DistrictView",
    "League",
    "LeagueRow",
    "Need",
    "NextStep",
    "PeerBand",
    "PeerBands",
    "PersonCard",
    "Reason",
    "Reasons",
    "StepKind",
    "TrendPoint",
    "Values",
    "Win",
    "control_sheets",
    "district_view",
    "league",
    "needed",
    "next_steps",
    "peer_bands",
    "person_card",
    "person_cards",
    "reasons_against_full",
    "reasons_against_nothing",
    "reasons_against_peers",
    "reasons_since",
    "steps_table",
]

_MODULES = {
    "control_sheet": "ByMonth ControlFigures ControlLine ControlSheet control_sheets",
    "district": "DistrictView district_view",
    "inverting": "Need needed",
    "peers": "BandKind LEAST_PEERS PeerBand PeerBands peer_bands",
    "personal": "CardItem PersonCard TrendPoint person_card person_cards",
    "ranking": "League LeagueRow POINTS Values league",
    "reasons": (
        "Against Reason Reasons reasons_against_full reasons_against_nothing reasons_against_peers reasons_since"
    ),
    "stepping": "NextStep StepKind Win next_steps steps_table",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
