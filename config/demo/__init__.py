"""The demo world: a believable site around today, for `make run`, laid only into an empty database.

`cast` names the people whom a visitor may sign in as. `world.lay_out` calls the rooms' own verbs with the clock set
back, so what stands there came about as it would have; the texts lie in `data/`. The desk at /demo/ is the demo's only.
"""
