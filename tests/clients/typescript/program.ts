// What the programs share: they are given a JSON object as their argument, and print what they saw as another.
export function given<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}") as T;
}

export function told(seen: Record<string, unknown>): void {
  console.log(JSON.stringify(seen));
}

export function basic(name: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${name}:${name}`).toString("base64")}` };
}

// The answer's content; an error where there is none.
export function sure<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) throw new Error(`${answer.response.status}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

// What was sent as JSON, of an answer that may have other formats too.
export function parsed<T>(content: T): Exclude<T, string> {
  if (typeof content === "string") throw new Error(content);
  return content as Exclude<T, string>;
}
