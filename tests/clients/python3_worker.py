"""A worker as its users write one: it completes the tasks of some topics until it is ended. Run by a test."""

import sys

from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker


def done(task: ExternalTask) -> TaskResult:
    """Complete a task, and say so."""
    print("done", task.get_activity_id(), flush=True)
    return task.complete({"done": task.get_activity_id()})


def main(url: str, *topics: str) -> None:
    """Serve the topics of the server at that base URL."""
    worker = ExternalTaskWorker(worker_id=1, base_url=url, config={"asyncResponseTimeout": 5000, "maxTasks": 1})
    print("polling", flush=True)
    worker.subscribe(list(topics), done)


if __name__ == "__main__":
    main(*sys.argv[1:])
