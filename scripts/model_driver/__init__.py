"""Runs BPMN models over the REST API of a Camunda 7 server, records what they did, and compares runs step by step.

``models`` reads which processes a file has, ``rest`` speaks to a server, ``observing`` says what an instance shows,
``policies`` choose the next action by names, ``acting`` carries it out, ``running`` joins these to a run,
``recordings`` are files of runs, ``comparing`` finds the first difference, ``reporting`` prints.
"""
