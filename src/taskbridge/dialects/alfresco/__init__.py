"""The Alfresco Workflow dialect: translation between the vendor's public Workflow REST API and the services."""
