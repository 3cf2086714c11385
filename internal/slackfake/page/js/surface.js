// Where blocks stand (a message, a modal, the Home): keeps what was filled in and sends actions.
import * as api from "./api.js";
import { state } from "./state.js";
import { confirmDialog } from "./dialogs.js";
import { fail } from "./toasts.js";
import { initial, isStateful } from "./values.js";

const filled = new Map(); // surface key → Map("block action" → value)

export const forget = (key) => filled.delete(key);

/** The interactive elements of blocks, with the id of their block. */
function elementsOf(blocks) {
  return (blocks ?? []).flatMap((block, i) => {
    const id = blockId(block, i);
    const elements = block.type === "input" ? [block.element] : block.type === "section" ? [block.accessory] : block.elements;
    return (Array.isArray(elements) ? elements : []).filter((e) => e?.action_id !== undefined || isStateful(e?.type)).map((element) => ({ element, blockId: id, block }));
  });
}

export const blockId = (block, i) => block.block_id || `block-${i}`;

export class Surface {
  /** kind "message" | "modal" | "home"; target {message:{channel,ts}} or {view:{id}}. */
  constructor({ kind, key, target, blocks }) {
    Object.assign(this, { kind, key, target, blocks });
    if (!filled.has(key)) filled.set(key, new Map());
    this.values = filled.get(key);
  }

  get(block, element) {
    return this.values.get(`${block} ${element.action_id}`) ?? initial(element);
  }

  set(block, element, value) {
    this.values.set(`${block} ${element.action_id}`, value);
  }

  /** {block: {action: value}} of everything that can be filled in. */
  state() {
    const values = {};
    for (const { element, blockId: id } of elementsOf(this.blocks)) {
      if (isStateful(element.type)) (values[id] ??= {})[element.action_id] = this.get(id, element);
    }
    return values;
  }

  /** Asks for confirmation when the element wants it, then tells the app. False when the person said no. */
  async dispatch(element, block, fields, control) {
    if (element.confirm && !(await confirmDialog(element.confirm))) return false;
    control?.classList.add("busy");
    control?.setAttribute("aria-busy", "true");
    try {
      const action = { type: element.type, action_id: element.action_id, block_id: block, ...fields };
      await api.sendAction(state.me.id, this.target, action, { values: this.state() });
    } catch (error) {
      fail(error);
    } finally {
      control?.classList.remove("busy");
      control?.removeAttribute("aria-busy");
    }
    return true;
  }
}
