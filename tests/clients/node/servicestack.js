// What a user of @servicestack/client does, with the types that the server generates; lines of JSON for the test to read.
// Given: {host, user, password, key, task, other, third, way}: the server, who signs in, open tasks, a transition.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { JsonServiceClient } from "@servicestack/client";
import ts from "typescript";

const given = JSON.parse(process.argv[2]);

function say(event, facts = {}) {
  console.log(JSON.stringify({ event, ...facts }));
}

async function failure(promise) {
  try {
    return { resolved: await promise };
  } catch (error) {
    const { errorCode, message, errors } = error.responseStatus;
    return { errorCode, message, fields: (errors ?? []).map((one) => one.fieldName) };
  }
}

async function generatedTypes() {
  const source = readFileSync(given.types, "utf8");
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const made = given.types.replace(/\.ts$/, ".mjs");
  writeFileSync(made, ts.transpileModule(source, { compilerOptions: options }).outputText);
  return import(pathToFileURL(made));
}

function client() {
  return new JsonServiceClient(given.host);
}

function signedIn() {
  const made = client();
  made.setCredentials(given.user, given.password);
  return made;
}

const types = await generatedTypes();
const { Authenticate, FinishTaskOperation, GetTaskOperation, GetTasksOperation, PostponeTaskOperation } = types;

const finish = new FinishTaskOperation({
  TaskIDs: [given.task],
  Transitions: [{ ID: given.way, IsNext: true, UserIDs: [] }],
  Comment: "\u00e9 ok",
});
say("finished", { answer: (await signedIn().post(finish)) ?? null });
say("again", await failure(signedIn().post(finish)));
const byRoute = new FinishTaskOperation({ TaskIDs: [given.other] });
say("by route", { answer: (await signedIn().postToUrl("/api/workflowtasks/finish", byRoute)) ?? null });
const old = signedIn();
old.basePath = "";
const shown = await old.get(new GetTaskOperation({ TaskID: given.task }));
say("shown", { name: shown.Name, status: shown.Status });
const listed = await signedIn().get(new GetTasksOperation({ TaskIDs: [given.third] }));
say("listed", { names: listed.map((one) => one.Name) });
say("missing", await failure(signedIn().post(new PostponeTaskOperation({ TaskIDs: [given.third] }))));
say("nobody", await failure(client().post(finish)));

const login = { provider: "credentials", UserName: given.user, Password: given.password };
const session = await client().post(new Authenticate(login));
const bySession = client();
bySession.headers.set("X-ss-id", session.SessionId);
await bySession.sendAll([new FinishTaskOperation({ TaskIDs: [given.third] })]);
say("session", { user: session.UserName });

const byKey = client();
byKey.bearerToken = given.key;
say("key", await failure(byKey.post(new FinishTaskOperation({ TaskIDs: [given.third] }))));
