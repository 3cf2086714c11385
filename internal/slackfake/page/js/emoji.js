// Slack's short names for the emoji that apps commonly send.
import { h } from "./dom.js";

const table = `
smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 sweat_smile 😅 slightly_smiling_face 🙂 wink 😉 blush 😊 heart_eyes 😍 thinking_face 🤔
neutral_face 😐 cry 😢 sob 😭 angry 😠 sunglasses 😎 scream 😱 sleeping 😴 relieved 😌 pensive 😔 confused 😕 hugging_face 🤗 partying_face 🥳
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 wave 👋 raised_hands 🙌 pray 🙏 muscle 💪 ok_hand 👌 point_right 👉 point_left 👈 point_up 👆
point_down 👇 handshake 🤝 raised_hand ✋ hand ✋ v ✌️ writing_hand ✍️ eyes 👀 brain 🧠 tada 🎉 confetti_ball 🎊 fire 🔥 star ⭐ star2 🌟
sparkles ✨ zap ⚡ boom 💥 100 💯 rocket 🚀 heart ❤️ blue_heart 💙 green_heart 💚 yellow_heart 💛 purple_heart 💜 broken_heart 💔 wave_dash 〰️
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ no_entry ⛔ no_entry_sign 🚫 warning ⚠️
exclamation ❗ heavy_exclamation_mark ❗ question ❓ grey_question ❔ information_source ℹ️ red_circle 🔴 large_red_circle 🔴 large_orange_circle 🟠
large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ large_orange_square 🟧
large_green_square 🟩 large_blue_square 🟦 large_red_square 🟥 small_blue_diamond 🔹 small_orange_diamond 🔸 diamond_shape_with_a_dot_inside 💠
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrows_counterclockwise 🔄 repeat 🔁
leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ back 🔙 new 🆕 soon 🔜 up 🆙 cool 🆒 free 🆓 sos 🆘 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣
six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣ hash #️⃣ heavy_plus_sign ➕ heavy_minus_sign ➖
hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock9 🕘 clock3 🕒 calendar 📆 date 📅
spiral_calendar_pad 🗓️ zzz 💤 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ email 📧
envelope ✉️ incoming_envelope 📨 inbox_tray 📥 outbox_tray 📤 mailbox 📫 phone ☎️ telephone_receiver 📞 iphone 📱 computer 💻
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 clipboard 📋 memo 📝 pencil 📝 pencil2 ✏️ page_facing_up 📄 bookmark_tabs 📑
file_folder 📁 open_file_folder 📂 card_index 📇 paperclip 📎 link 🔗 pushpin 📌 round_pushpin 📍 scissors ✂️ lock 🔒 unlock 🔓 key 🔑 mag 🔍
mag_right 🔎 bulb 💡 wrench 🔧 hammer 🔨 gear ⚙️ hammer_and_wrench 🛠️ shield 🛡️ dart 🎯 trophy 🏆 medal 🏅 sports_medal 🏅 first_place_medal 🥇
moneybag 💰 euro 💶 dollar 💵 credit_card 💳 package 📦 gift 🎁 label 🏷️ office 🏢 factory 🏭 house 🏠 globe_with_meridians 🌐
earth_africa 🌍 earth_americas 🌎 airplane ✈️ car 🚗 ship 🚢 sunny ☀️ partly_sunny ⛅ cloud ☁️ umbrella ☔ snowflake ❄️ rainbow 🌈 seedling 🌱
herb 🌿 four_leaf_clover 🍀 palm_tree 🌴 leaves 🍃 cherry_blossom 🌸 sunflower 🌻 bug 🐛 dog 🐶 cat 🐱 fox_face 🦊 turtle 🐢 snail 🐌 bird 🐦
coffee ☕ tea 🍵 beer 🍺 beers 🍻 pizza 🍕 cake 🍰 birthday 🎂 apple 🍎 runner 🏃 running 🏃 walking 🚶 busts_in_silhouette 👥
bust_in_silhouette 👤 robot_face 🤖 ghost 👻 skull 💀 wastebasket 🗑️ recycle ♻️ checkered_flag 🏁 triangular_flag_on_post 🚩 flag-es 🇪🇸
flag-us 🇺🇸 flag-gb 🇬🇧 flag-fr 🇫🇷 flag-de 🇩🇪 flag-mx 🇲🇽 es 🇪🇸 us 🇺🇸 gb 🇬🇧 black_small_square ▪️ white_small_square ▫️ play_or_pause_button ⏯️
`.trim().split(/\s+/);

const glyphs = new Map();
for (let i = 0; i + 1 < table.length; i += 2) glyphs.set(table[i], table[i + 1]);

export const glyph = (name) => glyphs.get(name.replace(/::skin-tone-\d$/, ""));

/** A node for `:name:`, or its text when nobody knows it here. */
export function emoji(name, unicode) {
  const chars = unicode ? String.fromCodePoint(...unicode.split("-").map((x) => parseInt(x, 16)).filter((n) => n >= 0 && n <= 0x10ffff)) : glyph(name);
  if (!chars) return document.createTextNode(`:${name}:`);
  return h("span.emoji", { role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, chars);
}

const shortName = /:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/g;

/** Text with its `:names:` replaced, as nodes. */
export function withEmoji(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(shortName)) {
    if (!glyph(found[1])) continue;
    nodes.push(text.slice(at, found.index), emoji(found[1]));
    at = found.index + found[0].length;
  }
  nodes.push(text.slice(at));
  return nodes;
}
