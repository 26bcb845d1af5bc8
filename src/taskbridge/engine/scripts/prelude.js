// What runs before a script, inside of the interpreter: it asks the process for everything that the script wants of it.
// A request is a line of JSON on the standard output, its answer a line on the standard input (`bridge.py`).
(() => {
  const { in: input, out: output } = std;
  delete globalThis.std;
  delete globalThis.os;
  delete globalThis.bjson;
  delete globalThis.scriptArgs;
  const { parse, stringify } = JSON;
  const MOST_LEVELS = 100;

  const ask = (request) => {
    output.puts(stringify(request) + "\n");
    output.flush();
    const answer = parse(input.getline());
    if (answer.thrown !== undefined) {
      const error = new Error(answer.thrown);
      if (answer.name) error.name = answer.name;
      throw error;
    }
    return answer;
  };

  // Values on their way out of the script and into it. Objects of the process are known by their numbers.
  const proxies = new Map();
  const numbers = new WeakMap();

  const sent = (value, level = 0) => {
    switch (typeof value) {
      case "undefined": return null;
      case "boolean": case "string": return value;
      case "number": return Number.isFinite(value) ? value : { special: String(value) };
      case "bigint": return { whole: String(value) };
      case "object": break;
      default: throw new TypeError(`a ${typeof value} cannot be handed to the process`);
    }
    if (value === null) return null;
    if (numbers.has(value)) return { object: numbers.get(value) };
    if (level > MOST_LEVELS) throw new RangeError("what is handed to the process is nested too deep");
    if (value instanceof Date) return { moment: value.getTime() };
    if (value instanceof Number || value instanceof String || value instanceof Boolean) return sent(value.valueOf());
    if (Array.isArray(value)) return { list: Array.from(value, (one) => sent(one, level + 1)) };
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return { map: entries.map(([key, one]) => [String(key), sent(one, level + 1)]) };
  };

  const received = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (value.special !== undefined) return Number(value.special);
    if (value.list !== undefined) return value.list.map(received);
    if (!proxies.has(value.object)) proxies.set(value.object, proxied(value.object, value.kind));
    return proxies.get(value.object);
  };

  const call = (object, member, given) => received(ask({ ask: "call", object, member, given: given.map((one) => sent(one)) }).value);

  const primitive = (object, kind) => (hint) =>
    kind === "moment" && hint !== "string" ? call(object, "getTime", []) : call(object, "toString", []);

  const proxied = (object, kind) => {
    const base = Object.create(kind === "list" ? Array.prototype : Object.prototype);
    const holds = kind === "list" || kind === "map";
    const member = (key) => {
      if (typeof key === "symbol") {
        if (key === Symbol.toPrimitive) return { value: primitive(object, kind) };
        return key in base ? { value: base[key] } : null;
      }
      if (key === "toJSON" && holds) return { value: () => parse(ask({ ask: "plain", object }).text) };
      const found = ask({ ask: "member", object, member: key });
      if (found.method) return { value: (...given) => call(object, key, given) };
      if (found.missing) return key in base ? { value: base[key] } : null;
      return { value: received(found.value) };
    };
    const keys = () => (holds ? ask({ ask: "keys", object }).keys : []);
    const unchangeable = () => { throw new TypeError("what the process holds cannot be changed in place: set a variable"); };
    const proxy = new Proxy(base, {
      get: (_base, key) => member(key)?.value,
      has: (_base, key) => member(key) !== null,
      set: unchangeable,
      defineProperty: unchangeable,
      deleteProperty: unchangeable,
      setPrototypeOf: unchangeable,
      ownKeys: keys,
      getOwnPropertyDescriptor: (_base, key) =>
        keys().includes(key) ? { value: member(key)?.value, enumerable: true, configurable: true } : undefined,
    });
    numbers.set(proxy, object);
    return proxy;
  };

  // Java: nothing of it is there but the error that models throw.
  class BpmnError extends Error {
    constructor(code, message) {
      super(message === undefined || message === null ? "" : String(message));
      this.name = "org.camunda.bpm.engine.delegate.BpmnError";
      this.code = code === undefined || code === null ? "" : String(code);
    }
    getErrorCode() { return this.code; }
    get errorCode() { return this.code; }
    getMessage() { return this.message; }
  }
  const known = { "org.camunda.bpm.engine.delegate.BpmnError": BpmnError };
  const refused = (path) => { throw new TypeError(`${path} of Java is not available to scripts`); };
  const java = (path) => new Proxy(function () {}, {
    get: (_base, key) => (typeof key === "symbol" ? undefined : known[`${path}.${key}`] ?? java(`${path}.${key}`)),
    apply: () => refused(path),
    construct: () => refused(path),
  });
  const type = (path) => known[path] ?? refused(path);

  const log = (...given) => { ask({ ask: "log", text: given.map(String).join(" ") }); };
  const spin = (reader) => (value) => received(ask({ ask: "spin", reader, given: sent(value) }).value);
  const offered = {
    S: spin("S"),
    XML: spin("XML"),
    JSON: Object.assign(spin("JSON"), { parse, stringify }),
    print: log,
    console: { log, info: log, warn: log, error: log, debug: log },
    Java: { type },
    Packages: new Proxy({}, { get: (_base, key) => (typeof key === "symbol" ? undefined : java(key)) }),
  };
  for (const name of ["java", "javax", "org", "com"]) offered[name] = java(name);
  for (const [name, value] of Object.entries(offered)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  // Names that the script does not define are variables. What it assigns to them stays in the script.
  const assigned = new Map();
  let latest = null;
  const scope = new Proxy(Object.create(null), {
    has: (_base, name) => {
      if (typeof name === "symbol" || name === "eval" || name === "arguments") return false;
      if (assigned.has(name)) return true;
      if (name in globalThis) return false;
      const found = ask({ ask: "name", name });
      latest = found.missing ? null : { name, value: received(found.value) };
      return !found.missing;
    },
    get: (_base, name) => {
      if (typeof name === "symbol") return undefined;
      if (assigned.has(name)) return assigned.get(name);
      if (latest?.name === name) return latest.value;
      return received(ask({ ask: "name", name }).value ?? null);
    },
    set: (_base, name, value) => { assigned.set(name, value); return true; },
  });
  const evaluate = new Function("with (arguments[0]) return eval(arguments[1]);");

  const failure = (error) => {
    try {
      if (error instanceof BpmnError) return { ask: "error", code: error.code, message: error.message };
      return { ask: "failed", text: String(error) };
    } catch {
      return { ask: "failed", text: "Error" };
    }
  };
  const outcome = ({ source, wanted }) => {
    try {
      const value = evaluate.call(globalThis, scope, source);
      return { ask: "done", value: wanted ? sent(value) : null };
    } catch (error) {
      return failure(error);
    }
  };
  ask(outcome(ask({ ask: "source" })));
})();
