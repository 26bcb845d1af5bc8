// Shows the document that the page names. Nothing is asked of other servers: no validator, no settings by the address.
const place = document.getElementById("page");

// Swagger UI fills in the examples of optional parameters too, and a list filtered by all of them is empty. So they are
// told beside the parameter, and not sent.
function tellExample(parameter) {
  const example = parameter.example ?? parameter.schema?.example;
  if (example === undefined || parameter.required) return;
  parameter.description = `${parameter.description ?? ""} For example \`${example}\`.`.trim();
  delete parameter.example;
  if (parameter.schema) delete parameter.schema.example;
}

function parametersOf(content) {
  const items = Object.values(content.paths);
  const operations = items.flatMap((item) => Object.values(item));
  return [...items, ...operations, { parameters: Object.values(content.components.parameters ?? {}) }]
    .flatMap((holder) => holder.parameters ?? [])
    .filter((parameter) => parameter.in);
}

function received(response) {
  if (response.url.endsWith(place.dataset.document)) {
    const content = JSON.parse(response.text);
    parametersOf(content).forEach(tellExample);
    response.text = JSON.stringify(content);
  }
  return response;
}

window.ui = SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  responseInterceptor: received,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null,
  queryConfigEnabled: false,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  filter: true,
});
