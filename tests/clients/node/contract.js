// One step of the demo's contract, by the client of the vendor that it belongs to: draft, typeset, sign.
// Given: {step, host, url, process, businessKey, types}: the server, the process by its number, and ServiceStack's types.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { AlfrescoApi } from "@alfresco/js-api";
import { JsonServiceClient } from "@servicestack/client";
import { Variables } from "camunda-external-task-client-js";
import ts from "typescript";
import { connect, given, say } from "./worker.js";

async function draft() {
  const settings = { hostEcm: given.host, provider: "ECM", authType: "BASIC", contextRoot: "alfresco" };
  const api = new AlfrescoApi(settings);
  await api.login("bob", "bob");
  const base = `${given.host}/alfresco/api/-default-/public/workflow/versions/1`;
  const json = ["application/json"];
  const call = (method, path, query, body) =>
    api.contentClient.callCustomApi(base + path, method, {}, query, {}, {}, body, json, json);
  const { list } = await call("GET", "/tasks", {}, null);
  const [{ entry }] = list.entries;
  const variables = [{ name: "language", type: "d:text", value: "German", scope: "global" }];
  const select = { select: "state,variables" };
  const done = await call("PUT", `/tasks/${entry.id}`, select, { state: "completed", variables });
  say("draft", { process: done.entry.processId, name: done.entry.name, state: done.entry.state });
}

function typeset() {
  const client = connect();
  client.subscribe("typeset-contract", { businessKey: given.businessKey }, async ({ task, taskService }) => {
    client.stop();
    say("typeset", { businessKey: task.businessKey, variables: task.variables.getAll() });
    await taskService.complete(task, new Variables().set("pages", 12));
  });
}

async function sign() {
  const made = given.types.replace(/\.ts$/, ".mjs");
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  writeFileSync(made, ts.transpileModule(readFileSync(given.types, "utf8"), { compilerOptions: options }).outputText);
  const { FinishTaskOperation, GetTasksOperation } = await import(pathToFileURL(made));
  const client = new JsonServiceClient(given.host);
  client.setCredentials("demo", "demo");
  const [task] = await client.get(new GetTasksOperation({ WorkflowID: given.process }));
  const way = task.Transitions.find(({ Name }) => Name === "Sign");
  const transition = { ID: way.ID, IsNext: true, UserIDs: [] };
  await client.post(new FinishTaskOperation({ TaskIDs: [task.ID], Transitions: [transition], Comment: "Agreed" }));
  say("sign", { task: task.ID, name: task.Name, ways: task.Transitions.map(({ Name }) => Name) });
}

await { draft, typeset, sign }[given.step]();
