"""What the start page says of the demo: its people, and one thing to try with each API.

Data alone, without what fills the database (``content``); a test carries out every command.
"""

from taskbridge.pages import Demo, Person, Step

_FETCH = '{"workerId":"me","maxTasks":1,"topics":[{"topicName":"typeset-contract","lockDuration":60000}]}'

FIRST_LOOK = Demo(
    story="Two contracts are on their way through a process of four steps: draft, translate, typeset, sign. Each step "
    "belongs to another product. A text waits for its translators as well.",
    people=(
        Person("demo", "demo", "manager, administrator"),
        Person("alice", "alice", "manager"),
        Person("bob", "bob", "drafts contracts"),
    ),
    steps=(
        Step(
            "alfresco",
            "Draft: Alfresco",
            "Contract C-1 waits for Bob. These are his tasks.",
            "alfresco_list_tasks",
            "curl -u bob:bob {origin}/alfresco/api/-default-/public/workflow/versions/1/tasks",
            "press Authorize, and under basicAuth enter bob and bob",
        ),
        Step(
            "worldserver",
            "Translate: WorldServer",
            "Alice signs in. The sessionId of the answer is the token of her other requests.",
            "worldserver_login",
            'curl {origin}/ws-api/v2/login -d \'{"username":"alice","password":"alice"}\'',
            "execute the login with alice and alice, then press Authorize, and under tokenInHeader enter the sessionId "
            "of its answer",
        ),
        Step(
            "camunda",
            "Typeset: Camunda 7",
            "Contract C-2 waits for a worker. This fetches it, and locks it for a minute.",
            "camunda_fetch_and_lock_external_tasks",
            "curl -u demo:demo {origin}/engine-rest/external-task/fetchAndLock "
            f"-H 'Content-Type: application/json' -d '{_FETCH}'",
            "no credentials are needed, unless the server was started with --camunda-auth basic; then press Authorize, "
            "and under basicAuth enter demo and demo",
        ),
        Step(
            "digioffice",
            "Sign: DigiOffice",
            "A manager sees all work that people do, whichever API it came by.",
            "digioffice_list_tasks",
            "curl -u demo:demo {origin}/api/workflowtasks -H 'Accept: application/json'",
            "press Authorize, and under basic enter demo and demo",
        ),
    ),
)
