"""Development services: the servers, secrets and processes behind `make run` and `make test`.

Nothing here imports Django: it runs before settings are read, to fill the environment they are read from. Production
never comes here, because production sets SECRET_KEY.
"""
