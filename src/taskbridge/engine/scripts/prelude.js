// What runs before a script, inside of the interpreter: it asks the process for everything that the script wants of it.
// A request is a line of JSON on the standard output, its answer a line on the standard input (`bridge.py`).
(() => {
  const { in: input, out: output } = std;
  delete globalThis.std;
  delete globalThis.os;
  delete globalThis.bjson;
  delete globalThis.scriptArgs;
  // A script, and a variable, may give these names another meaning.
  const { Array, Boolean, Date, Error, Map, Number, Object, Proxy, RangeError, String, Symbol, TypeError, WeakMap, WeakSet } = globalThis;
  const { parse, stringify } = JSON;
  const evaluated = globalThis.eval;
  const MOST_LEVELS = 100;

  const thrown = new WeakSet(); // errors of the process

  const ask = (request) => {
    output.puts(stringify(request) + "\n");
    output.flush();
    const answer = parse(input.getline());
    if (answer.thrown !== undefined) {
      const error = new Error(answer.thrown);
      error.name = answer.name;
      thrown.add(error);
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

  const primitive = (object, kind) => () => call(object, kind === "moment" ? "getTime" : "toString", []);

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
    toString() { return `${this.name}: ${this.message} (errorCode='${this.code}')`; }
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

  // Every variable is a global, as it was when the script began; what it assigns to one stays in the script.
  const defined = (name, value) => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
    return value;
  };
  const variable = (name, value) => {
    if (value === null || value.later === undefined) return defined(name, received(value));
    const get = () => defined(name, received(ask({ ask: "name", name }).value));
    return Object.defineProperty(globalThis, name, {
      get, set: (other) => { defined(name, other); }, configurable: true, enumerable: true,
    });
  };
  const variables = (found) => {
    for (const [name, value] of found) {
      const there = Object.getOwnPropertyDescriptor(globalThis, name);
      if (there === undefined || there.configurable) variable(name, value);
    }
  };

  const failure = (error) => {
    try {
      if (typeof error !== "object" || error === null) return { ask: "failed", text: String(error), of_process: false };
      if (error instanceof BpmnError) return { ask: "error", code: error.code, message: error.message };
      return { ask: "failed", text: String(error), of_process: thrown.has(error) };
    } catch {
      return { ask: "failed", text: "Error", of_process: false };
    }
  };
  const evaluate = ({ source, wanted, found }) => {
    variables(found);
    const value = evaluated(source);
    return wanted ? sent(value) : null;
  };
  const begin = ask({ ask: "source" });
  try {
    ask({ ask: "done", value: evaluate(begin) }); // the process may refuse the value
  } catch (error) {
    ask(failure(error));
  }
})();
