// Fetches, locks and completes an external task of an instance, and is refused when it tries so again.
import createClient from "openapi-fetch";
import type { components, paths } from "./api/camunda.js";
import { basic, given, sure, told } from "./program.js";

const { host, instance } = given<{ host: string; instance: string }>();
const client = createClient<paths>({ baseUrl: `${host}/engine-rest`, headers: basic("demo") });

const topics: components["schemas"]["FetchTopic"][] = [{ topicName: "check-stock", lockDuration: 60_000 }];
const wish = { workerId: "typed", maxTasks: 100, topics };
const fetched = sure(await client.POST("/external-task/fetchAndLock", { body: wish }));
const task = fetched.find((one) => one.processInstanceId === instance);
if (task === undefined) throw new Error("the task was not fetched");

const path = { id: task.id };
const other = await client.POST("/external-task/{id}/complete", { params: { path }, body: { workerId: "other" } });
const variables = { inStock: { value: true }, places: { value: 3, type: "Integer" } };
const body = { workerId: "typed", variables };
const done = await client.POST("/external-task/{id}/complete", { params: { path }, body });
const again = await client.POST("/external-task/{id}/complete", { params: { path }, body });
told({
  topic: task.topicName,
  amount: task.variables["amount"]?.value,
  other: [other.response.status, other.error?.type],
  done: [done.response.status, done.error ?? null],
  again: [again.response.status, again.error?.type],
});
