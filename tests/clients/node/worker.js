// What every worker here begins with: a client at the server that the test names, and lines of JSON for the test to read.
// A handler that does the last task stops the client before it awaits anything: no poll is under way then.

import { BasicAuthInterceptor, Client } from "camunda-external-task-client-js";

// {url, pack, send, reorder}: the server and the topics; and what a single test adds.
export const given = JSON.parse(process.argv[2]);

export function say(event, facts = {}) {
  console.log(JSON.stringify({ event, ...facts }));
}

export function connect(options = {}) {
  const { user: username, password } = given;
  const client = new Client({
    baseUrl: given.url,
    workerId: "node",
    interval: 20,
    ...(username && { interceptors: new BasicAuthInterceptor({ username, password }) }),
    ...options,
  });
  for (const event of ["poll:error", "handler:error"]) {
    client.on(event, (error) => {
      client.stop();
      say(event, { message: error.message, type: error.type, code: error.code });
    });
  }
  return client;
}
