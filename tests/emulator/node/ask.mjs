// Asks an emulator through the official SDK: `node ask.mjs ADDRESS TOKEN live|preview`, with the calls as JSON on
// standard input: [["post.list", [arguments…]], …]. Prints one line of JSON: the SDK's methods, and an answer to each call.
import { text } from "node:stream/consumers";

const [address, token, mode] = process.argv.slice(2);

// The SDK has no setting for the API's address.
const API = "https://api.buttercms.com";
const { fetch } = globalThis;
globalThis.fetch = (url, options) => {
  if (!url.startsWith(`${API}/v2/`)) throw new Error(`the SDK asks ${url}`);
  return fetch(address + url.slice(API.length), options);
};
AbortSignal.any ??= (signals) => signals.at(-1); // Node 18

const { default: Butter } = await import("buttercms");
const butter = Butter(token, { testMode: mode === "preview", timeout: 60_000 });

async function answer([name, args]) {
  const [resource, method] = name.split(".");
  try {
    const { status, data } = await butter[resource][method](...args);
    return { status, data };
  } catch ({ message, cause }) {
    return { message, status: cause?.status, data: cause?.data };
  }
}

const methods = Object.entries(butter).flatMap(([resource, value]) =>
  typeof value === "object" ? Object.keys(value).map((method) => `${resource}.${method}`) : [],
);
const answers = [];
for (const call of JSON.parse(await text(process.stdin))) answers.push(await answer(call));
console.log(JSON.stringify({ methods, answers }));
