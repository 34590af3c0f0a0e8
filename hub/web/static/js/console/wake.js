// Keep the screen on while a session runs, where the browser allows it.

/** Gives what lets it go off again. */
export function stayAwake() {
  let lock = null;
  const ask = () => {
    if (document.visibilityState === "visible") lock = navigator.wakeLock?.request("screen").catch(() => null);
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    document.removeEventListener("visibilitychange", ask);
    lock?.then((one) => one?.release());
  };
}
