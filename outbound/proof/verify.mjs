// Verifies requests as a receiver does, by the official library: reads a JSON list of {secret, headers, body} and prints, as
// JSON, the type of each message, or null for one that the library refuses.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const types = JSON.parse(readFileSync(0, "utf8")).map(({ secret, headers, body }) => {
  try {
    return new Webhook(secret).verify(body, headers).type;
  } catch {
    return null;
  }
});
console.log(JSON.stringify(types));
