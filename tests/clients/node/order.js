// Packs with a value of each type, as the client itself names the types, and sends with what it then gets.

import { Variables } from "camunda-external-task-client-js";
import { connect, given, say } from "./worker.js";

const client = connect();

client.subscribe(given.pack, { includeExtensionProperties: true }, async ({ task, taskService }) => {
  say("pack", {
    amount: task.variables.getTyped("amount"),
    businessKey: task.businessKey,
    extensionProperties: task.extensionProperties,
    instance: task.processInstanceId,
  });
  const variables = new Variables()
    .setAll({
      fragile: true,
      pieces: 42,
      barcode: 4012345678901,
      weight: 1.25,
      packed: new Date("2024-02-29T12:30:00.125Z"),
      label: "Grüße – 荷物",
      remark: null,
      contents: { books: [1, 2], gift: null },
    })
    .setTyped("shelf", { type: "short", value: 7, valueInfo: {} })
    .setTransient("hint", "not kept");
  if (given.packOnly) {
    client.stop();
  }
  await taskService.complete(task, variables, new Variables().set("scratch", "not kept"));
});

client.subscribe(given.send, async ({ task, taskService }) => {
  client.stop();
  const { packed, ...others } = task.variables.getAll();
  say("send", { variables: others, packed: packed.toISOString() });
  await taskService.complete(task);
});
