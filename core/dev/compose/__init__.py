"""`make compose-proof`: docker-compose.yml, Dockerfile and deploy/ as one installation, started without Docker.

The same processes with the same variables, users, volumes, conditions and health checks, each in namespaces of its own
(mounts, processes, network) on a clean Debian. What stands in for the images that are not ours says `images`.
"""
