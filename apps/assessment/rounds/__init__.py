"""A round, from open to archived (design §3): the calendar says when a step may be taken, people take it.

states  which step leads where, and whose it is · moving  takes a step · stating  the office's own statement ·
panels, judging  judges blind to each other · reviewing  who may confirm · objecting  objections and their answers ·
deciding  grades · freezing, snapshots, publishing, verifying  what does not change any more · missing  who is late
"""
