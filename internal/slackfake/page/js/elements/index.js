// Which element is drawn by what, and the link between a control and its surface.
import { h, uid } from "../dom.js";
import { state } from "../state.js";
import { isStateful } from "../values.js";
import { button, feedbackButtons, iconButton, overflow, workflowButton } from "./buttons.js";
import { choices } from "./choices.js";
import { textField } from "./fields.js";
import { datePicker, dateTimePicker, timePicker } from "./pickers.js";
import { fileField, richField } from "./rich.js";
import { select } from "./selects.js";

const kinds = {
  button, overflow, workflow_button: workflowButton, icon_button: iconButton, feedback_buttons: feedbackButtons,
  radio_buttons: choices, checkboxes: choices,
  plain_text_input: textField, email_text_input: textField, url_text_input: textField, number_input: textField,
  rich_text_input: richField, file_input: fileField,
  datepicker: datePicker, timepicker: timePicker, datetimepicker: dateTimePicker,
};
for (const source of ["static", "external", "users", "channels", "conversations"]) {
  kinds[`${source}_select`] = select;
  kinds[`multi_${source}_select`] = select;
}

/**
 * Draws an interactive element. `field` is set inside an input block:
 * {id, labelId, labelText, describedBy, required, optional, dispatches}.
 */
export function renderElement(element, blockId, surface, field) {
  const build = kinds[element?.type];
  if (!build) return h("span.unknown", null, element?.type ?? "");
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(state.me.id)) return null;
  const dispatches = !field || field.dispatches;
  return build(element, {
    surface, blockId, dispatches, id: field?.id ?? uid("field"),
    labelId: field?.labelId, labelText: field?.labelText, optional: field?.optional,
    aria: field ? { "aria-describedby": field.describedBy, "aria-required": String(!field.optional) } : {},
    value: () => surface.get(blockId, element),
    put: (value) => { surface.set(blockId, element, value); field?.onChange?.(); },
    send: (value, control) => (dispatches ? surface.dispatch(element, blockId, isStateful(element.type) ? value : {}, control) : true),
  });
}
