// Signs Alice in, who claims the task of a project and completes it by a transition of its workflow.
import createClient from "openapi-fetch";
import type { paths } from "./api/worldserver.js";
import { given, sure, told } from "./program.js";

const { host, projectId } = given<{ host: string; projectId: number }>();
const client = createClient<paths>({ baseUrl: `${host}/ws-api/v2` });

const session = sure(await client.POST("/login", { body: { username: "alice", password: "alice" } }));
const headers = { token: session.sessionId ?? "" };
const query = { projectId, fields: "id,name,status" };
const listed = sure(await client.GET("/tasks", { params: { query }, headers }));
const id = listed.items[0]?.id;
if (id === undefined) throw new Error("the project has no task");

const claimed = sure(await client.POST("/tasks/claim", { body: [{ id }], headers }));
const task = sure(await client.GET("/tasks/{taskId}", { params: { path: { taskId: id } }, headers }));
const workflowId = task.workflow?.id;
if (workflowId === undefined) throw new Error("the task has no workflow");
const workflow = sure(await client.GET("/workflows/{workflowId}", { params: { path: { workflowId } }, headers }));
const step = workflow.steps?.find((one) => one.name === task.currentTaskStep?.name);
const way = step?.outboundTransitions?.find((one) => one.text === "Complete");
if (way?.id === undefined) throw new Error("the step has no such transition");

const completion = [{ id, transitionId: way.id, comment: "typed" }];
const completed = sure(await client.POST("/tasks/complete", { body: completion, headers }));
const now = sure(await client.GET("/tasks/{taskId}", { params: { path: { taskId: id } }, headers }));
const missing = await client.GET("/tasks/{taskId}", { params: { path: { taskId: 1 } }, headers });
told({
  task: id,
  listed: [listed.total, listed.items[0]?.name],
  claimed: claimed.status,
  completed: completed.status,
  steps: [task.currentTaskStep?.name, now.currentTaskStep?.name],
  missing: [missing.response.status, missing.error?.errors?.[0]?.message],
});
