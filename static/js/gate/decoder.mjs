// Edge: the texts of the QR codes in the camera's picture, by the browser's own detector or by ours in a worker.

const WIDTH = 640;

// Answers a function `read(video)` that resolves to a list of texts. It throws when no decoder works here.
export async function makeReader() {
  let native = await nativeDetector();
  let worker = null;
  return async (video) => {
    if (native) {
      try {
        return (await native.detect(video)).map((code) => code.rawValue);
      } catch {
        native = null; // some systems promise a detector that they do not have
      }
    }
    worker ??= inWorker();
    return worker(...(canDrawInWorker ? await pictureOf(video) : pixelsOf(video)));
  };
}

async function nativeDetector() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return formats?.includes("qr_code") ? new globalThis.BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function inWorker() {
  const worker = new Worker(new URL("decoder.worker.mjs", import.meta.url), { type: "module" });
  const waiting = new Map();
  let next = 0;
  let broken = null;
  worker.onmessage = ({ data: { id, texts, fault } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (fault) reject(new Error(fault));
    else resolve(texts);
  };
  worker.onerror = () => {
    broken = new Error("the decoder did not start");
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  return (frame, moved) =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      const id = next++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...frame }, [moved]);
    });
}

// A slow phone draws a frame and reads its pixels for longer than it judges a ticket: where it can, a worker does it.
const canDrawInWorker = typeof OffscreenCanvas === "function" && Boolean(new OffscreenCanvas(1, 1).getContext("2d"));

async function pictureOf(video) {
  const picture = await createImageBitmap(video);
  return [{ picture, ...sizeOf(video) }, picture];
}

const canvas = document.createElement("canvas");

function pixelsOf(video) {
  const { width, height } = Object.assign(canvas, sizeOf(video));
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  paper.drawImage(video, 0, 0, width, height);
  const { data: { buffer } } = paper.getImageData(0, 0, width, height);
  return [{ width, height, data: buffer }, buffer];
}

function sizeOf({ videoWidth, videoHeight }) {
  const scale = Math.min(1, WIDTH / videoWidth);
  return { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) };
}
