// Calls methods of the published client. Standard input brings one call a line: {on, method, args}; `on` are the options
// of a client, or null for a static method; the argument "$callback" is where the method takes its callback. Standard
// output answers each with {result} or {error: {status, data, message}}.

console.log = console.error; // standard output is for answers alone
const readline = require("node:readline");
const { TiledeskClient } = require("@tiledesk/tiledesk-client");

function told(error) {
  const response = error.response ?? error.http_response;
  return { status: response?.status, data: response?.data, message: error.message ?? error.http_err?.message };
}

function call({ on, method, args }) {
  return new Promise((resolve) => {
    const answer = (error, result) => resolve(error ? { error: told(error) } : { result });
    try {
      const target = on ? new TiledeskClient(on) : TiledeskClient;
      const takesCallback = args.includes("$callback");
      const given = args.map((argument) => (argument === "$callback" ? answer : argument));
      const returned = target[method](...given);
      if (returned instanceof Promise) {
        // A method that has called back rejects its promise as well.
        returned.then((result) => takesCallback || answer(null, result), answer);
      } else if (!takesCallback) {
        answer(null, returned);
      }
    } catch (error) {
      resolve({ error: { message: error.message } });
    }
  });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const said = JSON.parse(line);
    const answer = said.methods ? { result: methods() } : await call(said);
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

function methods() {
  const named = (target) => Object.getOwnPropertyNames(target).filter((name) => typeof target[name] === "function");
  return [...named(TiledeskClient.prototype), ...named(TiledeskClient)].filter((name) => name !== "constructor");
}

main();
