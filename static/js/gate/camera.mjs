// Edge: the phone's camera.

const WISH = { video: { facingMode: { ideal: "environment" }, width: { ideal: 640 }, height: { ideal: 480 } } };

// Shows the rear camera in `video` and answers when the first picture is there.
// Throws an Error whose message is `camera_insecure` (plain http), `camera_none`, `camera_denied` or `camera_busy`.
export async function look(video) {
  if (!globalThis.isSecureContext) throw new Error("camera_insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("camera_none");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(WISH);
  } catch (error) {
    if (error.name === "NotAllowedError") throw new Error("camera_denied");
    throw new Error(error.name === "NotReadableError" ? "camera_busy" : "camera_none");
  }
  video.srcObject = stream;
  await video.play();
}

// Whether the picture is still moving: a phone takes the camera away when it sleeps or rings.
export function isLooking(video) {
  return video.srcObject?.getVideoTracks().some((track) => track.readyState === "live") ?? false;
}
