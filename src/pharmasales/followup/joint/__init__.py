"""Joint visits (协访、协同拜访): the dealer joint visit in four gated steps, and internal coaching as one chain."""
