// What a control holds, in the words of Slack's `state.values`.

const fields = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  channels_select: ["selected_channel", "initial_channel"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  checkboxes: ["selected_options", "initial_options", []],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  multi_users_select: ["selected_users", "initial_users", []],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  file_input: ["files", "", []],
};

export const isStateful = (type) => type in fields;
export const fieldOf = (type) => fields[type][0];
export const held = (value) => value[fieldOf(value.type)];

export function initial(element) {
  const [field, from, none = null] = fields[element.type];
  return { type: element.type, [field]: element[from] ?? none };
}

export const withValue = (type, content) => ({ type, [fieldOf(type)]: content });

export function isEmpty(value) {
  const content = held(value);
  if (value.type === "rich_text_input") return !content?.elements?.some((e) => e.elements?.some((x) => (x.text ?? x.type).trim() !== ""));
  if (typeof content === "string") return content.trim() === "";
  return content === null || content === undefined || content.length === 0;
}
