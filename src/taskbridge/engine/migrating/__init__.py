"""Migration of process instances to another definition: plans, what is wrong with them, what becomes of tokens.

Pure. The rules and the order of checks are those of the vendor's engine; ``service/migrations`` loads and writes.
"""
