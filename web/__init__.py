"""The staff web site: pages over the four services' gRPC, and nothing else beneath them.

It keeps no data of its own but sessions, in memory. What a page shows was asked of a service with the token of whoever
looks at it, so that what they may not see does not exist here either.
"""
