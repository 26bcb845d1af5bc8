// What the types have to refuse: a member that no document has, and a body that lacks what it must have.
import createClient from "openapi-fetch";
import type { paths } from "./api/worldserver.js";

const client = createClient<paths>({ baseUrl: "" });
await client.POST("/tasks/complete", { body: [{ id: 1 }] });
const info = await client.GET("/info");
console.log(info.data?.nothing);
