"""A crowd of people who use Payshift at the same time, each with time to think between two requests.

`plan` decides who they are and what there is to do, `mix` what they do next, `connection` and `crowd` do it over HTTP,
`results` says how it went, `processor` who used the machine meanwhile. Everything runs on the machine that serves.
"""
