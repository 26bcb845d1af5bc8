// Finishes the workflow task of a workflow, and is refused when it tries so again.
import createClient from "openapi-fetch";
import type { paths } from "./api/digioffice.js";
import { basic, given, parsed, sure, told } from "./program.js";

const { host, name } = given<{ host: string; name: string }>();
const client = createClient<paths>({ baseUrl: `${host}/api`, headers: basic("alice") });

const tasks = parsed(sure(await client.GET("/workflowtasks")));
const task = tasks.find((one) => one.WorkflowDescription === name);
if (task?.ID === undefined || task.ID === null) throw new Error("there is no such task");

const body = { TaskIDs: [task.ID], Reason: "Fine", Comment: "typed" };
const done = await client.POST("/workflowtasks/finish", { body });
const again = await client.POST("/workflowtasks/finish", { body });
const error = again.error === undefined ? undefined : parsed(again.error);
const path = { TaskID: String(task.ID) };
const shown = parsed(sure(await client.GET("/workflowtasks/{TaskID}", { params: { path } })));
const comments = parsed(sure(await client.GET("/workflowtasks/{TaskID}/comments", { params: { path } })));
told({
  done: done.response.status,
  again: [again.response.status, error?.ResponseStatus?.ErrorCode],
  status: shown.Status,
  comments: comments.map((one) => one.Text),
});
