"""Products that are reached by raw calls only: Desk, People, Projects, Campaigns and Analytics, in small.

Each has the addresses of its main records, its own scopes, and its own way to say no. The facts sheet does
not speak of them: every address says whether the vendor documents it or others told it.
"""
