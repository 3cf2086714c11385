// A small bot made with Slack's own framework. The Go test beside it plays the people and looks at what they see.
// Settings come from the environment: SLACK_API_URL, SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (Socket Mode) or
// SLACK_SIGNING_SECRET and PORT (signed HTTP). Whatever goes wrong ends the process with 1.
import bolt from "@slack/bolt";

const { App, LogLevel, SocketModeReceiver } = bolt;
const clientOptions = { slackApiUrl: process.env.SLACK_API_URL };
const overSockets = Boolean(process.env.SLACK_APP_TOKEN);

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  clientOptions,
  logLevel: LogLevel.ERROR,
  ...(overSockets
    ? { receiver: new SocketModeReceiver({ appToken: process.env.SLACK_APP_TOKEN, clientPingTimeout: 1000, logLevel: LogLevel.ERROR, installerOptions: { clientOptions } }) }
    : { signingSecret: process.env.SLACK_SIGNING_SECRET }),
});

const fail = (error) => {
  console.error(error);
  process.exit(1);
};
app.error(async (error) => fail(error));
process.on("unhandledRejection", fail);

const plain = (text) => ({ type: "plain_text", text });
const button = (action_id, text, value) => ({ type: "button", action_id, text: plain(text), value });
const card = (state) => [
  { type: "section", text: { type: "mrkdwn", text: `*Lead 1* ${state}` } },
  { type: "actions", elements: [button("accept", "Accept", "1"), button("answer", "Answer", "1"), button("replace", "Replace", "1")] },
];
const modal = (fields = {}) => ({
  type: "modal",
  callback_id: "accepting",
  title: plain("Accept"),
  submit: plain("Accept"),
  blocks: [{ type: "input", block_id: "note", label: plain("Note"), element: { type: "plain_text_input", action_id: "text" } }],
  ...fields,
});

app.command("/lead", async ({ ack, command, client }) => {
  await ack({ response_type: "ephemeral", text: `looking for ${command.text}`, blocks: [{ type: "section", text: plain(`looking for ${command.text}`) }] });
  await client.chat.postMessage({
    channel: command.channel_id,
    text: "Lead 1",
    blocks: card("is new"),
    metadata: { event_type: "lead", event_payload: { id: "1" } },
  });
});

app.command("/chart", async ({ ack, command, client }) => {
  await ack();
  const data = [{ label: "W1", value: 3 }, { label: "W2", value: 5 }];
  await client.chat.postMessage({
    channel: command.channel_id,
    text: "3, then 5",
    blocks: [{
      type: "data_visualization",
      title: "Accepted",
      chart: { type: "bar", series: [{ name: "accepted", data }], axis_config: { categories: ["W1", "W2"] } },
    }],
  });
});

app.command("/file", async ({ ack, command, client }) => {
  await ack();
  await client.filesUploadV2({ channel_id: command.channel_id, filename: "leads.csv", title: "Leads", file: Buffer.from("name\nAna\n"), initial_comment: "All of them" });
});

app.action("accept", async ({ ack, body, client }) => {
  await ack();
  const private_metadata = JSON.stringify({ channel: body.channel.id, ts: body.message.ts });
  const opened = await client.views.open({ trigger_id: body.trigger_id, view: modal({ private_metadata }) });
  await client.views.update({ view_id: opened.view.id, hash: opened.view.hash, view: modal({ private_metadata, title: plain("Accept lead 1") }) });
});

app.view("accepting", async ({ ack, view, body, client }) => {
  if (view.state.values.note.text.value === "no") {
    await ack({ response_action: "errors", errors: { note: "That says nothing" } });
    return;
  }
  await ack();
  const { channel, ts } = JSON.parse(view.private_metadata);
  await client.chat.update({ channel, ts, text: "Lead 1 is accepted", blocks: card(`is accepted by <@${body.user.id}>`) });
  await client.chat.postEphemeral({ channel, user: body.user.id, text: "Thank you" });
  const { messages } = await client.conversations.history({ channel, include_all_metadata: true, limit: 10 });
  if (messages.find((m) => m.ts === ts)?.metadata?.event_payload.id !== "1") {
    throw new Error("the card's metadata is not in the history");
  }
});

app.action("answer", async ({ ack, respond }) => {
  await ack();
  await respond({ text: "Answered", replace_original: false });
});

app.action("replace", async ({ ack, respond }) => {
  await ack();
  await respond({ text: "Replaced", replace_original: true });
});

app.event("app_home_opened", async ({ event, client }) => {
  const { user } = await client.users.info({ user: event.user, include_locale: true });
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "header", text: plain(`${user.real_name}, ${user.locale}`) }] } });
});

// The test holds the other end of stdin: when it ends in whatever way, so does the bot.
process.stdin.on("end", () => process.exit(0)).resume();

await app.start(overSockets ? undefined : Number(process.env.PORT));
console.log("ready");
