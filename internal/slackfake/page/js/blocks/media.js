// Images, videos and files.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { link, safeUrl } from "../links.js";
import { textObject } from "../mrkdwn.js";
import { state } from "../state.js";
import { t } from "../texts.js";

const allFiles = () => Object.values(state.messages).flat().flatMap((m) => m.files ?? []);

/** The address of an image element: its own, or that of the uploaded file it names, which may be in no channel. */
function sourceOf(image) {
  if (image.image_url) return image.image_url;
  const file = image.slack_file;
  return file?.url || (file?.id ? `/files/${encodeURIComponent(file.id)}/` : "");
}

/** An image with its words in its place when it cannot be loaded. */
export function picture(image, cls) {
  const source = new URL(sourceOf(image) || "about:blank", location.href);
  const alt = image.alt_text ?? "";
  const missing = () => h("span", { class: `${cls} image-missing`, role: "img", "aria-label": alt || t("imageMissing"), title: alt || t("imageMissing") }, icon("file"), h("span", { "aria-hidden": "true" }, alt));
  if (!/^https?:$/.test(source.protocol)) return missing();
  const node = h("img", { class: cls, src: source.href, alt, loading: "lazy", referrerpolicy: "no-referrer", onerror: () => node.replaceWith(missing()) });
  return node;
}

export const image = (block) => h("figure.image", null, block.title && h("figcaption", null, textObject(block.title)), picture(block, "image-main"));

export function video(block) {
  const name = block.title?.text ?? "";
  const url = safeUrl(block.title_url || block.video_url);
  return h("div.video", null,
    h("div.video-head", null,
      block.provider_name && h("small", null, [block.provider_name, block.author_name].filter(Boolean).join(" · ")),
      h("strong", null, url ? link(url.href, textObject(block.title)) : textObject(block.title)),
      block.description && h("div.text", null, textObject(block.description))),
    h("a.video-thumb", { href: url?.href, target: "_blank", rel: "noopener noreferrer", "aria-label": t("playVideo", name) },
      picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "image-main"), h("span.video-play", null, icon("play"))));
}

function fileRow(name, kind, url) {
  const inside = [h("span.file-icon", null, icon("file")), h("span.file-text", null, h("strong", null, name), h("small", null, kind))];
  return url ? h("a.file-row", { href: url, download: name, "aria-label": `${t("download")} ${name}` }, inside) : h("div.file-row", null, inside);
}

/** A file block names a remote file by its external id. */
export function fileBlock(block) {
  const file = allFiles().find((f) => f.external_id === block.external_id || f.id === block.external_id);
  return file ? attachedFile(file) : fileRow(block.external_id, t("remoteFile"));
}

/** A file attached to a message. */
export function attachedFile(file) {
  const url = file.url && new URL(file.url, location.href).href;
  if (!url || !/^https?:/.test(url)) return fileRow(file.name, file.mimetype ?? "");
  if (/^image\//.test(file.mimetype ?? "")) {
    return h("figure.image", { data: { fileId: file.id } }, h("figcaption", null, file.name),
      h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, picture({ image_url: url, alt_text: file.alt || file.name }, "image-main")));
  }
  return fileRow(file.name, file.mimetype ?? "", url);
}
