// Fails twice: with a retry, and then without naming any.

import { connect, given, say } from "./worker.js";

const client = connect();

client.subscribe(given.pack, async ({ task, taskService }) => {
  const { retries, errorMessage, errorDetails } = task;
  say("pack", { retries, errorMessage, errorDetails });
  if (retries === null) {
    const failure = { errorMessage: "printer on fire", errorDetails: "line 1\nline 2", retries: 1, retryTimeout: 0 };
    await taskService.handleFailure(task, failure);
  } else {
    client.stop();
    await taskService.handleFailure(task, { errorMessage: "burnt down" });
  }
});
