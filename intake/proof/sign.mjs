// Signs a body as a tool does, or checks a signature as the tool tells its users to, by libraries that are not ours.
// `node sign.mjs NAME` reads {secret, body, method, uri, timestamp, id, headers} as JSON, of which each name needs
// some, and prints the headers, or {valid}, as JSON.
import { readFileSync } from "node:fs";

const hubspot = (version) => async ({ secret, body, method, uri, timestamp }) => {
  const { Signature } = await import("@hubspot/api-client");
  const signature = Signature.getSignature(method ?? "POST", version, {
    clientSecret: secret, requestBody: body, url: uri, timestamp, signature: "",
  });
  return version === "v3"
    ? { "X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": String(timestamp) }
    : { "X-HubSpot-Signature": signature, "X-HubSpot-Signature-Version": version };
};

const names = {
  "hubspot-v1": hubspot("v1"), // timestamp is in milliseconds
  "hubspot-v2": hubspot("v2"),
  "hubspot-v3": hubspot("v3"),

  // timestamp is in milliseconds, secret as the library takes it: whsec_… or base64
  async standard({ secret, body, id, timestamp }) {
    const { Webhook } = await import("standardwebhooks");
    return {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timestamp / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, new Date(timestamp), body),
    };
  },

  // Webflow's library has no signer: it checks headers, whose names are in lower case.
  async webflow({ secret, body, headers }) {
    const { WebflowClient } = await import("webflow-api");
    const client = new WebflowClient({ accessToken: "none is used" });
    return { valid: await client.webhooks.verifySignature({ headers, body, secret }) };
  },
};

const sign = names[process.argv[2]];
if (!sign) {
  console.error(`usage: node sign.mjs ${Object.keys(names).join("|")} < request.json`);
  process.exit(2);
}
console.log(JSON.stringify(await sign(JSON.parse(readFileSync(0, "utf8")))));
