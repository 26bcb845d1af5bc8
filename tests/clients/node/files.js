// Packs with two files, and loads them again when it sends.

import { fileURLToPath } from "url";
import { File, Variables } from "camunda-external-task-client-js";
import { connect, given, say } from "./worker.js";

const client = connect();

client.subscribe(given.pack, async ({ task, taskService }) => {
  const localPath = fileURLToPath(import.meta.url);
  const script = await new File({ localPath, mimetype: "text/javascript", encoding: "UTF-8" }).load();
  const note = new File({ typedValue: { valueInfo: { filename: "note.bin" } } });
  note.content = Buffer.from([0, 255, 10]);
  await taskService.complete(task, new Variables().setAll({ script, note }));
});

client.subscribe(given.send, async ({ task, taskService }) => {
  client.stop();
  const { script, note } = task.variables.getAll();
  await Promise.all([script.load(), note.load()]);
  say("send", {
    script: { filename: script.filename, encoding: script.encoding, content: script.content.toString() },
    note: { filename: note.filename, content: [...note.content] },
  });
  await taskService.complete(task);
});
