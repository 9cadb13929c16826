"""The ladder: whom an alarm reaches how long after it began to ring, and who sends; computed alike by box and hub.

`steps` is the data and its text, `notes` how a sent step is recorded, `contact` what a side knows of the other one,
`runner` what is due, `who_rings` the view before anything rings. Pure: time is an argument.
"""
