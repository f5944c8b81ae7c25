// The page to sign in: nobody is signed in here, so pages, packs and PIN of the gate's last officer go. Scans that the server
// has not answered stay, sealed: they are sent when that officer signs in again.

import { forgetPages } from "./pages.mjs";
import { openStore } from "./store.mjs";

if (await forgetPages()) {
  const store = await openStore().catch(() => null);
  await store?.vault.erase();
}
