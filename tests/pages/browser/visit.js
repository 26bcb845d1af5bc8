// Visits a page as a person would: from the overview at `url`, by the link `follow`. Argument: {url, follow, steps}.
// A step is {authorize: {scheme, values}}, {leave: scheme} or {execute: operationId, body, keep}. By
// `keep: {name: member}` a member of the answer is kept for the values of later steps, where "{name}" stands for it.
// Prints {operations, answers, complaints, requests} as JSON.
import { launched } from "./chromium.js";

const { url, follow, steps } = JSON.parse(process.argv[2]);
const kept = {};
const filled = (text) => text.replace(/\{(\w+)\}/g, (whole, name) => kept[name] ?? whole);

const browser = await launched();
const page = await browser.newPage();
page.setDefaultTimeout(120000);
const complaints = [];
const requests = [];
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
page.on("request", (request) => requests.push(request.url()));

async function withForm(scheme, work) {
  await page.locator(".auth-wrapper .btn.authorize").first().click();
  const form = page.locator(".auth-container").filter({ has: page.locator(`h4 code:text-is("${scheme}")`) });
  await work(form);
  await form.locator(".btn-done").click();
}

async function authorize({ scheme, values }) {
  await withForm(scheme, async (form) => {
    const inputs = form.locator("input");
    for (const [number, value] of values.entries()) await inputs.nth(number).fill(filled(value));
    await form.locator(".btn.authorize").click();
  });
}

async function leave(scheme) {
  await withForm(scheme, (form) => form.locator(".btn", { hasText: "Logout" }).click());
}

async function execute(step) {
  const block = page.locator(`.opblock[id$="-${step.execute}"]`);
  await block.locator(".opblock-summary-control").click();
  // The button may still be on its way, and it reads "Cancel" where the form has been opened before.
  const open = block.locator(".try-out__btn");
  if ((await open.innerText()).trim() === "Try it out") await open.click();
  if (step.body) await block.locator("textarea.body-param__text").fill(step.body);
  await block.locator(".btn.execute").click();
  const answer = block.locator(".live-responses-table");
  const status = await answer.locator("tbody .response-col_status").first().innerText();
  const text = await answer.locator("tbody .response-col_description .highlight-code code").first().innerText();
  await block.locator(".opblock-summary-control").click();
  for (const [name, member] of Object.entries(step.keep ?? {})) kept[name] = JSON.parse(text)[member];
  return { status: parseInt(status), text };
}

try {
  await page.goto(url);
  await page.locator(`a[href="${follow}"]`).click();
  await page.locator(".opblock-tag").first().waitFor();
  // On the page of a large API all is folded.
  while (await page.locator('.opblock-tag[data-is-open="false"]').count()) {
    await page.locator('.opblock-tag[data-is-open="false"] .expand-operation').first().click();
  }
  const operations = await page.locator(".opblock").count();
  const answers = [];
  for (const step of steps) {
    if (step.authorize) await authorize(step.authorize);
    else if (step.leave) await leave(step.leave);
    else answers.push(await execute(step));
  }
  console.log(JSON.stringify({ operations, answers, complaints, requests }));
} finally {
  await browser.close();
}
