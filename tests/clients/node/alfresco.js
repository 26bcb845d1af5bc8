// npm @alfresco/js-api: signs in for a ticket, then claims, delegates, resolves and completes a task by its generic call.
// Tells a line of JSON for every answer.
import { AlfrescoApi } from "@alfresco/js-api";

const { host, first, second, password, task } = JSON.parse(process.argv[2]);
const workflow = `${host}/alfresco/api/-default-/public/workflow/versions/1`;
const tell = (event, facts) => console.log(JSON.stringify({ event, ...facts }));

const signedIn = async (name) => {
  const api = new AlfrescoApi({ hostEcm: host, provider: "ECM", authType: "BASIC", contextRoot: "alfresco" });
  tell("ticket", { good: (await api.login(name, password)).startsWith("TICKET_") });
  return api;
};

const call = (api, method, path, query, body) => {
  const json = ["application/json"];
  return api.contentClient.callCustomApi(workflow + path, method, {}, query, {}, {}, body, json, json);
};

const update = async (api, select, body) => {
  const { entry } = await call(api, "PUT", `/tasks/${task}`, { select }, body);
  tell(body.state, { state: entry.state, assignee: entry.assignee ?? null, owner: entry.owner ?? null });
};

const mine = await signedIn(first);
const other = await signedIn(second);

const { list } = await call(mine, "GET", "/tasks", { where: `(status='any' AND assignee='${first}')`, maxItems: 1000 });
tell("listed", { there: list.entries.some(({ entry }) => entry.id === task) });

await update(mine, "state", { state: "unclaimed" });
await update(mine, "state", { state: "claimed" });
await update(mine, "state,assignee", { state: "delegated", assignee: second });
try {
  await update(mine, "state", { state: "completed" });
} catch (error) {
  tell("refused", { status: error.status, summary: JSON.parse(error.message).error.errorKey });
}
await update(other, "state", { state: "resolved" });
const variables = [{ name: "approved", scope: "global", type: "d:boolean", value: true }];
await update(mine, "state,variables", { state: "completed", variables });
await mine.logout();
try {
  await call(mine, "GET", "/tasks", {}, null);
} catch (error) {
  tell("signed out", { status: error.status });
}
