// Edge: what an officer hears and feels, different for each verdict, so that eyes can stay on the person.

// Per verdict: notes as [hertz, seconds] and the phone's vibration in milliseconds.
const SIGNALS = {
  pass: { notes: [[880, 0.09], [1320, 0.16]], wave: "sine", buzz: [80] },
  compare: { notes: [[660, 0.1]], wave: "sine", buzz: [40] },
  hold: { notes: [[520, 0.14], [0, 0.06], [520, 0.14]], wave: "triangle", buzz: [120, 80, 120] },
  refer: { notes: [[520, 0.14], [660, 0.14], [520, 0.14]], wave: "triangle", buzz: [120, 80, 240] },
  refuse: { notes: [[180, 0.5]], wave: "square", buzz: [500] },
};

let audio = null;

// Browsers give sound only after a touch; call it on each, it does no harm. Answers whether there is sound now.
export async function wake() {
  audio ??= globalThis.AudioContext ? new AudioContext() : null;
  await audio?.resume().catch(() => {});
  return isAwake();
}

export function isAwake() {
  return audio?.state === "running";
}

// Sounds and shakes for this look of a verdict, as far as the phone allows.
export function signal(verdict) {
  const { notes, wave, buzz } = SIGNALS[verdict];
  // A browser that has not been touched yet only logs a complaint about vibrating.
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(buzz);
  if (!isAwake()) return;
  let at = audio.currentTime;
  for (const [hertz, seconds] of notes) {
    if (hertz) beep(hertz, wave, at, seconds);
    at += seconds;
  }
}

function beep(hertz, wave, at, seconds) {
  const tone = new OscillatorNode(audio, { frequency: hertz, type: wave });
  const volume = new GainNode(audio, { gain: 0 });
  // Soft edges: a tone cut hard clicks.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.4, at + 0.01);
  volume.gain.setValueAtTime(0.4, at + seconds - 0.02);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + seconds);
}
