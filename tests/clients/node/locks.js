// Keeps a task longer, gives it back, gets it again, and finds that only the holder of a lock may use it.

import { connect, given, say } from "./worker.js";

const client = connect({ lockDuration: 60000 });
let first = true;

client.subscribe(given.pack, async ({ task, taskService }) => {
  if (first) {
    first = false;
    await taskService.extendLock(task, 3600000);
    say("extended", { id: task.id });
    await taskService.unlock(task);
    return;
  }
  client.stop();
  say("again", { id: task.id });
  await taskService.unlock(task);
  await taskService.lock(task, 60000);
  await taskService.complete(task);
  try {
    await taskService.complete(task);
  } catch ({ message, type, code }) {
    say("refused", { message, type, code });
  }
});
