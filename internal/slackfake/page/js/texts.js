// The page's own words. What the app says comes from the app.

const en = {
  skip: "Skip to messages", workspace: "Workspace", local: "A pretend Slack on this computer. Nothing leaves it.",
  channels: "Channels", directMessages: "Direct messages", apps: "Apps", openSidebar: "Open sidebar", closeSidebar: "Close sidebar",
  home: "Home", messagesTab: "Messages", you: "you", external: "from another organisation", app: "APP",
  actAs: "You are", switchPerson: "Switch person", language: "Language", english: "English", spanish: "Español",
  clock: "Workspace time", monday: "Skip to Monday 9:00", tomorrow: "Next day", tools: "Demo tools",
  notConnected: (app) => `${app} is not connected. Its buttons, menus and commands will not answer until it is.`,
  reconnecting: "The connection to the workspace was lost. Trying again…",
  noAnswer: "The app did not answer within 3 seconds.", noServer: "The workspace does not answer. Is it still running?", failed: (code) => `That did not work (${code}).`,
  dismissToast: "Dismiss message",
  noMessages: "It is quiet here", noMessagesHint: "Messages of this conversation will appear here.",
  welcome: (name) => `This is the very beginning of ${name}`, members: (n) => (n === 1 ? "1 member" : `${n} members`),
  noHome: "Nothing here yet", noHomeHint: (app) => `${app} has not published a Home tab for you.`,
  onlyYou: "Only visible to you", dismiss: "Dismiss message", edited: "edited", replyInThread: "Reply in thread",
  replies: (n) => (n === 1 ? "1 reply" : `${n} replies`), lastReply: (when) => `Last reply ${when}`, thread: "Thread", closeThread: "Close thread",
  newMessages: "New", jumpLatest: "Jump to latest", messagesIn: (name) => `Messages in ${name}`,
  unread: (n) => `${n} unread`, gone: "This message is gone.",
  composerLabel: (name) => `Message to ${name}`, composerPlaceholder: (name) => `Message ${name}`, replyPlaceholder: "Reply…",
  send: "Send", attach: "Attach a file", replyHint: "Enter to send, Shift + Enter for a new line", sendHint: "Enter to send, Shift + Enter for a new line, / for commands", suggestions: "Suggestions", commandsTitle: "Commands", peopleTitle: "People", channelsTitle: "Channels",
  noCommandInThread: (name) => `${name} cannot be used in threads. Sorry!`,
  unknownCommand: (name) => `${name} is not a command here.`,
  required: "Please complete this required field.", tooShort: (n) => `Please enter at least ${n} characters.`, tooLong: (n) => `Please enter at most ${n} characters.`,
  badEmail: "Please enter a valid email address.", badUrl: "Please enter a valid link (for example https://example.com).", badNumber: "Please enter a number.", badWhole: "Please enter a whole number.",
  tooLow: (n) => `Please enter ${n} or more.`, tooHigh: (n) => `Please enter ${n} or less.`,
  optional: "(optional)", charsLeft: (n) => (n === 1 ? "1 character left" : `${n} characters left`), charsNeeded: (n) => (n === 1 ? "1 more character needed" : `${n} more characters needed`),
  submit: "Submit", cancel: "Cancel", close: "Close", back: "Back", moreActions: "More actions", confirm: "Yes", deny: "No", areYouSure: "Are you sure?",
  choose: "Select an option", chooseUser: "Select a person", chooseChannel: "Select a channel", chooseDate: "Select a date",
  filter: "Filter", noMatches: "No matches", noOptions: "No options", removeChoice: (name) => `Remove ${name}`, clear: "Clear", chosen: (n) => `${n} selected`,
  calendar: "Calendar", previousMonth: "Previous month", nextMonth: "Next month", date: "Date", time: "Time",
  bold: "Bold", italic: "Italic", strike: "Strikethrough", code: "Code",
  showTable: "Show as table", showChart: "Hide table", chart: (title, kind) => `${title}, ${kind}`, line: "line chart", bar: "bar chart", area: "area chart", pie: "pie chart", share: "Share", value: "Value", segment: "Segment",
  sortBy: (name) => `Sort by ${name}`, page: (a, b, n) => `${a}–${b} of ${n}`, previousPage: "Previous page", nextPage: "Next page", table: "Table",
  previousCard: "Previous cards", nextCard: "Next cards", playVideo: (name) => `Watch ${name}`, download: "Download", remoteFile: "File", imageMissing: "Image could not be loaded",
  unknownBlock: (type) => `A block of type “${type}” is not drawn here.`,
  alertLevels: { default: "Note", info: "Note", warning: "Warning", error: "Error", success: "Done" },
  today: "today", yesterday: "yesterday", tomorrowWord: "tomorrow", reactedWith: (n, name) => `${n} reacted with ${name}`, helpful: "Helpful", notHelpful: "Not helpful",
  everyone: "everyone",
};

const es = {
  skip: "Ir a los mensajes", workspace: "Espacio de trabajo", local: "Un Slack de mentira en este ordenador. Nada sale de él.",
  channels: "Canales", directMessages: "Mensajes directos", apps: "Aplicaciones", openSidebar: "Abrir la barra lateral", closeSidebar: "Cerrar la barra lateral",
  home: "Inicio", messagesTab: "Mensajes", you: "tú", external: "de otra organización", app: "APP",
  actAs: "Eres", switchPerson: "Cambiar de persona", language: "Idioma", english: "English", spanish: "Español",
  clock: "Hora del espacio", monday: "Saltar al lunes, 9:00", tomorrow: "Día siguiente", tools: "Herramientas de la demo",
  notConnected: (app) => `${app} no está conectada. Sus botones, menús y comandos no responderán hasta que lo esté.`,
  reconnecting: "Se ha perdido la conexión con el espacio. Reintentando…",
  noAnswer: "La aplicación no ha respondido en 3 segundos.", noServer: "El espacio de trabajo no responde. ¿Sigue en marcha?", failed: (code) => `No ha funcionado (${code}).`,
  dismissToast: "Descartar el aviso",
  noMessages: "Aquí no hay nada todavía", noMessagesHint: "Los mensajes de esta conversación aparecerán aquí.",
  welcome: (name) => `Aquí empieza ${name}`, members: (n) => (n === 1 ? "1 miembro" : `${n} miembros`),
  noHome: "Aquí no hay nada todavía", noHomeHint: (app) => `${app} no ha publicado una pestaña de inicio para ti.`,
  onlyYou: "Solo visible para ti", dismiss: "Descartar mensaje", edited: "editado", replyInThread: "Responder en un hilo",
  replies: (n) => (n === 1 ? "1 respuesta" : `${n} respuestas`), lastReply: (when) => `Última respuesta ${when}`, thread: "Hilo", closeThread: "Cerrar el hilo",
  newMessages: "Nuevo", jumpLatest: "Ir a lo último", messagesIn: (name) => `Mensajes en ${name}`,
  unread: (n) => `${n} sin leer`, gone: "Este mensaje ya no está.",
  composerLabel: (name) => `Mensaje para ${name}`, composerPlaceholder: (name) => `Escribe en ${name}`, replyPlaceholder: "Responder…",
  send: "Enviar", attach: "Adjuntar un archivo", replyHint: "Intro para enviar, Mayús + Intro para otra línea", sendHint: "Intro para enviar, Mayús + Intro para otra línea, / para comandos", suggestions: "Sugerencias", commandsTitle: "Comandos", peopleTitle: "Personas", channelsTitle: "Canales",
  noCommandInThread: (name) => `${name} no se puede usar en hilos.`,
  unknownCommand: (name) => `${name} no es un comando de este espacio.`,
  required: "Rellena este campo obligatorio.", tooShort: (n) => `Escribe al menos ${n} caracteres.`, tooLong: (n) => `Escribe como mucho ${n} caracteres.`,
  badEmail: "Escribe una dirección de correo válida.", badUrl: "Escribe un enlace válido (por ejemplo, https://example.com).", badNumber: "Escribe un número.", badWhole: "Escribe un número entero.",
  tooLow: (n) => `Escribe ${n} o más.`, tooHigh: (n) => `Escribe ${n} o menos.`,
  optional: "(opcional)", charsLeft: (n) => (n === 1 ? "Queda 1 carácter" : `Quedan ${n} caracteres`), charsNeeded: (n) => (n === 1 ? "Falta 1 carácter" : `Faltan ${n} caracteres`),
  submit: "Enviar", cancel: "Cancelar", close: "Cerrar", back: "Atrás", moreActions: "Más acciones", confirm: "Sí", deny: "No", areYouSure: "¿Seguro?",
  choose: "Elige una opción", chooseUser: "Elige una persona", chooseChannel: "Elige un canal", chooseDate: "Elige una fecha",
  filter: "Filtrar", noMatches: "Sin resultados", noOptions: "Sin opciones", removeChoice: (name) => `Quitar ${name}`, clear: "Borrar", chosen: (n) => (n === 1 ? "1 elegido" : `${n} elegidos`),
  calendar: "Calendario", previousMonth: "Mes anterior", nextMonth: "Mes siguiente", date: "Fecha", time: "Hora",
  bold: "Negrita", italic: "Cursiva", strike: "Tachado", code: "Código",
  showTable: "Ver como tabla", showChart: "Ocultar la tabla", chart: (title, kind) => `${title}, ${kind}`, line: "gráfico de líneas", bar: "gráfico de barras", area: "gráfico de áreas", pie: "gráfico circular", share: "Parte", value: "Valor", segment: "Segmento",
  sortBy: (name) => `Ordenar por ${name}`, page: (a, b, n) => `${a}–${b} de ${n}`, previousPage: "Página anterior", nextPage: "Página siguiente", table: "Tabla",
  previousCard: "Tarjetas anteriores", nextCard: "Tarjetas siguientes", playVideo: (name) => `Ver ${name}`, download: "Descargar", remoteFile: "Archivo", imageMissing: "No se ha podido cargar la imagen",
  unknownBlock: (type) => `Un bloque de tipo «${type}» no se dibuja aquí.`,
  alertLevels: { default: "Nota", info: "Nota", warning: "Aviso", error: "Error", success: "Hecho" },
  today: "hoy", yesterday: "ayer", tomorrowWord: "mañana", reactedWith: (n, name) => `${n} con ${name}`, helpful: "Útil", notHelpful: "No es útil",
  everyone: "todos",
};

let words = en;

/** Spanish for every es-*, English for all others. */
export function speak(locale) {
  words = /^es\b/i.test(locale ?? "") ? es : en;
  document.documentElement.lang = words === es ? "es" : "en";
}

export function t(key, ...args) {
  const word = words[key];
  return typeof word === "function" ? word(...args) : word;
}
