// Edge: reads QR codes out of camera frames, away from the page's own thread.
//
// In:  {id, width, height, data}  data: ArrayBuffer with the frame's pixels, RGBA, one byte each (transfer it); or
//      {id, width, height, picture}  picture: ImageBitmap, drawn here in that size (transfer it).
// Out: {id, texts}                the text of every QR code in the frame; or
//      {id, texts: [], fault}     when the decoder cannot work here: offer typing instead.
// Start it with new Worker(url, {type: "module"}). Its "error" event means that the library is not installed.

import { prepareZXingModule, readBarcodes } from "../../vendor/zxing-wasm/reader/index.js";

const wasm = new URL("../../vendor/zxing-wasm/reader/zxing_reader.wasm", import.meta.url).href;
const options = { formats: ["QRCodeModel2"], textMode: "Plain", maxNumberOfSymbols: 4 };

// Without locateFile the library would fetch its wasm from a stranger's server. Fetched now, so that the first
// frame does not wait for it; a failure shows again, and is told, at that frame.
prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true }).catch(() => {});

onmessage = async ({ data: { id, ...shown } }) => {
  try {
    const found = await readBarcodes(frameOf(shown), options);
    postMessage({ id, texts: found.map((code) => code.text) });
  } catch (error) {
    postMessage({ id, texts: [], fault: String(error) });
  }
};

let paper = null;

function frameOf({ width, height, data, picture }) {
  if (!picture) return { width, height, data: new Uint8ClampedArray(data) };
  if (paper?.canvas.width !== width || paper.canvas.height !== height) {
    paper = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  }
  paper.drawImage(picture, 0, 0, width, height);
  picture.close();
  return paper.getImageData(0, 0, width, height);
}
