// What hands-free asks of the device: to read aloud in a voice for the language of the page, and to keep the screen awake.
// Nobody waits for it: it comes when the page has come. Nothing is sent by us.

// Read aloud ----------------------------------------------------------------------------------------------------------

const synth = globalThis.speechSynthesis;
const language = document.documentElement.lang.toLowerCase();
const isOf = (tag) => tag.split("-")[0] === language.split("-")[0];
const tagOf = (voice) => voice.lang.toLowerCase().replace("_", "-");

let turn = 0; // whoever speaks next takes the turn from the one before
let told = null; // kept, for some browsers forget what nobody holds and never say that it ended

/** The voices for the language of the page, the likeliest first: on the device, of the reader's country, the usual one. */
export function voices() {
  const near = (navigator.languages ?? []).map((tag) => tag.toLowerCase());
  const rank = (voice) => [!voice.localService, !near.includes(tagOf(voice)), !voice.default].map(Number).join("");
  const own = (synth?.getVoices() ?? []).filter((voice) => isOf(tagOf(voice)));
  return own.sort((a, b) => rank(a).localeCompare(rank(b)) || a.name.localeCompare(b.name));
}

export function hear(listen) {
  synth?.addEventListener?.("voiceschanged", listen);
}

export function hush() {
  turn += 1;
  // Some devices swallow what is said right after they were told to stop, so they are told only while they speak.
  if (synth?.speaking || synth?.pending || told) synth.cancel();
  told = null;
}

/** Read the pieces one after the other. True when the last was said, false where somebody else took the turn. */
export async function read(pieces, chosen) {
  hush();
  const mine = turn;
  synth?.resume?.(); // a call that came in may have left it paused
  for (const words of pieces) {
    await say(words, chosen);
    if (turn !== mine) return false;
  }
  told = null;
  return true;
}

function say(words, chosen) {
  return new Promise((resolve) => {
    const voice = voices().find((one) => one.voiceURI === chosen) ?? voices()[0];
    if (!voice || !words) return resolve();
    told = new SpeechSynthesisUtterance(words);
    told.voice = voice;
    told.lang = voice.lang;
    told.rate = 0.9;
    // Some devices never say that they have finished; nobody waits for them for ever.
    const most = setTimeout(resolve, 4000 + words.length * 130);
    told.onend = told.onerror = () => {
      clearTimeout(most);
      resolve();
    };
    synth.speak(told);
  });
}

/** Within a press: browsers let a page speak by itself only when it spoke on a press before. */
export function askLeave() {
  if (synth && !synth.speaking) synth.speak(new SpeechSynthesisUtterance(""));
}

// The screen ----------------------------------------------------------------------------------------------------------
// It stays awake while that is wanted. Where the device takes the lock away (a call, another window, a low battery) it is
// asked for again when the page is looked at.

let lock = null;
let isWanted = false;
let isAsked = false;

/** `refused` is called where the browser cannot, or will not, keep the screen awake. */
export async function stayAwake(refused) {
  isWanted = true;
  if (lock || isAsked || document.hidden) return;
  isAsked = true;
  try {
    const given = await navigator.wakeLock.request("screen");
    lock = given;
    given.addEventListener("release", () => {
      if (lock === given) lock = null;
    });
    if (!isWanted) letSleep();
  } catch {
    if (!document.hidden) refused();
  }
  isAsked = false;
}

export function letSleep() {
  isWanted = false;
  lock?.release();
  lock = null;
}
