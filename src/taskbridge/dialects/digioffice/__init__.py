"""DigiOffice API Services, as ServiceStack serves them: translation in and out. Rules live in the services."""
