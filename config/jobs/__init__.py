"""Work outside requests. `schedule` runs each job once in its slot of time, however many schedulers are up;
`supervisor` keeps the processes of a site on one machine alive.
"""
