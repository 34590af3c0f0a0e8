"""From the rows of a journal to results, live and after: order, clocks, samples, seats, group."""
