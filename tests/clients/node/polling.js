// Waits in a long poll, and completes the one task that comes.

import { connect, given, say } from "./worker.js";

const client = connect({ asyncResponseTimeout: given.timeout, autoPoll: false });

client.subscribe(given.pack, async ({ task, taskService }) => {
  client.stop();
  say("pack", { instance: task.processInstanceId });
  await taskService.complete(task);
});
client.on("poll:start", () => say("polling"));
client.start();
