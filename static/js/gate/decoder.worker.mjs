// Edge: reads QR codes out of camera frames, away from the page's own thread.
//
// In:  {id, width, height, data}  data: ArrayBuffer with the frame's pixels, RGBA, one byte each (transfer it).
// Out: {id, texts}                the text of every QR code in the frame; or
//      {id, texts: [], fault}     when the decoder cannot work here: offer typing instead.
// Start it with new Worker(url, {type: "module"}). Its "error" event means that the library is not installed.

import { prepareZXingModule, readBarcodes } from "../../vendor/zxing-wasm/reader/index.js";

const wasm = new URL("../../vendor/zxing-wasm/reader/zxing_reader.wasm", import.meta.url).href;
const options = { formats: ["QRCodeModel2"], textMode: "Plain", maxNumberOfSymbols: 4 };

// Without locateFile the library would fetch its wasm from a stranger's server. Fetched now, so that the first
// frame does not wait for it; a failure shows again, and is told, at that frame.
prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true }).catch(() => {});

onmessage = async ({ data: { id, width, height, data } }) => {
  try {
    const frame = { width, height, data: new Uint8ClampedArray(data) };
    const found = await readBarcodes(frame, options);
    postMessage({ id, texts: found.map((code) => code.text) });
  } catch (error) {
    postMessage({ id, texts: [], fault: String(error) });
  }
};
