// Reports that the goods are missing, and does the task that this leads to.

import { Variables } from "camunda-external-task-client-js";
import { connect, given, say } from "./worker.js";

const client = connect();

client.subscribe(given.pack, async ({ task, taskService }) => {
  await taskService.handleBpmnError(task, "OUT_OF_STOCK", "none left", new Variables().set("missing", 4));
});

client.subscribe(given.reorder, async ({ task, taskService }) => {
  client.stop();
  say("reorder", { variables: task.variables.getAll() });
  await taskService.complete(task);
});
