// Edge: the phone's cameras and their light.

const SIZE = { width: { ideal: 640 }, height: { ideal: 480 } };

// Shows a camera in `video` (the one of that id, else the rear one) and answers when the first picture is there.
// Throws an Error whose message is `camera_insecure` (plain http), `camera_none`, `camera_denied` or `camera_busy`.
export async function look(video, id = "") {
  if (!globalThis.isSecureContext) throw new Error("camera_insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("camera_none");
  const which = id ? { deviceId: { exact: id } } : { facingMode: { ideal: "environment" } };
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { ...which, ...SIZE } });
  } catch (error) {
    if (error.name === "NotAllowedError") throw new Error("camera_denied");
    throw new Error(error.name === "NotReadableError" ? "camera_busy" : "camera_none");
  }
  video.srcObject = stream;
  await video.play();
}

// Whether the picture is still moving: a phone takes the camera away when it sleeps or rings.
export function isLooking(video) {
  return track(video)?.readyState === "live";
}

// The ids of all cameras, that of the one in use first; only known once a camera may be used.
export async function cameras(video) {
  const found = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  const used = track(video)?.getSettings().deviceId;
  const at = Math.max(0, found.findIndex(({ deviceId }) => deviceId === used));
  return [...found.slice(at), ...found.slice(0, at)].map(({ deviceId }) => deviceId);
}

// Whether the camera has a light.
export function hasTorch(video) {
  return Boolean(track(video)?.getCapabilities?.().torch);
}

export async function setTorch(video, on) {
  await track(video)?.applyConstraints({ advanced: [{ torch: on }] });
}

function track(video) {
  return video.srcObject?.getVideoTracks()[0];
}
