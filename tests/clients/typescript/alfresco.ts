// Starts the vendor's ad-hoc process for Alice, who gives its task back, claims it and completes it with a variable.
import createClient from "openapi-fetch";
import type { components, paths } from "./api/alfresco.js";
import { basic, given, sure, told } from "./program.js";

const { host } = given<{ host: string }>();
const baseUrl = `${host}/alfresco/api/-default-/public`;
const client = createClient<paths>({ baseUrl, headers: basic("alice") });

const process = sure(
  await client.POST("/workflow/versions/1/processes", {
    body: { processDefinitionKey: "activitiAdhoc", variables: { bpm_assignee: "alice" } },
  }),
);
const processId = "entry" in process ? process.entry?.id : undefined;
if (processId === undefined) throw new Error("no process was started");
const tasksOf = { params: { path: { processId } } };
const waiting = sure(await client.GET("/workflow/versions/1/processes/{processId}/tasks", tasksOf));
const taskId = waiting.list?.entries?.[0]?.entry?.id;
if (taskId === undefined) throw new Error("the process has no task");

async function update(select: string, body: components["schemas"]["TaskBody"], id: string) {
  const params = { path: { taskId: id }, query: { select } };
  return client.PUT("/workflow/versions/1/tasks/{taskId}", { params, body });
}

const unclaimed = sure(await update("state", { state: "unclaimed" }, taskId)).entry;
const claimed = sure(await update("state", { state: "claimed" }, taskId)).entry;
const variable: components["schemas"]["TaskVariable"] = { name: "bpm_comment", scope: "local", type: "d:text", value: "typed" };
const completed = sure(await update("state", { state: "completed", variables: [variable] }, taskId)).entry;
const again = await update("state", { state: "completed" }, taskId);
const missing = await update("state", { state: "completed" }, "1");
const following = sure(await client.GET("/workflow/versions/1/processes/{processId}/tasks", tasksOf));
told({
  states: [unclaimed?.state, claimed?.state, completed?.state],
  assignee: claimed?.assignee,
  again: again.error?.error?.statusCode,
  missing: missing.error?.error?.statusCode,
  following: following.list?.entries?.map((one) => one.entry?.activityDefinitionId),
});
