// Shows the document that the page names. Nothing is asked of other servers: no validator, no settings by the address.
const place = document.getElementById("page");

// Swagger UI fills in the examples of optional parameters too, and a list filtered by all of them is empty. So they are
// shown beside the parameter, and not sent.
function showExample(parameter) {
  const example = parameter.example ?? parameter.schema?.example;
  if (example === undefined || parameter.required) return;
  parameter.description = `${parameter.description ?? ""} For example \`${example}\`.`.trim();
  delete parameter.example;
  if (parameter.schema) delete parameter.schema.example;
}

function operationsOf(content) {
  return Object.values(content.paths).flatMap((item) => [item, ...Object.values(item)]);
}

function parametersOf(content) {
  return [...operationsOf(content), { parameters: Object.values(content.components.parameters ?? {}) }]
    .flatMap((holder) => holder.parameters ?? [])
    .filter((parameter) => parameter.in);
}

// The document names the scheme that the server saw. A proxy may have changed it: requests go to where the page is from.
function here(content) {
  [content, ...operationsOf(content)]
    .flatMap((holder) => holder.servers ?? [])
    .forEach((server) => { server.url = server.url.replace(/^https?:\/\/[^/]*/, location.origin); });
}

function received(response) {
  if (response.url.endsWith(place.dataset.document)) {
    const content = JSON.parse(response.text);
    parametersOf(content).forEach(showExample);
    here(content);
    response.text = JSON.stringify(content);
  }
  return response;
}

// The first paragraph says what the API is; the rules after it are many, and are shown when they are asked for.
const folded = () => ({
  wrapComponents: {
    info: (Info, system) => (props) => {
      const make = system.React.createElement;
      const Markdown = system.getComponent("Markdown", true);
      const [first, ...rules] = (props.info.get("description") ?? "").split(/\n{2,}/);
      const details = make("details", { className: "rules" },
        make("summary", null, "What holds for every operation"),
        make(Markdown, { source: rules.join("\n\n").replace(/^What holds for every operation:\s*/, "") }));
      const shown = make(Info, { ...props, info: props.info.set("description", first) });
      return make("div", null, shown, rules.length ? details : null);
    },
  },
});

// What is typed into the filter is looked for in tags, paths, names and summaries. What is found is unfolded.
const searched = () => ({
  fn: {
    opsFilter: (tags, phrase) => {
      const wanted = phrase.toLowerCase();
      const fits = (operation) => ["path", "method"].some((key) => operation.get(key).toLowerCase().includes(wanted))
        || ["operationId", "summary"].some((key) => (operation.getIn(["operation", key]) ?? "").toLowerCase().includes(wanted));
      return tags
        .map((tag, name) => name.toLowerCase().includes(wanted) ? tag
          : tag.set("operations", tag.get("operations").filter(fits)))
        .filter((tag) => tag.get("operations").size > 0);
    },
  },
  statePlugins: {
    layout: {
      wrapSelectors: {
        isShown: (original, system) => (_, thing, otherwise) => {
          const phrase = system.layoutSelectors.currentFilter();
          const found = [thing].flat()[0] === "operations-tag" && typeof phrase === "string" && phrase !== "";
          return original(thing, otherwise || found);
        },
      },
    },
  },
});

function named() {
  const filter = document.querySelector(".operation-filter-input");
  if (!filter) return;
  filter.placeholder = "Filter by name, path or tag";
  filter.setAttribute("aria-label", filter.placeholder);
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

window.ui = SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  responseInterceptor: received,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [folded, searched],
  layout: "BaseLayout",
  validatorUrl: null,
  queryConfigEnabled: false,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: place.dataset.expansion,
  defaultModelsExpandDepth: -1,
  filter: true,
  onComplete: named,
});
