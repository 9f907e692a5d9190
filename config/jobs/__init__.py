"""Work by the clock. Each job runs once in each slot of time, however many schedulers are up."""
