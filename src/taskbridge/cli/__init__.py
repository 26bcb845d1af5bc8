"""The ``taskbridge`` command, a module per group. Every option is also an environment variable ``TASKBRIDGE_…``.

``program`` lists the commands and loads the module of the one that is run. Modules of commands load what takes long
(the services, the store) inside their functions, so that help, the version and typing errors are printed at once.
"""
